from django.apps import AppConfig


class BilanConfig(AppConfig):
    """The yearly bilan."""

    name = "maillage.web.bilan"
    label = "bilan"
    verbose_name = "Bilan annuel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and what a desk shows of contributions."""
        from maillage.web.bilan import bureau, rules, trace  # noqa: F401
