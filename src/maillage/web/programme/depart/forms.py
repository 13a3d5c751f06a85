"""The form of a schema that begins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.sdaasp.programme.depart import Depart, ModeleDeSchema, ThemeDeDepart
from maillage.web.programme.saisie.tableau import ColonneSaisie, TableauField
from maillage.web.programme.saisie.textes import LignesField

THEMES = (
    ColonneSaisie("nom", "Thème", sorte="long", requise=True),
    ColonneSaisie(
        "declinable", "Décliné par arrondissement", sorte="choix", choix=(("", "oui"), ("non", "non"))
    ),
)
UN_PAR_LIGNE = "Une par ligne."


class FormulaireDepart(forms.Form):
    """Everything that a schema begins with, filled from a template."""

    nom = forms.CharField(label="Nom du schéma", max_length=300, widget=forms.Textarea({"rows": 2}))
    debut = forms.IntegerField(label="Première année", min_value=2015, max_value=2100)
    fin = forms.IntegerField(
        label="Dernière année",
        min_value=2015,
        max_value=2100,
        help_text="Le programme d’actions dure six ans (décret n° 2016-402).",
    )
    pilotes = LignesField(label="Qui pilote le schéma", help_text="Un par ligne.")
    arrondissements = forms.MultipleChoiceField(
        label="Arrondissements", required=False, widget=forms.CheckboxSelectMultiple
    )
    zones = LignesField(
        label="Territoires déjà connus en déficit d’accès",
        help_text="Un par ligne, comme on les nomme ici ; on peut en ajouter plus tard.",
    )
    themes = TableauField(THEMES, label="Thèmes", help_text="Chaque thème aura sa fiche action.")
    dimensions = LignesField(label="Dimensions transversales", help_text=UN_PAR_LIGNE)
    orientations = LignesField(label="Orientations", help_text=UN_PAR_LIGNE)

    def __init__(self, data: Any, *, places: Mapping[str, str], initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.places = places
        self.fields["themes"].required = True
        self.fields["arrondissements"].choices = list(places.items())  # type: ignore[attr-defined]

    def read_brouillon(self) -> dict[str, Any]:
        """What was typed, as it waits in the session."""
        return {name: self.cleaned_data[name] for name in self.fields}


def write_initial(depart: Depart) -> dict[str, Any]:
    """What the form shows of a start."""
    return {
        "nom": depart.nom,
        "debut": depart.debut,
        "fin": depart.fin,
        "pilotes": list(depart.pilotes),
        "arrondissements": list(depart.arrondissements),
        "zones": list(depart.zones),
        "themes": [{"nom": t.nom, "declinable": "" if t.declinable else "non"} for t in depart.themes],
        "dimensions": list(depart.dimensions),
        "orientations": list(depart.orientations),
    }


def read_depart(
    brouillon: Mapping[str, Any], departement: str, places: Mapping[str, str], modele: ModeleDeSchema
) -> Depart:
    """The start that a draft tells; a theme that keeps its name keeps the template's key."""
    keys = {theme.nom: theme.cle for theme in modele.themes}
    return Depart(
        departement=departement,
        nom=brouillon["nom"],
        debut=brouillon["debut"],
        fin=brouillon["fin"],
        pilotes=tuple(brouillon["pilotes"]),
        arrondissements={code: places[code] for code in brouillon["arrondissements"] if code in places},
        zones=tuple(brouillon["zones"]),
        themes=tuple(
            ThemeDeDepart(row["nom"], row["declinable"] != "non", keys.get(row["nom"], ""))
            for row in brouillon["themes"]
        ),
        dimensions=tuple(brouillon["dimensions"]),
        orientations=tuple(brouillon["orientations"]),
    )
