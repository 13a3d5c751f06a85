from django.urls import path

from maillage.web.socle import lecture, views
from maillage.web.socle.decorateurs import for_one_reader

app_name = "socle"
urlpatterns = [
    path("sante", views.sante, name="sante"),
    path("pret", views.pret, name="pret"),
    path(".well-known/security.txt", views.securite_txt, name="securite-txt"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("accessibilite/schema/", views.schema_accessibilite, name="schema-accessibilite"),
    path("textes-simples/", lecture.choisir, name="lecture"),
    path("exemples/", views.exemples, name="exemples"),
    path("travaux/<str:jeton>/", for_one_reader(views.travail), name="travail"),
    path("travaux/<str:jeton>/annuler", for_one_reader(views.cancel_travail), name="annuler-travail"),
    path("travaux/<str:jeton>/relancer", for_one_reader(views.retry_travail), name="relancer-travail"),
    path("travaux/<str:jeton>/fichier", for_one_reader(views.fichier_travail), name="fichier-travail"),
]
