"""The form of a convention."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.annuaire.conventions import OBJETS
from maillage.francais import majuscule
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.annuaire.reseau.queries import list_of_schema
from maillage.web.socle.formulaires import JourField


class FormulaireConvention(forms.Form):
    """What a structure can do with whom, and until when."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    partenaire = forms.CharField(
        label="Avec", max_length=200, help_text="Une organisation ou une structure, non une personne."
    )
    objets = forms.MultipleChoiceField(
        label="Ce que la structure peut faire",
        choices=[(str(key), majuscule(words)) for key, words in OBJETS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    themes = forms.MultipleChoiceField(
        label="Pour quels thèmes",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : quelle que soit la demande.",
    )
    precisions = forms.CharField(
        label="Précisions", required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )
    debut = JourField(label="Depuis le")
    fin = JourField(
        label="Jusqu’au", required=False, help_text="Vide : jusqu’à ce que l’on dise autre chose."
    )
    lien = forms.URLField(label="Texte en ligne", required=False, max_length=300, assume_scheme="https")
    du_schema = forms.ChoiceField(
        label="Convention du schéma qu’elle applique",
        required=False,
        help_text="Ses signataires et leurs engagements se lisent alors ici.",
    )

    def __init__(self, data: Any, *, themes: dict[str, str], objet: ConventionAccueil | None = None) -> None:
        names = (*ConventionAccueil.list_champs(), "version")
        super().__init__(data, initial={name: getattr(objet, name) for name in names} if objet else {})
        fields: dict[str, Any] = self.fields
        kept = objet.themes if objet else []
        fields["themes"].choices = list((themes | {key: key for key in kept if key not in themes}).items())
        schema = list_of_schema()
        held = [objet.du_schema] if objet and objet.du_schema and objet.du_schema not in schema else []
        fields["du_schema"].choices = [("", "aucune"), *((name, name) for name in (*held, *schema))]
        if not schema and not held:
            del self.fields["du_schema"]

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        said = super().clean() or self.cleaned_data
        if said.get("debut") and said.get("fin") and said["fin"] < said["debut"]:
            self.add_error("fin", ValidationError("La convention finirait avant d’avoir commencé."))
        return said

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        told = {name: self.cleaned_data.get(name, "") for name in ConventionAccueil.list_champs()}
        return told | {name: list(told[name]) for name in ("objets", "themes")}
