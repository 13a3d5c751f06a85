from django.urls import path

from maillage.web.socle import views

app_name = "socle"
urlpatterns = [
    path("sante", views.sante, name="sante"),
    path("pret", views.pret, name="pret"),
    path("accessibilite/", views.accessibilite, name="accessibilite"),
    path("exemples/", views.exemples, name="exemples"),
    path("travaux/<str:jeton>/", views.travail, name="travail"),
    path("travaux/<str:jeton>/annuler", views.cancel_travail, name="annuler-travail"),
    path("travaux/<str:jeton>/relancer", views.retry_travail, name="relancer-travail"),
    path("travaux/<str:jeton>/fichier", views.fichier_travail, name="fichier-travail"),
]
