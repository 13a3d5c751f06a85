from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """What others take or are sent: services under ``/ogc/``, files and their catalogue, feeds, webhooks."""

    name = "maillage.web.publication"
    label = "publication"
    verbose_name = "Services ouverts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, what desks say, for how long messages are kept."""
        from maillage.web.comptes.retention.commands import register
        from maillage.web.publication import rules  # noqa: F401
        from maillage.web.publication.webhooks import bureau  # noqa: F401
        from maillage.web.publication.webhooks.commands import forget
        from maillage.web.publication.webhooks.models import REGLE

        register(REGLE, forget)
