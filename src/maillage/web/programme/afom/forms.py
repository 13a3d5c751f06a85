"""Forms of an AFOM item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.vocabulaire import NatureAfom
from maillage.web.programme import models
from maillage.web.programme.saisie.forms import FormulaireObjet, list_choices


class ChampsAfom(forms.Form):
    """What an AFOM item says, new or already there."""

    nature = forms.ChoiceField(label="Nature", choices=list_choices(NatureAfom))
    texte = forms.CharField(label="Constat", max_length=600, widget=forms.Textarea({"rows": 2}))
    enjeu = forms.CharField(label="Enjeu auquel il mène", required=False, max_length=300)
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires qui y répondent", required=False, widget=forms.CheckboxSelectMultiple
    )
    groupe = forms.CharField(
        label="Groupe",
        required=False,
        max_length=120,
        help_text="Un même nom réunit les constats qui disent la même chose.",
    )

    def offer_objectives(self, theme: str) -> None:
        """Offer the OP of the theme."""
        rows = models.ObjectifPrioritaire.objects.filter(fiche=theme)
        self.fields["objectifs"].choices = [(row.cle, row.libelle) for row in rows]  # type: ignore[attr-defined]


class FormulaireItemAfom(FormulaireObjet, ChampsAfom):
    """An AFOM item, changed: its wording, its group, and what it leads to."""

    CHAMPS = tuple(ChampsAfom.base_fields)  # type: ignore[attr-defined]

    def prepare(self) -> None:
        """The OP of the theme."""
        self.offer_objectives(self.objet.theme)  # type: ignore[attr-defined]


class FormulaireAfom(ChampsAfom):
    """A new AFOM item, with what it rests on."""

    field_order = (
        "nature", "texte", "enjeu", "preuve", "nature_preuve", "indicateur", "objectifs", "groupe",
    )  # fmt: skip
    preuve = forms.CharField(
        label="Sur quoi il repose",
        required=False,
        max_length=600,
        help_text="Un rapport avec sa référence, ou un témoignage.",
    )
    nature_preuve = forms.ChoiceField(
        label="C’est", required=False, choices=[("rapport", "un rapport"), ("temoignage", "un témoignage")]
    )
    indicateur = forms.ChoiceField(
        label="Ou un chiffre de l’atlas pour cet arrondissement",
        required=False,
        help_text="Le chiffre est figé tel qu’il est aujourd’hui, avec son millésime.",
    )

    def __init__(
        self, data: Any, *, chiffres: Mapping[str, ChiffreCite], noms: Mapping[str, str], theme: str
    ) -> None:
        super().__init__(data)
        self.chiffres = chiffres
        self.offer_objectives(theme)
        choices = [(key, f"{noms[key]} : {figure.valeur:g}") for key, figure in chiffres.items()]
        self.fields["indicateur"].choices = [("", "Aucun"), *choices]  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """The fields in the exchange format."""
        data = self.cleaned_data
        proof = {"nature": data["nature_preuve"] or "rapport", "texte": data["preuve"], "chiffre": None}
        return {
            "nature": data["nature"],
            "texte": data["texte"],
            "enjeu": data["enjeu"] or None,
            "objectifs": data["objectifs"],
            "groupe": data["groupe"] or None,
            "preuves": ([proof] if data["preuve"] else []) + self._cite(data["indicateur"]),
        }

    def _cite(self, key: str) -> list[dict[str, Any]]:
        if not key:
            return []
        return [{"nature": "chiffre", "texte": None, "chiffre": to_plain(self.chiffres[key])}]
