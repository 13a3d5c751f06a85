from django.urls import path

from maillage.web.publication import tuiles, views

app_name = "publication"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("api", views.api, name="api"),
    path("conformance", views.conformite, name="conformite"),
    path("collections", views.couches, name="couches"),
    path("collections/<str:couche>", views.couche, name="couche"),
    path("collections/<str:couche>/queryables", views.filtrables, name="filtrables"),
    path("collections/<str:couche>/tiles", tuiles.jeux, name="jeux"),
    path("collections/<str:couche>/tiles/<str:grille>", tuiles.jeu, name="jeu"),
    path(
        "collections/<str:couche>/tiles/<str:grille>/<int:zoom>/<int:row>/<int:col>",
        tuiles.tuile,
        name="tuile",
    ),
    path("tileMatrixSets", tuiles.grilles, name="grilles"),
    path("tileMatrixSets/<str:grille>", tuiles.grille, name="grille"),
    path("collections/<str:couche>/items", views.objets, name="objets"),
    path("collections/<str:couche>/items/<path:objet>", views.objet, name="objet"),
]
