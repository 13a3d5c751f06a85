from django.urls import path

from maillage.web.partenaires import views

app_name = "partenaires"
urlpatterns = [
    path("", views.qui, name="qui"),
    path("moi/", views.moi, name="moi"),
    path("moi/retirer", views.retirer, name="retirer"),
    path("nouveau/", views.partenaire, name="nouveau"),
    path("<int:pk>/", views.partenaire, name="partenaire"),
    path("<int:pk>/oublier", views.oublier, name="oublier"),
]
