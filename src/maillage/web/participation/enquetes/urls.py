from __future__ import annotations

from django.urls import path

from maillage.web.participation.enquetes import views

app_name = "enquetes"

urlpatterns = [
    path("", views.enquetes, name="enquetes"),
    path("nouvelle/", views.modifier, name="nouvelle"),
    path("<slug:cle>/", views.enquete, name="enquete"),
    path("<slug:cle>/modifier/", views.modifier, name="modifier"),
    path("<slug:cle>/repondre/", views.repondre, name="repondre"),
    path("<slug:cle>/formulaire.pdf", views.papier, name="papier"),
    path("<slug:cle>/reponses-papier.csv", views.modele, name="modele"),
    path("<slug:cle>/importer", views.importer, name="importer"),
    path("<slug:cle>/publier", views.publier, name="publier"),
    path("<slug:cle>/textes/<slug:texte>", views.relire_texte, name="relire-texte"),
    path("<slug:cle>/resultats.<slug:forme>", views.resultats, name="resultats"),
]
