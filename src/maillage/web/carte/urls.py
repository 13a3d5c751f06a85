from django.urls import path

from maillage.web.carte import views

app_name = "carte"
urlpatterns = [
    path("", views.carte, name="carte"),
    path("integrer/", views.integrer, name="integrer"),
    path("millesimes/", views.millesimes, name="millesimes"),
    path("image.png", views.image, name="image"),
    path("donnees.json", views.donnees, name="donnees"),
    path("adresse/", views.adresse, name="adresse"),
    path("lieu/", views.lieu, name="lieu"),
    path("lieux/<str:genre>.geojson", views.lieux, name="lieux"),
    path("routes.geojson", views.routes, name="routes"),
    path("contours/<str:niveau>.geojson", views.contours, name="contours"),
    path("tuiles/<str:nom>", views.tuile, name="tuile"),
]
