from django.urls import path

from maillage.web.comptes import views
from maillage.web.comptes.acces import views as acces
from maillage.web.comptes.proconnect import views as proconnect
from maillage.web.socle.decorateurs import for_one_reader

app_name = "comptes"
urlpatterns = [
    path("connexion/", views.Connexion.as_view(), name="connexion"),
    path("deconnexion/", proconnect.Deconnexion.as_view(), name="deconnexion"),
    path("proconnect/", for_one_reader(proconnect.leave), name="proconnect"),
    path("proconnect/retour/", for_one_reader(proconnect.come_back), name="proconnect-retour"),
    path("proconnect/code/", for_one_reader(proconnect.give_code), name="proconnect-code"),
    path("proconnect/relier/", for_one_reader(proconnect.confirm_link), name="proconnect-relier"),
    path("proconnect/quitter/", for_one_reader(proconnect.quit_there), name="proconnect-quitter"),
    path("proconnect/delier/<int:identite_id>", for_one_reader(proconnect.unlink), name="proconnect-delier"),
    path("moi/", for_one_reader(views.mon_compte), name="mon-compte"),
    path("moi/double-authentification/", for_one_reader(acces.double_authentification), name="double"),
    path("moi/mot-de-passe/", for_one_reader(acces.change_password), name="mot-de-passe"),
    path("moi/codes-de-secours/", for_one_reader(acces.codes_secours), name="codes"),
    path("moi/sessions/fermer", for_one_reader(acces.close_session), name="fermer-session"),
    path("mot-de-passe-oublie/", for_one_reader(acces.forgotten_password), name="oubli"),
    path("remettre-un-acces/", for_one_reader(acces.give_recovery), name="remettre"),
    path("recuperation/", for_one_reader(acces.recover_account), name="recuperer"),
    path("recuperation/<str:jeton>/", for_one_reader(acces.recuperation), name="recuperation"),
    path("moi/cles/", for_one_reader(views.create_jeton), name="creer-jeton"),
    path("moi/cles/<int:jeton_id>/revoquer", for_one_reader(views.revoke_jeton), name="revoquer-jeton"),
    path("inviter/", for_one_reader(views.invite_personne), name="inviter"),
    path("donner-un-mandat/", for_one_reader(views.give_mandate), name="donner"),
    path("invitation/", for_one_reader(views.accept_invitation), name="accepter"),
    path("invitation/<str:jeton>/", for_one_reader(views.invitation), name="invitation"),
]
