from typing import Any

from django.urls import path

from maillage.web.bilan import evaluation, views
from maillage.web.gouvernance.presentation import show_champ
from maillage.web.suivi.urls import list_urls

app_name = "bilan"


def frame() -> tuple[dict[str, Any], Any]:
    """What the history page needs."""
    return {"section": "programme", "onglet": ""}, show_champ


urlpatterns = [
    path("", views.bilans, name="bilans"),
    path("ouvrir", views.ouvrir, name="ouvrir"),
    path("evaluation/", evaluation.derniere, name="evaluation"),
    path("evaluation/<int:annee>/", evaluation.page, name="evaluation-annee"),
    path("evaluation/<int:annee>/evaluation.<slug:forme>", evaluation.document, name="evaluation-document"),
    path("<int:annee>/", views.bilan, name="bilan"),
    path("<int:annee>/avancer", views.avancer, name="avancer"),
    path("<int:annee>/bilan.<slug:forme>", views.document, name="document"),
    path("contributions/<slug:cle>/", views.contribution, name="contribution"),
    path("contributions/<slug:cle>/brouillon", views.brouillon, name="brouillon"),
    *list_urls(gabarit="gouvernance/historique.html", cadre=frame, retour="bilan:bilans"),
]
