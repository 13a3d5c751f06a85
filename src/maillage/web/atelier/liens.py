"""What a scenario serves in the programme: a fiche, a priority objective, an AFOM item; and back."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.models import FicheAction, ItemAfom, ObjectifPrioritaire

CIBLES = (FicheAction, ObjectifPrioritaire, ItemAfom)
MOTS_MONTRES = 110


def list_choices() -> list[Any]:
    """What a form offers, by kind: (label, [(key, words)])."""
    programme = read_programme()
    groups = (
        ("Fiches", [(fiche.cle, fiche.titre) for fiche in programme.fiches]),
        ("Objectifs prioritaires", [(op.cle, op.libelle) for op in programme.objectifs]),
        ("Constats (AFOM)", [(item.cle, item.texte) for item in programme.afom]),
    )
    shown = [(label, [(key, words[:MOTS_MONTRES]) for key, words in rows]) for label, rows in groups if rows]
    return [("", "Rien : il ne sert aucun objet du programme"), *shown]


def find_target(cle: str) -> Any | None:
    """The object of the programme that a key names; null for none."""
    found = (model.objects.filter(cle=cle).first() for model in CIBLES if cle)
    return next((row for row in found if row is not None), None)


class FormulaireLien(forms.Form):
    """Which object of the programme a scenario serves."""

    lien = forms.ChoiceField(label="Fiche, objectif ou constat", choices=list_choices, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: ScenarioEnregistre) -> None:
        super().__init__(data, initial={"lien": objet.lien, "version": objet.version})
