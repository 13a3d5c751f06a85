"""Forms of the work around the programme: indicators, targets, values, AFOM items, bulk changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.vocabulaire import NatureAfom, StatutDeclinaison
from maillage.web.programme import models
from maillage.web.programme.forms import ChampsIndicateur, list_choices


class FormulaireIndicateur(ChampsIndicateur):
    """A new indicator, with its first target if one is known."""

    annee = forms.IntegerField(label="Année de la cible", required=False, min_value=2000, max_value=2100)
    valeur = forms.FloatField(label="Nombre visé", required=False, localize=True)
    texte = forms.CharField(
        label="Ou la cible en une phrase", required=False, widget=forms.Textarea({"rows": 2})
    )
    CIBLE = ("annee", "valeur", "texte")

    def clean(self) -> dict[str, Any]:
        """A target needs its year, and something to reach."""
        data = super().clean() or {}
        reached = data.get("valeur") is not None or bool(data.get("texte"))
        if reached and not data.get("annee"):
            self.add_error("annee", "Une cible se donne pour une année.")
        if data.get("annee") and not reached:
            self.add_error("valeur", "Donnez un nombre, ou une phrase ci-dessous.")
        return data

    def read_target(self) -> dict[str, Any] | None:
        """The first target, if one was given."""
        target = {name: self.cleaned_data[name] for name in self.CIBLE}
        return target if target["annee"] else None

    def read_fields(self) -> dict[str, Any]:
        """The fields of the indicator in the exchange format."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in self.CIBLE}
        return {name: None if value == "" else value for name, value in data.items()}


class FormulaireCible(forms.Form):
    """A target for a year."""

    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    valeur = forms.FloatField(label="Nombre visé", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))


class FormulaireValeur(forms.Form):
    """A proposed value."""

    date = forms.DateField(label="Date", widget=forms.DateInput({"type": "date"}))
    valeur = forms.FloatField(label="Nombre", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))
    groupe = forms.CharField(label="Groupe (sexe, âge)", required=False, max_length=60)
    motif = forms.CharField(label="D’où vient cette valeur", widget=forms.Textarea({"rows": 2}))


class FormulaireAfom(forms.Form):
    """A new AFOM item."""

    nature = forms.ChoiceField(label="Nature", choices=list_choices(NatureAfom))
    texte = forms.CharField(label="Constat", max_length=600, widget=forms.Textarea({"rows": 2}))
    enjeu = forms.CharField(label="Enjeu auquel il mène", required=False, max_length=300)
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
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires qui y répondent", required=False, widget=forms.CheckboxSelectMultiple
    )
    groupe = forms.CharField(
        label="Groupe",
        required=False,
        max_length=120,
        help_text="Un même nom réunit les constats qui disent la même chose.",
    )

    def __init__(
        self, data: Any, *, chiffres: Mapping[str, ChiffreCite], noms: Mapping[str, str], theme: str
    ) -> None:
        super().__init__(data)
        self.chiffres = chiffres
        rows = models.ObjectifPrioritaire.objects.filter(fiche=theme)
        self.fields["objectifs"].choices = [(row.cle, row.libelle) for row in rows]  # type: ignore[attr-defined]
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


class FormulaireLot(forms.Form):
    """The same change on several declinaisons."""

    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Ne pas changer"), *list_choices(StatutDeclinaison)]
    )
    pilote_territorial = forms.CharField(label="Pilote territorial", required=False, max_length=300)
    motif = forms.CharField(label="Pourquoi ce changement", required=False, max_length=100)

    def read_fields(self) -> dict[str, Any]:
        """Only what was filled."""
        return {
            name: value for name in ("statut", "pilote_territorial") if (value := self.cleaned_data[name])
        }
