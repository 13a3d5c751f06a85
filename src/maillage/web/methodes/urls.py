from django.urls import path

from maillage.web.methodes import views

app_name = "methodes"
urlpatterns = [
    path("methodes/", views.methodes, name="methodes"),
    path("methodes/<str:indicateur>/", views.indicateur, name="indicateur"),
    path("methodes/<str:indicateur>/formule.svg", views.formule, name="formule"),
    path("sources/", views.sources, name="sources"),
    path("glossaire/", views.glossaire, name="glossaire"),
]
