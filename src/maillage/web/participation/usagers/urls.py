from __future__ import annotations

from django.urls import path

from maillage.web.participation.usagers import propositions, views

app_name = "usagers"

urlpatterns = [
    path("", views.comites, name="comites"),
    path("nouveau/", views.modifier, name="nouveau"),
    path("propositions/", propositions.propositions, name="propositions"),
    path("propositions/<slug:cle>/", propositions.proposition, name="proposition"),
    path("propositions/<slug:cle>/avancer", propositions.avancer, name="avancer"),
    path("reunions/<slug:cle>/", views.reunion, name="reunion"),
    path("reunions/<slug:cle>/modifier/", views.modifier_reunion, name="modifier-reunion"),
    path("<slug:cle>/", views.comite, name="comite"),
    path("<slug:cle>/modifier/", views.modifier, name="modifier"),
    path("<slug:cle>/rejoindre", views.rejoindre, name="rejoindre"),
    path("<slug:cle>/quitter", views.quitter, name="quitter"),
    path("<slug:cle>/membres/<int:pk>", views.membre, name="membre"),
    path("<slug:cle>/reunions.ics", views.agenda, name="agenda"),
    path("<slug:cle>/reunions/nouvelle/", views.nouvelle_reunion, name="nouvelle-reunion"),
    path("<slug:cle>/proposer/", propositions.proposer, name="proposer"),
]
