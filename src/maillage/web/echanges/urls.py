from django.urls import path

from maillage.web.echanges import views
from maillage.web.suivi.views import follow

app_name = "echanges"
urlpatterns = [
    path("", views.espaces, name="espaces"),
    path("suivre/<str:sorte>/<path:cle>", follow, name="suivre"),
    path("messages/<int:pk>", views.message, name="message"),
    path("messages/<int:pk>/repondre", views.repondre, name="repondre"),
    path("messages/<int:pk>/retirer", views.retirer, name="retirer"),
    path("<slug:theme>/<slug:lieu>/", views.espace, name="espace"),
    path("<slug:theme>/<slug:lieu>/ouvrir", views.ouvrir, name="ouvrir"),
    path("<slug:theme>/<slug:lieu>/ecrire", views.ecrire, name="ecrire"),
]
