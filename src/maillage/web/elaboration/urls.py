from typing import Any

from django.urls import path

from maillage.web.elaboration import documents, evenements, recueil, tri, views
from maillage.web.elaboration.projet import views as projet
from maillage.web.gouvernance.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "elaboration"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "programme", "onglet": "elaboration", "elaboration": None}, show_champ


urlpatterns = [
    path("", views.elaborations, name="elaborations"),
    path("nouvelle/", views.nouvelle, name="nouvelle"),
    path("dire/", recueil.code, name="code"),
    path("dire/<slug:code>/", recueil.dire, name="dire"),
    path("trace/<str:sorte>/<path:cle>/", projet.trace, name="trace"),
    path("evenements/<slug:cle>/", evenements.evenement, name="evenement"),
    path("evenements/<slug:cle>/modifier/", evenements.modifier, name="modifier-evenement"),
    path("evenements/<slug:cle>/presences/", evenements.presences, name="presences"),
    path("evenements/<slug:cle>/inviter", evenements.inviter, name="inviter"),
    path("evenements/<slug:cle>/passer", evenements.passer, name="passer-evenement"),
    path("evenements/<slug:cle>/ouvrir", evenements.ouvrir, name="ouvrir"),
    path("evenements/<slug:cle>/recueillir/", recueil.en_salle, name="en-salle"),
    path(
        "evenements/<slug:cle>/<slug:nature>.<slug:forme>",
        documents.document_evenement,
        name="document-evenement",
    ),
    path("paroles/<slug:cle>/", tri.parole, name="parole"),
    path("paroles/<slug:cle>/avancer", tri.avancer, name="avancer"),
    path("paroles/<slug:cle>/diviser/", tri.diviser, name="diviser"),
    path("paroles/<slug:cle>/anonymiser/", tri.anonymiser, name="anonymiser"),
    *list_urls(gabarit="elaboration/historique.html", cadre=frame, retour="elaboration:elaborations"),
    path("<slug:cle>/", views.elaboration, name="elaboration"),
    path("<slug:cle>/modifier/", views.modifier, name="modifier"),
    path("<slug:cle>/passer", views.passer, name="passer"),
    path("<slug:cle>/evenements.ics", views.agenda, name="agenda"),
    path("<slug:cle>/evenements/nouveau/", evenements.nouveau, name="nouvel-evenement"),
    path("<slug:cle>/contribuer/", recueil.en_ligne, name="en-ligne"),
    path("<slug:cle>/tri/", tri.tri, name="tri"),
    path("<slug:cle>/tri/une/", tri.une, name="une"),
    path("<slug:cle>/retenir/", projet.retenir, name="retenir"),
    path("<slug:cle>/projet/", projet.projet, name="projet"),
    path("<slug:cle>/synthese.<slug:forme>", documents.synthese, name="document"),
    path("<slug:cle>/paroles.<slug:forme>", documents.exporter, name="export"),
    path("<slug:cle>/importer/", documents.importer, name="importer"),
    path("<slug:cle>/retenu/", views.retenu, name="retenu"),
]
