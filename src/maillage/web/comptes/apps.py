from django.apps import AppConfig


class ComptesConfig(AppConfig):
    """People, organisations, mandates: who may do what."""

    name = "maillage.web.comptes"
    label = "comptes"
    verbose_name = "Comptes et mandats"
    default_auto_field = "django.db.models.BigAutoField"
