from django.apps import AppConfig

from maillage.web.socle import travaux


class AtelierConfig(AppConfig):
    """The workshop: try a change before spending on it, find where to act."""

    name = "maillage.web.atelier"
    label = "atelier"
    verbose_name = "Atelier"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, and the background work of this app."""
        from maillage.web.atelier import regroupements, rules  # noqa: F401

        travaux.declare("essayer_scenario", "maillage.web.atelier.calcul:essayer")
        travaux.declare("placer", "maillage.web.atelier.agir:placer", "atelier:reponse")
        travaux.declare("tourner", "maillage.web.atelier.agir:tourner", "atelier:reponse")
