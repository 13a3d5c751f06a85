from __future__ import annotations

from typing import Any

from django.urls import path

from maillage.web.participation import signalements, traitement
from maillage.web.participation.presentation import frame, show_champ
from maillage.web.suivi.urls import list_urls

app_name = "participation"


def page() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return frame(), show_champ


urlpatterns = [
    path("", signalements.signalements, name="signalements"),
    path("nouveau/", signalements.signaler, name="signaler"),
    path("suivre/<str:jeton>/", signalements.suivre, name="suivi"),
    path("suivre/<str:jeton>/photo", signalements.photo_suivie, name="photo-suivie"),
    path("suivre/<str:jeton>/donnees.json", signalements.donnees, name="donnees"),
    path("suivre/<str:jeton>/oublier-contact", signalements.oublier_contact, name="oublier-contact"),
    path("suivre/<str:jeton>/retirer", signalements.retirer, name="retirer"),
    path("a-traiter/", traitement.a_traiter, name="a-traiter"),
    path("a-traiter/refuser", traitement.refuser_lot, name="refuser-lot"),
    *list_urls(gabarit="participation/historique.html", cadre=page, retour="participation:signalements"),
    path("<slug:cle>/", signalements.signalement, name="signalement"),
    path("<slug:cle>/photo", signalements.photo, name="photo"),
    path("<slug:cle>/relire/", traitement.relire, name="relire"),
    path("<slug:cle>/avancer", traitement.avancer, name="avancer"),
]
