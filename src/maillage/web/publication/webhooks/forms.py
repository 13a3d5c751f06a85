"""Forms of webhooks."""

from __future__ import annotations

from django import forms

from maillage.web.publication.flux.parution import GENRES_DITS


class FormulaireWebhook(forms.Form):
    """An address, and what is sent to it."""

    nom = forms.CharField(
        label="Nom", max_length=120, help_text="Qui reçoit : « Intranet du Département », « Observatoire »…"
    )
    adresse = forms.CharField(
        label="Adresse",
        max_length=500,
        help_text="Elle commence par https:// et mène à une machine ouverte sur Internet.",
        widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off"}),
    )
    genres = forms.MultipleChoiceField(
        label="Ce qui lui est envoyé",
        choices=[(str(one), said) for one, said in GENRES_DITS.items()],
        initial=[str(one) for one in GENRES_DITS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un genre de changement."},
    )
