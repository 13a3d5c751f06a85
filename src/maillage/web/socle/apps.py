from django.apps import AppConfig


class SocleConfig(AppConfig):
    """The page frame, components, the open atlas, background work."""

    name = "maillage.web.socle"
    label = "socle"
    verbose_name = "Socle"
    default_auto_field = "django.db.models.BigAutoField"
