from django.urls import path

from maillage.web.programme import (
    views,
    views_amendements,
    views_edition,
    views_export,
    views_import,
    views_pratiques,
    views_public,
    views_suivi,
)

app_name = "programme"
urlpatterns = [
    path("", views.accueil, name="accueil"),
    path("ici/", views_public.choisir, name="choisir"),
    path("ici/<str:niveau>/<str:code>/", views_public.ici, name="ici"),
    path("declinaisons/", views.declinaisons, name="declinaisons"),
    path("declinaisons/nouvelle/", views_edition.nouvelle_declinaison, name="nouvelle"),
    path("declinaisons/lot", views_edition.lot, name="lot"),
    path("declinaisons/<path:cle>/", views.declinaison, name="declinaison"),
    path("fiches/<str:cle>/", views.fiche, name="fiche"),
    path("objectifs/<str:cle>/", views.objectif, name="objectif"),
    path("couverture/", views.couverture, name="couverture"),
    path("completude/", views.completude, name="completude"),
    path("indicateurs/", views.indicateurs, name="indicateurs"),
    path("indicateurs/remplir", views_suivi.remplir, name="remplir"),
    path(
        "indicateurs/nouveau/<str:sorte>/<path:cle>/", views_suivi.nouvel_indicateur, name="nouvel-indicateur"
    ),
    path("indicateurs/<path:cle>/", views_suivi.indicateur, name="indicateur"),
    path("valeurs/<int:valeur_id>/valider", views_suivi.valider_valeur, name="valider-valeur"),
    path("afom/", views_suivi.afom, name="afom"),
    path("afom/voter/<path:cle>", views_suivi.voter, name="voter"),
    path("recherche/", views.recherche, name="recherche"),
    path("taches/", views_suivi.taches, name="taches"),
    path("taches/lu", views_suivi.lu, name="lu"),
    path("taches/courriel", views_suivi.courriel, name="courriel"),
    path("pratiques/", views_pratiques.pratiques, name="pratiques"),
    path("pratiques/<slug:cle>/", views_pratiques.pratique, name="pratique"),
    path("labels/<slug:cle>/", views_pratiques.label, name="label"),
    path("creer/<str:sorte>/", views_pratiques.creer, name="creer"),
    path("amendements/", views_amendements.amendements, name="amendements"),
    path("amendements/<str:sorte>/<path:cle>/", views_amendements.proposer, name="proposer"),
    path("annuler", views_edition.annuler, name="annuler"),
    path("commenter/<str:sorte>/<path:cle>", views_suivi.commenter, name="commenter"),
    path("suivre/<str:sorte>/<path:cle>", views_suivi.suivre, name="suivre"),
    path("modifier/<str:sorte>/<path:cle>/", views_edition.modifier, name="modifier"),
    path("historique/<str:sorte>/<path:cle>/", views_edition.historique, name="historique"),
    path("restaurer/<str:sorte>/<path:cle>", views_edition.restaurer, name="restaurer"),
    path("importer/", views_import.importer, name="importer"),
    path("exporter/<str:forme>", views_export.exporter, name="exporter"),
]
