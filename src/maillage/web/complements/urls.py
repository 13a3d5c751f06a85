from typing import Any

from django.urls import include, path

from maillage.web.complements import proposer, relire, views
from maillage.web.gouvernance.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "complements"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "carte"}, show_champ


urlpatterns = [
    path("", views.complements, name="complements"),
    path("lieux/", proposer.lieux, name="lieux"),
    path("lieu/", proposer.lieu, name="lieu"),
    path("ajouter/", proposer.ajouter, name="ajouter"),
    path("fichier/", proposer.fichier, name="fichier"),
    path("fichier/essai/", proposer.essai, name="essai"),
    path("modele.csv", proposer.modele, name="modele"),
    path("lignes/", views.lignes, name="lignes"),
    path("lignes/", include(list_urls(
        gabarit="complements/historique.html", cadre=frame, retour="complements:relire"
    ))),
    path("lignes/<slug:cle>/", views.ligne, name="ligne"),
    path("lignes/<slug:cle>/trancher", relire.trancher, name="trancher"),
    path("lignes/<slug:cle>/maintenir", relire.maintenir, name="maintenir"),
    path("lignes/<slug:cle>/reprendre", proposer.reprendre, name="reprendre"),
    path("lignes/<slug:cle>/retirer", proposer.retirer, name="retirer"),
    path("relire/", relire.relire, name="relire"),
    path("relire/trancher", relire.trancher_lot, name="trancher-lot"),
    path("complements.csv", views.exporter, name="exporter"),
]  # fmt: skip
