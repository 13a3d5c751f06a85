from django.apps import AppConfig
from django.db.models.signals import pre_save


class SocleConfig(AppConfig):
    """The page frame, components, the open atlas, background work."""

    name = "maillage.web.socle"
    label = "socle"
    verbose_name = "Socle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """No row is saved but through the gate of texts."""
        from maillage.web.socle.ecriture import check_texts  # models are not ready before

        pre_save.connect(check_texts, dispatch_uid="maillage.textes")
