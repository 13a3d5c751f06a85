from django.apps import AppConfig


class ElaborationConfig(AppConfig):
    """The making of a schema."""

    name = "maillage.web.elaboration"
    label = "elaboration"
    verbose_name = "Élaboration du schéma"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and what a desk shows of it."""
        from maillage.web.elaboration import bureau, rules  # noqa: F401
