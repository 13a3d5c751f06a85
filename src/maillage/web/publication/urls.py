from django.urls import path

from maillage.web.publication import views

app_name = "publication"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("api", views.api, name="api"),
    path("conformance", views.conformite, name="conformite"),
    path("collections", views.couches, name="couches"),
    path("collections/<str:couche>", views.couche, name="couche"),
    path("collections/<str:couche>/queryables", views.filtrables, name="filtrables"),
    path("collections/<str:couche>/items", views.objets, name="objets"),
    path("collections/<str:couche>/items/<path:objet>", views.objet, name="objet"),
]
