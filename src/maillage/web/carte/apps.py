from django.apps import AppConfig


class CarteConfig(AppConfig):
    name = "maillage.web.carte"
    label = "carte"
