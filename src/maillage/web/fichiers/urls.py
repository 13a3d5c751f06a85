from django.urls import path

from maillage.web.fichiers import views

app_name = "fichiers"

urlpatterns = [
    path("donner/<str:sorte>/<path:cle>", views.donner, name="donner"),
    path("<int:pk>/", views.lire, name="lire"),
    path("<int:pk>/retirer", views.retirer, name="retirer"),
]
