from django.apps import AppConfig


class ParticipationConfig(AppConfig):
    """Signalements, surveys, comités d'usagers."""

    name = "maillage.web.participation"
    label = "participation"
    verbose_name = "Participation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, what a desk shows, what is forgotten when, what answers a signalement."""
        from maillage.web.participation import bureau, retention, rules, suites  # noqa: F401
