"""The addresses that an app with followed objects serves under its own name."""

from __future__ import annotations

from django.urls import URLPattern, path

from maillage.web.suivi import views


def list_urls(*, gabarit: str, cadre: views.Cadre, retour: str) -> list[URLPattern]:
    """Comment, follow, history, restore, undo.

    ``gabarit`` is the page of the history, ``cadre`` what the app adds to it, ``retour`` the view where an
    undo of several objects leads.
    """
    page = {"gabarit": gabarit, "cadre": cadre}
    return [
        path("annuler", views.undo, {"retour": retour}, name="annuler"),
        path("commenter/<str:sorte>/<path:cle>", views.comment, name="commenter"),
        path("suivre/<str:sorte>/<path:cle>", views.follow, name="suivre"),
        path("historique/<str:sorte>/<path:cle>/", views.history, page, name="historique"),
        path("restaurer/<str:sorte>/<path:cle>", views.restore, name="restaurer"),
    ]
