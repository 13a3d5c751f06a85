from typing import Any

from django.urls import path

from maillage.web.gouvernance import comites, dossier, feuilles, remontees, seances, trace, views
from maillage.web.gouvernance.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "gouvernance"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "programme", "onglet": ""}, show_champ


urlpatterns = [
    path("", views.annee, name="annee"),
    path("preparer", views.preparer, name="preparer"),
    path("reunion/", views.nouvelle_seance, name="nouvelle-seance"),
    path("comites.ics", views.telecharger, name="telecharger"),
    path("agenda/<str:jeton>/comites.ics", views.agenda, name="agenda"),
    path("decisions/", views.decisions, name="decisions"),
    path("comites/", comites.comites, name="comites"),
    path("comites/decrire", comites.decrire, name="decrire"),
    path("comites/nouveau/", comites.modifier, name="nouveau-comite"),
    path("comites/<slug:cle>/", comites.modifier, name="comite"),
    path("comites/<slug:cle>/retirer", comites.retirer, name="retirer-comite"),
    path("seances/<slug:cle>/", seances.seance, name="seance"),
    path("seances/<slug:cle>/modifier/", seances.modifier, name="modifier-seance"),
    path("seances/<slug:cle>/presences/", seances.presences, name="presences"),
    path("seances/<slug:cle>/compte-rendu/", seances.compte_rendu, name="compte-rendu"),
    path("seances/<slug:cle>/pieces/", seances.pieces, name="pieces"),
    path("seances/<slug:cle>/<slug:nature>.<slug:forme>", dossier.document, name="document"),
    path("seances/<slug:cle>/convoquer", seances.convoquer, name="convoquer"),
    path("seances/<slug:cle>/passer", seances.passer, name="passer"),
    path("seances/<slug:cle>/passer-compte-rendu", seances.passer_compte_rendu, name="passer-compte-rendu"),
    path("seances/<slug:cle>/inscrire", seances.inscrire, name="inscrire"),
    path("seances/<slug:cle>/decider", seances.decider, name="decider"),
    path("decisions/<slug:cle>/", seances.decision, name="decision"),
    path("decisions/<slug:cle>/passer", seances.passer_decision, name="passer-decision"),
    path("feuilles/", feuilles.feuilles, name="feuilles"),
    path("feuilles/<slug:cle>/ecrire/", feuilles.ecrire, name="ecrire-feuille"),
    path("feuilles/<slug:cle>/valider", feuilles.valider, name="valider-feuille"),
    path("feuilles/<slug:cle>/feuille.<slug:forme>", feuilles.document, name="document-feuille"),
    path("feuilles/<slug:territoire>/<slug:theme>/<int:annee>/", feuilles.feuille, name="feuille"),
    path(
        "feuilles/<slug:territoire>/<slug:theme>/<int:annee>/commencer",
        feuilles.commencer,
        name="commencer-feuille",
    ),
    path("remontees/", remontees.remontees, name="remontees"),
    path("remontees/nouvelle/", remontees.nouvelle, name="nouvelle-remontee"),
    path("remontees/<slug:cle>/", remontees.remontee, name="remontee"),
    path("remontees/<slug:cle>/trace/", trace.trace, name="trace"),
    path("remontees/<slug:cle>/avancer", remontees.avancer, name="avancer"),
    *list_urls(gabarit="gouvernance/historique.html", cadre=frame, retour="gouvernance:annee"),
]
