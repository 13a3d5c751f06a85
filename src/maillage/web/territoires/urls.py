from django.urls import path

from maillage.web.territoires import views
from maillage.web.territoires.point import views as point
from maillage.web.territoires.region import views as region
from maillage.web.territoires.sans_voiture import views as sans_voiture

app_name = "territoires"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("recherche/", views.recherche, name="recherche"),
    path("recherche/suggestions.json", views.suggestions, name="suggestions"),
    path("territoires/", views.portraits, name="portraits"),
    path("territoires/<str:niveau>/<str:code>/", views.portrait, name="portrait"),
    path("territoires/<str:niveau>/<str:code>/portrait.pdf", views.portrait_pdf, name="portrait-pdf"),
    path("territoires/<str:niveau>/<str:code>/portrait.ods", views.portrait_ods, name="portrait-ods"),
    path("territoires/<str:niveau>/<str:code>/en-une-page/", point.point, name="point"),
    path("territoires/<str:niveau>/<str:code>/en-une-page.pdf", point.point_pdf, name="point-pdf"),
    path("prioritaires/", views.deficits, name="deficits"),
    path("evolution/", views.ce_qui_change, name="evolution"),
    path("region/", region.page, name="region"),
    path("region/departements.csv", region.departements_csv, name="region-departements"),
    path("region/communes.csv", region.communes_csv, name="region-communes"),
    path("sans-voiture/", sans_voiture.page, name="sans-voiture"),
    path("trajet/", sans_voiture.trajet, name="trajet"),
    path("comparer/", views.comparer, name="comparer"),
    path("croiser/", views.croiser, name="croiser"),
    path("croiser/nuage.svg", views.croiser_image, name="croiser-image"),
    path("croiser/nuage.vl.json", views.croiser_description, name="croiser-description"),
    path("classements/", views.classements, name="classements"),
    path("classements/tout", views.tout_exporter, name="tout-exporter"),
]
