from django.apps import AppConfig


class MethodesConfig(AppConfig):
    name = "maillage.web.methodes"
    label = "methodes"
