from typing import Any

from django.urls import path

from maillage.web.atelier import agir_views, documents_views, views, vive
from maillage.web.atelier.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "atelier"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "atelier", "onglet": "scenarios"}, show_champ


urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("nouveau/", views.nouveau, name="nouveau"),
    path("veille/", agir_views.veille, name="veille"),
    path("ou-ouvrir/", agir_views.placer, name="placer"),
    path("tournee/", agir_views.tourner, name="tourner"),
    path("reponses/<str:jeton>/", agir_views.reponse, name="reponse"),
    path("comparer/", documents_views.comparer, name="comparer"),
    path("comparer/<slug:forme>", documents_views.exporter_comparaison, name="exporter-comparaison"),
    path("scenarios/<slug:cle>/note/<slug:forme>", documents_views.note, name="note"),
    path("scenarios/<slug:cle>/lier/", documents_views.lier, name="lier"),
    path("scenarios/<slug:cle>/", views.scenario, name="scenario"),
    path("scenarios/<slug:cle>/calculer", views.calculer, name="calculer"),
    path("scenarios/<slug:cle>/exporter/<slug:forme>", views.exporter, name="exporter"),
    path("scenarios/<slug:cle>/carte/", vive.vive, name="vive"),
    path("scenarios/<slug:cle>/carreaux/<slug:genre>.json", vive.carreaux, name="carreaux"),
    path("scenarios/<slug:cle>/glisser/<slug:genre>.json", vive.glisser, name="glisser"),
    path("scenarios/<slug:cle>/ajouter/<slug:genre>/", views.ajouter, name="ajouter"),
    path("scenarios/<slug:cle>/retirer", views.retirer, name="retirer"),
    path("scenarios/<slug:cle>/reglages/", views.regler, name="regler"),
    path("scenarios/<slug:cle>/partager/", views.partager, name="partager"),
    path("scenarios/<slug:cle>/copier", views.copier, name="copier"),
    path("scenarios/<slug:cle>/supprimer", views.supprimer, name="supprimer"),
    *list_urls(gabarit="atelier/historique.html", cadre=frame, retour="atelier:accueil"),
]
