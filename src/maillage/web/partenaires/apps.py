from django.apps import AppConfig


class PartenairesConfig(AppConfig):
    """Who is who among the partners."""

    name = "maillage.web.partenaires"
    label = "partenaires"
    verbose_name = "Partenaires"
    default_auto_field = "django.db.models.BigAutoField"
