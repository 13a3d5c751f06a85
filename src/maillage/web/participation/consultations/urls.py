from __future__ import annotations

from django.urls import path

from maillage.web.participation.consultations import tri, views

app_name = "consultations"

urlpatterns = [
    path("", views.consultations, name="consultations"),
    path("nouvelle/", views.nouvelle, name="nouvelle"),
    path("<slug:cle>/", views.consultation, name="consultation"),
    path("<slug:cle>/tri/", tri.tri, name="tri"),
    path("<slug:cle>/tri/une/", tri.une, name="une"),
    path("<slug:cle>/retenir/", tri.retenir, name="retenir"),
    path("<slug:cle>/suites", views.suites, name="suites"),
    path("<slug:cle>/synthese.<slug:forme>", views.synthese, name="synthese"),
]
