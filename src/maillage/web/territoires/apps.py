from django.apps import AppConfig

from maillage.web.socle import travaux


class TerritoiresConfig(AppConfig):
    """Home, search, portraits, comparison, rankings."""

    name = "maillage.web.territoires"
    label = "territoires"

    def ready(self) -> None:
        """Declare the background work of this app."""
        travaux.declare("tout_exporter", "maillage.web.territoires.exports:tout_exporter")
