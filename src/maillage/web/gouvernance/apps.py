from django.apps import AppConfig


class GouvernanceConfig(AppConfig):
    """Who meets when, what goes up and comes back."""

    name = "maillage.web.gouvernance"
    label = "gouvernance"
    verbose_name = "Gouvernance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and what a desk shows of meetings."""
        from maillage.web.gouvernance import bureau, rules  # noqa: F401
