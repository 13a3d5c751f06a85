from django.urls import path

from maillage.web.annuaire import reseau, views

app_name = "annuaire"
urlpatterns = [
    path("trouver/", views.trouver, name="trouver"),
    path("annuaire/reseau/", reseau.reseau, name="reseau"),
    path("annuaire/<int:pk>/", views.fiche, name="fiche"),
    path("annuaire/<int:pk>/carte/", views.imprimer, name="carte"),
]
