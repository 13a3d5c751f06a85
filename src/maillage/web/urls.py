"""Every address, in French; errors have pages of their own."""

from django.contrib import admin
from django.urls import include, path

from maillage.web.api.views import marked_urls
from maillage.web.serveur.metriques import metriques
from maillage.web.suivi.views import stop_mail

urlpatterns = [
    path("", include("maillage.web.territoires.urls")),
    path("", include("maillage.web.socle.urls")),
    path("carte/", include("maillage.web.carte.urls")),
    path("completer/", include("maillage.web.complements.urls")),
    path("programme/", include("maillage.web.programme.urls")),
    path("echanges/", include("maillage.web.echanges.urls")),
    path("", include("maillage.web.annuaire.urls")),
    path("partenaires/", include("maillage.web.partenaires.urls")),
    path("elaboration/", include("maillage.web.elaboration.urls")),
    path("gouvernance/parcours/", include("maillage.web.parcours.urls")),
    path("gouvernance/", include("maillage.web.gouvernance.urls")),
    path("signalements/", include("maillage.web.participation.urls")),
    path("comites-usagers/", include("maillage.web.participation.usagers.urls")),
    path("consultations/", include("maillage.web.participation.consultations.urls")),
    path("enquetes/", include("maillage.web.participation.enquetes.urls")),
    path("bilans/", include("maillage.web.bilan.urls")),
    path("metrics", metriques, name="metriques"),
    path("courriel/arreter/<str:jeton>", stop_mail, name="courriel-arreter"),
    path("fichiers/", include("maillage.web.fichiers.urls")),
    path("atelier/", include("maillage.web.atelier.urls")),
    path("comptes/", include("maillage.web.comptes.urls")),
    path("", include("maillage.web.methodes.urls")),
    path("", include("maillage.web.publication.donnees.urls")),
    path("flux/", include("maillage.web.publication.flux.urls")),
    path("webhooks/", include("maillage.web.publication.webhooks.urls")),
    path("api/", include("maillage.web.api.urls")),
    path("api/1/", marked_urls()),
    path("ogc/", include("maillage.web.publication.urls")),
    path("administration/", admin.site.urls),
]

handler400 = "maillage.web.socle.views.erreur_400"
handler403 = "maillage.web.socle.views.erreur_403"
handler404 = "maillage.web.socle.views.erreur_404"
handler500 = "maillage.web.socle.views.erreur_500"
