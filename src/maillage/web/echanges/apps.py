from django.apps import AppConfig


class EchangesConfig(AppConfig):
    """Spaces for exchange."""

    name = "maillage.web.echanges"
    label = "echanges"
    verbose_name = "Échanges"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and for how long a removed message is kept."""
        from maillage.web.comptes.retention.commands import register
        from maillage.web.echanges import rules  # noqa: F401
        from maillage.web.echanges.commands import forget
        from maillage.web.echanges.models import REGLE

        register(REGLE, forget)
