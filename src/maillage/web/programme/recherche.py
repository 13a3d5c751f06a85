"""Looking for words in the programme."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from maillage.sdaasp.programme.recherche import list_terms, make_index, matches
from maillage.sdaasp.programme.visibilite import COLLECTIONS
from maillage.web.programme import models
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.visibilite import list_hidden


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows that hold every word, whatever the accents and plurals."""
    wanted = Q()
    for term in list_terms(text):
        wanted &= Q(index__contains=f" {term}")
    return rows.filter(wanted)


def search_all(text: str, personne: Any, limit: int = 20) -> list[tuple[str, list[models.ObjetProgramme]]]:
    """(heading, rows) of everything that holds the words where ``personne`` may read, one query per kind."""
    headings = {
        "fiche": "Fiches",
        "objectif": "Objectifs prioritaires",
        "declinaison": "Déclinaisons",
        "indicateur": "Indicateurs",
        "afom": "Constats AFOM",
        "pratique": "Bonnes pratiques",
        "label": "Labels",
        "territoire": "Territoires du schéma",
        "partage": "Mutualisations",
        "demarche": "Démarches suivies",
        "fne": "France Numérique Ensemble",
    }
    found = [
        (headings[sorte], _keep_readable(search(model.objects.all(), text), text, personne, limit))
        for sorte, model in models.SORTES.items()
    ]
    return [(heading, rows) for heading, rows in found if rows]


def _keep_readable(rows: QuerySet[Any], text: str, personne: Any, limit: int) -> list[Any]:
    """The first rows that hold the words in fields that this person may read."""
    model = rows.model
    hidden = set(list_hidden(personne, COLLECTIONS.get(model.PUR, ""))).intersection(model.CHERCHABLES)
    if not hidden:
        return list(rows[:limit])
    return [row for row in rows if matches(text, row.list_terms(without=hidden))][:limit]


def search_cadre(text: str) -> list[tuple[str, str]]:
    """(anchor on the page of the frame, wording) of the orientations, levers, plans that hold the words."""
    programme = read_programme()
    named = [
        *(("orientations", o.titre) for o in programme.orientations_strategiques),
        *(("leviers", lever.nom) for lever in programme.leviers),
        *(("dimensions", d.nom) for d in programme.dimensions_transversales),
        *((o.cle, a.libelle) for o in programme.orientations_fne for a in o.actions),
    ]
    return [(anchor, wording) for anchor, wording in named if matches(text, make_index(wording))][:20]
