"""Forms of indicators, targets and values."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.sdaasp.programme.vocabulaire import (
    NatureCible,
    Sens,
)
from maillage.web.programme.indicateurs.chiffres import read_unit, refuse_unit
from maillage.web.programme.saisie.forms import FormulaireObjet, list_choices
from maillage.web.programme.saisie.lecteurs import DitQuiLit
from maillage.web.socle import atlas as atlases
from maillage.web.socle.formulaires import JourField


class ChampsIndicateur(DitQuiLit):
    """What defines an indicator, new or already there."""

    COLLECTION = "indicateurs"
    libelle = forms.CharField(label="Ce que l’on mesure", max_length=300)
    nature = forms.ChoiceField(label="Nature", choices=list_choices(NatureCible))
    unite = forms.CharField(label="Unité", required=False, max_length=60)
    sens = forms.ChoiceField(
        label="Sens souhaité", required=False, choices=[("", "Sans sens"), *list_choices(Sens)]
    )
    definition = forms.CharField(label="Définition", required=False, widget=forms.Textarea({"rows": 2}))
    source = forms.CharField(label="Source", required=False, max_length=300)
    methode = forms.CharField(label="Méthode", required=False, widget=forms.Textarea({"rows": 2}))
    frequence_mois = forms.IntegerField(
        label="Mois entre deux valeurs", initial=12, min_value=1, max_value=72
    )
    ventilation = forms.MultipleChoiceField(
        label="Ventilation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sexe", "Par sexe"), ("age", "Par âge")],
    )


class FormulaireIndicateurSuivi(FormulaireObjet, ChampsIndicateur):
    """The definition of an indicator, changed."""

    CHAMPS = tuple(ChampsIndicateur.base_fields)  # type: ignore[attr-defined]

    def clean_unite(self) -> str:
        """The unit of the figure that fills it, if one does; left blank, it is that of this figure."""
        said, bound = self.cleaned_data["unite"], getattr(self.objet, "indicateur_atlas", None)
        atlas = atlases.choose(None)
        if not bound or atlas is None or bound not in atlas.definitions:
            return str(said)
        known = atlas.definition(bound)
        if refusal := refuse_unit(known, said):
            raise forms.ValidationError(f"{refusal} Gardez cette unité, ou liez-le à un autre chiffre.")
        return said or read_unit(known)


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


class FormulaireCible(DitQuiLit):
    """A target for a year."""

    COLLECTION = "cibles"
    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    valeur = forms.FloatField(label="Nombre visé", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))


class FormulaireValeur(DitQuiLit):
    """A proposed value."""

    COLLECTION = "valeurs"
    date = JourField(label="Date")
    valeur = forms.FloatField(label="Nombre", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))
    groupe = forms.CharField(label="Groupe (sexe, âge)", required=False, max_length=60)
    motif = forms.CharField(label="D’où vient cette valeur", widget=forms.Textarea({"rows": 2}))
