from django.apps import AppConfig


class ComplementsConfig(AppConfig):
    """What partners say of the places of the atlas."""

    name = "maillage.web.complements"
    label = "complements"
    verbose_name = "Compléments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and what a desk shows."""
        from maillage.web.complements import bureau, rules  # noqa: F401
