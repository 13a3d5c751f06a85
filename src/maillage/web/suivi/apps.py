from django.apps import AppConfig


class SuiviConfig(AppConfig):
    """What is kept for any object: versions, comments, those who follow it. It knows no other app."""

    name = "maillage.web.suivi"
    label = "suivi"
    verbose_name = "Suivi"
    default_auto_field = "django.db.models.BigAutoField"
