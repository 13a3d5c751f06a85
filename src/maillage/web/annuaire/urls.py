from typing import Any

from django.urls import include, path

from maillage.web.annuaire import borne, corrections, doublons, imports, mobilite, numerique, views
from maillage.web.annuaire.accueil import comptes, lien, orientations
from maillage.web.annuaire.accueil import views as accueil
from maillage.web.annuaire.ambassadeurs import views as ambassadeurs
from maillage.web.annuaire.fraicheur import campagne, reponse
from maillage.web.annuaire.reseau import export, structures, suites
from maillage.web.annuaire.reseau import views as reseau
from maillage.web.annuaire.simple import views as simple
from maillage.web.gouvernance.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "annuaire"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "annuaire"}, show_champ


urlpatterns = [
    path("trouver/", views.trouver, name="trouver"),
    path("borne/", borne.bornes, name="bornes"),
    path("borne/<slug:lieu>/", borne.borne, name="borne"),
    path("accueil/", accueil.accueil, name="accueil"),
    path("accueil/themes/", ambassadeurs.themes, name="themes"),
    path("accueil/themes/<slug:cle>/", ambassadeurs.theme, name="theme"),
    path("accueil/formations/", ambassadeurs.formations, name="formations"),
    path("accueil/formations.ics", ambassadeurs.formations_ics, name="formations-ics"),
    path("accueil/formations/<int:pk>/annuler", ambassadeurs.annuler, name="annuler-formation"),
    path("accueil/lieu", accueil.lieu, name="lieu"),
    path("accueil/favoris/<int:pk>", accueil.favori, name="favori"),
    path("accueil/feuille/", accueil.imprimer, name="feuille"),
    path("accueil/feuille.pdf", accueil.imprimer_pdf, name="feuille-pdf"),
    path("accueil/structures/<int:pk>/", orientations.accord, name="accord"),
    path("accueil/structures/<int:pk>/orienter/", orientations.orienter, name="orienter"),
    path("accueil/orientations/", orientations.orientations, name="orientations"),
    path("accueil/orientations/comptes/", comptes.comptes, name="comptes"),
    path("accueil/orientations/<int:pk>/", orientations.orientation, name="orientation"),
    path("accueil/orientations/<int:pk>/avancer", orientations.avancer, name="avancer-orientation"),
    path("accueil/orientations/<int:pk>/lien", orientations.lier, name="lien"),
    path("accueil/reponse/<str:jeton>/", lien.reponse, name="reponse"),
    path("annuaire/reseau/", reseau.reseau, name="reseau"),
    path("annuaire/numerique/", numerique.numerique, name="numerique"),
    path("annuaire/mobilite/", mobilite.mobilite, name="mobilite"),
    path("annuaire/reseau/afom/", suites.afom, name="reseau-afom"),
    path("annuaire/reseau/afom/proposer", suites.proposer, name="reseau-proposer"),
    path("annuaire/reseau/ruptures.<str:forme>", export.exporter, name="reseau-exporter"),
    path("annuaire/reseau/calculer", suites.calculer, name="reseau-calculer"),
    path("annuaire/reseau/essayer", suites.essayer, name="reseau-essayer"),
    path("annuaire/fraicheur/", campagne.fraicheur, name="fraicheur"),
    path("annuaire/fraicheur/lancer", campagne.lancer, name="lancer"),
    path("annuaire/fraicheur/lettres", campagne.lettres, name="lettres"),
    path("annuaire/confirmer/<str:jeton>/", reponse.confirmation, name="confirmation"),
    path("annuaire/confirmer/<str:jeton>/arreter", reponse.arreter, name="confirmation-arreter"),
    path("annuaire/confirmer/<str:jeton>/<int:pk>/", reponse.repondre, name="confirmation-fiche"),
    path("annuaire/conventions/", structures.conventions, name="conventions"),
    path(
        "annuaire/conventions/",
        include(list_urls(gabarit="annuaire/historique.html", cadre=frame, retour="annuaire:conventions")),
    ),
    path("annuaire/conventions/<slug:cle>/", structures.convention, name="convention"),
    path("annuaire/conventions/<slug:cle>/modifier/", structures.modifier, name="modifier-convention"),
    path("annuaire/<int:pk>/galaxie/", structures.galaxie, name="galaxie"),
    path("annuaire/<int:pk>/conventions/nouvelle/", structures.nouvelle, name="nouvelle-convention"),
    path("annuaire/corrections/", corrections.corrections, name="corrections"),
    path("annuaire/corrections/<int:pk>/avancer", corrections.avancer, name="avancer"),
    path("annuaire/imports/", imports.imports, name="imports"),
    path("annuaire/imports/nouveau/", imports.importer, name="importer"),
    path("annuaire/imports/essai/<str:jeton>/", imports.essai, name="essai"),
    path("annuaire/imports/modele.ods", imports.modele, name="modele"),
    path("annuaire/imports/correspondance/", imports.correspondance, name="correspondance"),
    path("annuaire/imports/correspondance/<int:pk>/oublier", imports.oublier, name="oublier"),
    path("annuaire/imports/<int:pk>/", imports.detail, name="import"),
    path("annuaire/imports/<int:pk>/defaire", imports.defaire, name="defaire"),
    path("annuaire/doublons/", doublons.doublons, name="doublons"),
    path("annuaire/doublons/trancher", doublons.trancher, name="trancher"),
    path("annuaire/doublons/separer", doublons.separer, name="separer"),
    path("annuaire/doublons/<int:pk>/retirer", doublons.retirer, name="retirer-doublon"),
    path("annuaire/<int:pk>/corriger/", corrections.corriger, name="corriger"),
    path("annuaire/<int:pk>/confirmer", corrections.confirmer, name="confirmer"),
    path("annuaire/<int:pk>/", views.fiche, name="fiche"),
    path("annuaire/<int:pk>/simple/", simple.simple, name="simple"),
    path("annuaire/<int:pk>/simple/image", simple.image, name="simple-image"),
    path("annuaire/<int:pk>/carte/", views.imprimer, name="carte"),
]
