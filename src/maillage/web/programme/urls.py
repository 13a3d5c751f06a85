from django.urls import path

from maillage.web.programme.afom import views as afom
from maillage.web.programme.amendements import views as amendements
from maillage.web.programme.couverture import views as couverture
from maillage.web.programme.declinaisons import views as declinaisons
from maillage.web.programme.demarches import documents
from maillage.web.programme.demarches import views as demarches
from maillage.web.programme.depart import views as depart
from maillage.web.programme.edition import views as edition
from maillage.web.programme.fiches import views as fiches
from maillage.web.programme.indicateurs import choix
from maillage.web.programme.indicateurs import views as indicateurs
from maillage.web.programme.mutualisation import echange as partages
from maillage.web.programme.mutualisation import views as mutualisation
from maillage.web.programme.pratiques import views as pratiques
from maillage.web.programme.presentation import frame_history
from maillage.web.programme.public import export
from maillage.web.programme.public import views as public
from maillage.web.programme.reprise import views as reprise
from maillage.web.programme.taches import views as taches
from maillage.web.programme.versions import views as versions
from maillage.web.suivi import views as suivi
from maillage.web.suivi.urls import list_urls

BUREAU = {"retour": "programme:taches"}
app_name = "programme"
urlpatterns = [
    path("", public.accueil, name="accueil"),
    path("commencer/", depart.commencer, name="commencer"),
    path("commencer/retirer", depart.retirer, name="retirer"),
    path("cadre/", public.cadre, name="cadre"),
    path("droits/", public.droits, name="droits"),
    path("ici/", public.choose, name="choisir"),
    path("ici/<str:niveau>/<str:code>/", public.ici, name="ici"),
    path("declinaisons/", declinaisons.declinaisons, name="declinaisons"),
    path("declinaisons/nouvelle/", declinaisons.nouvelle_declinaison, name="nouvelle"),
    path("declinaisons/lot", declinaisons.lot, name="lot"),
    path("declinaisons/<path:cle>/", declinaisons.declinaison, name="declinaison"),
    path("fiches/<str:cle>/", fiches.fiche, name="fiche"),
    path("fiches/<str:cle>/objectifs/nouveau/", fiches.nouvel_objectif, name="nouvel-objectif"),
    path("objectifs/<str:cle>/", fiches.objectif, name="objectif"),
    path("couverture/", couverture.couverture, name="couverture"),
    path("completude/", couverture.completude, name="completude"),
    path("correspondances/", couverture.correspondances, name="correspondances"),
    path("correspondances/<str:zone>/", couverture.correspondre, name="correspondre"),
    path("indicateurs/", indicateurs.indicateurs, name="indicateurs"),
    path("indicateurs/remplir", indicateurs.fill, name="remplir"),
    path(
        "indicateurs/nouveau/<str:sorte>/<path:cle>/", indicateurs.nouvel_indicateur, name="nouvel-indicateur"
    ),
    path("indicateurs/adopter/<str:sorte>/<path:cle>/", choix.adopt, name="adopter"),
    path("indicateurs/lier/<path:cle>/", choix.lier, name="lier"),
    path(
        "indicateurs/suggestions/<str:champ>/<str:sorte>/<path:cle>/", choix.suggestions, name="suggestions"
    ),
    path("indicateurs/<path:cle>/", indicateurs.indicateur, name="indicateur"),
    path("valeurs/<int:valeur_id>/valider", indicateurs.validate_valeur, name="valider-valeur"),
    path("afom/", afom.afom, name="afom"),
    path("afom/voter/<path:cle>", afom.vote, name="voter"),
    path("recherche/", public.recherche, name="recherche"),
    path("taches/", taches.taches, name="taches"),
    path("taches/lu", suivi.mark_read, BUREAU, name="lu"),
    path("taches/courriel", suivi.receive_mail, BUREAU, name="courriel"),
    path("pratiques/", pratiques.pratiques, name="pratiques"),
    path("pratiques/<slug:cle>/", pratiques.pratique, name="pratique"),
    path("labels/<slug:cle>/", pratiques.label, name="label"),
    path("creer/<str:sorte>/", pratiques.create, name="creer"),
    path("demarches/", demarches.demarches, name="demarches"),
    path("demarches/nouvelle/", demarches.nouvelle_demarche, name="nouvelle-demarche"),
    path("demarches/<str:cle>/", demarches.demarche, name="demarche"),
    path("demarches/<str:cle>/noter", demarches.noter, name="noter"),
    path("numerique/", demarches.feuille_de_route, name="feuille-de-route"),
    path("numerique/feuille-de-route.<str:forme>", documents.road_map, name="document-fne"),
    path("numerique/<str:cle>/", demarches.orientation, name="fne"),
    path("mutualisation/", mutualisation.mutualisation, name="mutualisation"),
    path("mutualisation/nouvelle/", mutualisation.nouveau, name="nouveau-partage"),
    path("mutualisation/pistes/", mutualisation.pistes, name="pistes"),
    path("mutualisation/reprendre", mutualisation.reprendre, name="reprendre-lieux"),
    path("mutualisation/importer/", partages.importer, name="importer-partages"),
    path("mutualisation/plan.<str:forme>", partages.plan, name="plan-mutualisation"),
    path("mutualisation/inventaire.<str:forme>", partages.inventaire, name="inventaire"),
    path("mutualisation/<slug:cle>/", mutualisation.partage, name="partage"),
    path("amendements/", amendements.amendements, name="amendements"),
    path("amendements/avis", amendements.avis, name="avis"),
    path("amendements/appliquer", amendements.appliquer, name="appliquer"),
    path("amendements/<str:sorte>/<path:cle>/", amendements.propose, name="proposer"),
    path("versions/", versions.versions, name="versions"),
    path("modifier/<str:sorte>/<path:cle>/", edition.edit, name="modifier"),
    path("importer/", reprise.import_programme, name="importer"),
    path("exporter/<str:forme>", export.download, name="exporter"),
    *list_urls(
        gabarit="programme/edition/historique.html",
        cadre=frame_history,
        retour="programme:declinaisons",
    ),
]
