from django.contrib.auth.views import LogoutView
from django.urls import path

from maillage.web.comptes import views
from maillage.web.socle.decorateurs import for_one_reader

app_name = "comptes"
urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", LogoutView.as_view(), name="deconnexion"),
    path("moi/", for_one_reader(views.mon_compte), name="mon-compte"),
    path("moi/double-authentification/", for_one_reader(views.double_authentification), name="double"),
    path("moi/cles/", for_one_reader(views.create_jeton), name="creer-jeton"),
    path("moi/cles/<int:jeton_id>/revoquer", for_one_reader(views.revoke_jeton), name="revoquer-jeton"),
    path("inviter/", for_one_reader(views.invite_personne), name="inviter"),
    path("invitation/", for_one_reader(views.accept_invitation), name="accepter"),
    path("invitation/<str:jeton>/", for_one_reader(views.invitation), name="invitation"),
]
