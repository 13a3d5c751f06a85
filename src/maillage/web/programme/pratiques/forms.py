"""Forms of a good practice and of a label."""

from __future__ import annotations

from django import forms

from maillage.web.programme import models
from maillage.web.programme.saisie import tableau
from maillage.web.programme.saisie.forms import FormulaireObjet
from maillage.web.programme.saisie.tableau import TableauField


class FormulairePratique(FormulaireObjet):
    """A good practice, what it serves and where it was taken up."""

    COLLECTION = "bonnes_pratiques"
    CHAMPS = (
        "titre", "description", "territoire", "lieu", "porteur", "reprises", "labels", "objectifs",
        "declinaisons", "lien", "source",
    )  # fmt: skip
    titre = forms.CharField(label="Titre", max_length=300)
    description = forms.CharField(
        label="Ce qui a été fait, et ce que cela a donné", required=False, widget=forms.Textarea({"rows": 5})
    )
    territoire = forms.ChoiceField(label="Territoire du schéma", required=False)
    lieu = forms.CharField(label="Lieu plus précis", required=False, max_length=300)
    porteur = forms.CharField(label="Qui la porte", required=False, max_length=300)
    reprises = TableauField(
        tableau.REPRISES, label="Où elle a été reprise", help_text="L’essaimage : une ligne par lieu."
    )
    labels = forms.MultipleChoiceField(
        label="Labels obtenus", required=False, widget=forms.CheckboxSelectMultiple
    )
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires qu’elle sert", required=False, widget=forms.CheckboxSelectMultiple
    )
    declinaisons = forms.MultipleChoiceField(
        label="Déclinaisons liées", required=False, widget=forms.CheckboxSelectMultiple
    )
    lien = forms.URLField(label="Pour en savoir plus (adresse)", required=False, assume_scheme="https")
    source = forms.CharField(label="Source", required=False, max_length=300)

    def prepare(self) -> None:
        """The territories, objectives, declinaisons and labels of the schema."""
        places = {"": "Tout le département"} | dict(self.noms.arrondissements) | dict(self.noms.zones)
        self.fields["territoire"].choices = list(places.items())  # type: ignore[attr-defined]
        for name, model in (
            ("labels", models.Label),
            ("objectifs", models.ObjectifPrioritaire),
            ("declinaisons", models.Declinaison),
        ):
            self.fields[name].choices = [(row.cle, self._name(row)) for row in model.objects.all()]  # type: ignore[attr-defined]

    def _name(self, row: models.ObjetProgramme) -> str:
        if isinstance(row, models.Declinaison):
            return f"{self.noms.get(row.arrondissement)}, {row.annee} : {row}"
        return str(row)


class FormulaireLabel(FormulaireObjet):
    """A label."""

    COLLECTION = "labels"
    CHAMPS = ("nom", "organisme", "demande", "lien", "source")
    nom = forms.CharField(label="Nom", max_length=200)
    organisme = forms.CharField(label="Organisme qui le donne", required=False, max_length=300)
    demande = forms.CharField(label="Ce qu’il demande", required=False, widget=forms.Textarea({"rows": 3}))
    lien = forms.URLField(label="Page officielle (adresse)", required=False, assume_scheme="https")
    source = forms.CharField(label="Source", required=False, max_length=300)
