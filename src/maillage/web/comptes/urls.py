from django.contrib.auth.views import LogoutView
from django.urls import path

from maillage.web.comptes import views

app_name = "comptes"
urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", LogoutView.as_view(), name="deconnexion"),
    path("moi/", views.mon_compte, name="mon-compte"),
    path("moi/double-authentification/", views.double_authentification, name="double"),
    path("moi/cles/", views.create_jeton, name="creer-jeton"),
    path("moi/cles/<int:jeton_id>/revoquer", views.revoke_jeton, name="revoquer-jeton"),
    path("inviter/", views.invite_personne, name="inviter"),
    path("invitation/<str:jeton>/", views.invitation, name="invitation"),
]
