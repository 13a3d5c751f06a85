"""Forms of comités d'usagers."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from maillage.participation.propositions import CollegeRepresente, read_colleges, write_colleges
from maillage.web.participation.forms import offer
from maillage.web.participation.models import ComiteUsagers, ReunionUsagers
from maillage.web.programme.noms import Noms
from maillage.web.socle.ecriture import as_validation
from maillage.web.socle.formulaires import JourField

CHAMPS: Final = ("nom", "presentation", "theme", "territoire", "dimension", "ferme_le")
CHAMPS_REUNION: Final = ("jour", "heure", "lieu", "ordre_du_jour", "presents", "annulee")


class FormulaireComiteUsagers(forms.Form):
    """A comité d'usagers."""

    nom = forms.CharField(label="Nom", max_length=200)
    presentation = forms.CharField(
        label="Ce qu’il fait", required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text="Lu par tous. Dites ce que deviennent ses propositions.",
    )  # fmt: skip
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    dimension = forms.ChoiceField(label="Dimension", required=False)
    colleges = forms.CharField(
        label="Qui y siège", required=False, max_length=10_000, widget=forms.Textarea({"rows": 6}),
        help_text="Une ligne par collège ou organisation : « collège ; organisation ; nombre de personnes ». "
        "Aucun nom de personne. Exemple : Habitants ; ; 6",
    )  # fmt: skip
    ferme_le = JourField(label="Ne se réunit plus depuis", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: ComiteUsagers | None, noms: Noms) -> None:
        initial = {name: getattr(objet, name) for name in (*CHAMPS, "version")} if objet else {}
        if objet:
            initial["colleges"] = write_colleges(objet.valeurs)
        super().__init__(data, initial=initial)
        offer(self.fields["theme"], [("", "tous"), *noms.themes.items()])
        offer(self.fields["territoire"], [("", "tout le département"), *noms.arrondissements.items()])
        offer(self.fields["dimension"], [("", "aucune en particulier"), *noms.dimensions.items()])

    def clean_colleges(self) -> tuple[CollegeRepresente, ...]:
        """As the rules read them, with the line of each fault."""
        with as_validation():
            return read_colleges(self.cleaned_data["colleges"])

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in CHAMPS}


class FormulaireReunionUsagers(forms.Form):
    """A meeting of a comité d'usagers."""

    jour = JourField(label="Jour")
    heure = forms.TimeField(label="Heure", required=False, help_text="Par exemple 14:30.")
    lieu = forms.CharField(label="Lieu", required=False, max_length=300)
    ordre_du_jour = forms.CharField(
        label="Ordre du jour", required=False, max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text="Lu par tous : n’y nommez personne.",
    )  # fmt: skip
    presents = forms.IntegerField(
        label="Combien de personnes sont venues", required=False, min_value=0, max_value=10_000,
        help_text="Vide : personne ne les a comptées, ou la réunion est à venir.",
    )  # fmt: skip
    annulee = forms.BooleanField(label="Annulée", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: ReunionUsagers | None) -> None:
        names = (*CHAMPS_REUNION, "version")
        super().__init__(data, initial={name: getattr(objet, name) for name in names} if objet else {})

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in CHAMPS_REUNION}


class FormulaireProposition(forms.Form):
    """What a comité d'usagers proposes."""

    texte = forms.CharField(
        label="Ce que le comité propose", min_length=10, max_length=2000, widget=forms.Textarea({"rows": 5}),
        help_text="Une proposition à la fois, au nom du comité. Ne nommez personne.",
    )  # fmt: skip
    reunion = forms.ChoiceField(label="Adoptée à la réunion", required=False)
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    relu = forms.BooleanField(
        label="J’ai relu : rien n’y nomme une personne", required=False,
        help_text="À cocher quand un mot à majuscule pourrait être un nom et n’en est pas un.",
    )  # fmt: skip

    def __init__(self, data: Any, *, comite: ComiteUsagers, noms: Noms) -> None:
        super().__init__(data, initial={"theme": comite.theme, "territoire": comite.territoire})
        met = [(row.cle, str(row)) for row in comite.reunions.all()]
        offer(self.fields["reunion"], [("", "aucune en particulier"), *met])
        offer(self.fields["theme"], [("", "aucun en particulier"), *noms.themes.items()])
        offer(self.fields["territoire"], [("", "tout le département"), *noms.arrondissements.items()])
        for name in ("theme", "territoire"):
            if getattr(comite, name):
                del self.fields[name]
