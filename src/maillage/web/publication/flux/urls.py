from django.urls import path

from maillage.web.publication.flux import views

app_name = "flux"
urlpatterns = [
    path("", views.flux, name="flux"),
    path("changements.atom", views.atom, name="atom"),
    path("changements.json", views.json, name="json"),
]
