from django.apps import AppConfig


class ProgrammeConfig(AppConfig):
    """The living programme of the schema: fiches, declinaisons, indicators, coverage, history."""

    name = "maillage.web.programme"
    label = "programme"
    verbose_name = "Programme du schéma"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what."""
        from maillage.web.programme import rules  # noqa: F401
