from django.apps import AppConfig


class FichiersConfig(AppConfig):
    """Files given to followed objects: it knows them by their keys, and no other app."""

    name = "maillage.web.fichiers"
    label = "fichiers"
    verbose_name = "Fichiers"
    default_auto_field = "django.db.models.BigAutoField"
