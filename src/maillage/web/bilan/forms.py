"""Forms of a bilan."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.web.bilan.models import BrouillonContribution, ContributionEcrite


class FormulaireContribution(forms.Form):
    """What a pilot writes."""

    texte = forms.CharField(
        label="Votre contribution",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 14}),
        help_text="Ce qui a été fait, ce qui a changé pour les habitants, ce qui a manqué, la suite. "
        "Une ligne vide sépare deux paragraphes.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, objet: ContributionEcrite, brouillon: BrouillonContribution | None = None
    ) -> None:
        held = brouillon or objet
        super().__init__(data, initial={"texte": held.texte, "version": held.version})


class FormulaireAnnee(forms.Form):
    """The year of a bilan to open."""

    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
