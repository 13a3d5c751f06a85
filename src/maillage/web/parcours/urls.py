from typing import Any

from django.urls import path

from maillage.web.gouvernance.presentation import show_champ
from maillage.web.parcours import dossier, organismes, views
from maillage.web.suivi.urls import list_urls

app_name = "parcours"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return views.CADRE, show_champ


urlpatterns = [
    path("", views.etat, name="etat"),
    path("dossier.zip", dossier.dossier, name="dossier"),
    path("actes/", views.actes, name="actes"),
    path("arrete/", views.arrete, name="arrete"),
    path("textes/nouveau/", views.nouveau_texte, name="nouveau-texte"),
    path("textes/<int:numero>/", views.texte, name="texte"),
    path("signataires/nouveau/", views.signataire, name="nouveau-signataire"),
    path("signataires/<slug:cle>/", views.signataire, name="signataire"),
    path("signataires/<slug:cle>/retirer", views.retirer_signataire, name="retirer-signataire"),
    path("saisir/", organismes.saisir, name="saisir"),
    path("organismes/poser", organismes.poser, name="poser"),
    path("organismes/nouveau/", organismes.nouveau, name="nouvel-organisme"),
    path("organismes/<slug:cle>/", organismes.organisme, name="organisme"),
    path("organismes/<slug:cle>/avis/", organismes.avis, name="avis"),
    path("organismes/<slug:cle>/saisine/", organismes.saisine, name="saisine"),
    path("organismes/<slug:cle>/repondre", organismes.repondre, name="repondre"),
    path("organismes/<slug:cle>/de-nouveau", organismes.consulter_de_nouveau, name="de-nouveau"),
    path("organismes/<slug:cle>/retirer", organismes.retirer, name="retirer"),
    *list_urls(gabarit="gouvernance/historique.html", cadre=frame, retour="parcours:etat"),
]
