from django.urls import path, re_path

from maillage.web.publication.donnees import views

app_name = "donnees"
urlpatterns = [
    path("donnees/", views.donnees, name="donnees"),
    path("donnees/<str:nom>", views.fichier, name="fichier"),
    path("catalogue", views.choisir, name="choisir"),
    re_path(r"^catalogue\.(?P<suffixe>ttl|jsonld|rdf)$", views.catalogue, name="catalogue"),
]
