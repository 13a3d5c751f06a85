from django.apps import AppConfig

from maillage.web.socle import travaux


class AnnuaireConfig(AppConfig):
    """The directory, and finding a service in it."""

    name = "maillage.web.annuaire"
    label = "annuaire"
    verbose_name = "Annuaire"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Declare who may do what, what is said on the pages of other apps, what is forgotten when."""
        from maillage.web.annuaire import rules  # noqa: F401
        from maillage.web.annuaire.accueil import bureau, retention  # noqa: F401
        from maillage.web.annuaire.fraicheur import bureau as relecture  # noqa: F401
        from maillage.web.annuaire.fraicheur import retention as oubli  # noqa: F401
        from maillage.web.annuaire.reseau import apports  # noqa: F401
        from maillage.web.annuaire.reseau import bureau as conventions  # noqa: F401

        travaux.declare("lire_annuaire", "maillage.web.annuaire.lecture:lire", "annuaire:essai")
        travaux.declare("mesurer_accueil", "maillage.web.annuaire.reseau.transports:mesurer")
