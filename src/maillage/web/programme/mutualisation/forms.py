"""Forms of a sharing, of the file that brings many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from maillage.sdaasp.programme.mutualisations import load_types
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation, NatureMutualisation, get_libelle
from maillage.web.programme.mutualisation.queries import find_site, name_site
from maillage.web.programme.saisie.forms import VIDE, FormulaireObjet, list_choices
from maillage.web.programme.saisie.textes import LignesField, MontantField
from maillage.web.socle.depot import DepotField
from maillage.web.socle.formulaires import JourField

PRESETS = ("libelle", "type", "etat", "site", "echeance", "origine")
LISTES = ("partenaires", "services")


def group_types() -> list[tuple[str, list[tuple[str, str]]]]:
    """The kinds of sharing as a form offers them: places, then tools."""
    kinds = load_types().values()
    return [
        (get_libelle(nature), [(kind.cle, kind.nom) for kind in kinds if kind.nature is nature])
        for nature in NatureMutualisation
    ]


class FormulaireMutualisation(FormulaireObjet):
    """A sharing; where it is tied to a place of the atlas, the name of the place is read there."""

    COLLECTION = "mutualisations"
    CHAMPS = (
        "libelle", "type", "etat", "partenaires", "services", "arrondissements", "site", "site_nom",
        "echeance", "cout_eur", "gain_eur", "gain", "convention", "convention_debut", "convention_fin",
        "origine", "source",
    )  # fmt: skip
    libelle = forms.CharField(label="Ce qui est partagé", max_length=300)
    type = forms.ChoiceField(label="Type", choices=group_types)
    etat = forms.ChoiceField(label="État", required=False, choices=[VIDE, *list_choices(EtatMutualisation)])
    partenaires = LignesField(label="Partenaires", help_text="Une organisation par ligne, deux au moins.")
    services = LignesField(label="Services qui y sont offerts", help_text="Un par ligne.")
    arrondissements = forms.MultipleChoiceField(
        label="Arrondissements",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : tout le département.",
    )
    site = forms.CharField(
        label="Lieu de l’atlas",
        required=False,
        max_length=120,
        help_text="Son identifiant, que la recherche de lieux écrit pour vous.",
    )
    echeance = forms.IntegerField(label="Échéance (année)", required=False, min_value=2015, max_value=2100)
    cout_eur = MontantField(label="Coût annuel (€)", help_text="Tous partenaires ensemble.")
    gain_eur = MontantField(label="Gain annuel (€)")
    gain = forms.CharField(
        label="Ce que l’on y gagne", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    convention = forms.CharField(label="Convention", required=False, max_length=300)
    convention_debut = JourField(label="Début de la convention", required=False)
    convention_fin = JourField(label="Fin de la convention", required=False)
    origine = forms.CharField(
        label="D’où vient l’idée", required=False, max_length=4000, widget=forms.Textarea({"rows": 2})
    )
    source = forms.CharField(label="Source", required=False, max_length=300)

    def prepare(self) -> None:
        """The arrondissements of the schema."""
        self.fields["arrondissements"].choices = list(self.noms.arrondissements.items())  # type: ignore[attr-defined]

    def preset(self, wanted: Mapping[str, list[str]]) -> None:
        """Fill in advance what an address says: a place found, a suggestion."""
        super().preset(wanted)
        for name in (*PRESETS, *LISTES):
            if values := [value[:4000] for value in wanted.get(name, []) if value]:
                self.initial[name] = values if name in LISTES else values[0]

    def clean_partenaires(self) -> list[str] | None:
        """None typed is « à confirmer »."""
        return self.cleaned_data["partenaires"] or None

    def clean_services(self) -> list[str] | None:
        """None typed is « à confirmer »."""
        return self.cleaned_data["services"] or None

    def clean_site(self) -> str | None:
        """The id of a place of the atlas; one already tied stays, even when no atlas has it any more."""
        site = self.cleaned_data["site"].strip()
        self.found = find_site(site) if site else None
        if site and self.found is None and site != self.objet.site:  # type: ignore[attr-defined]
            raise ValidationError(
                f"L’atlas n’a pas de lieu « {site} » : cherchez-le par son nom ou sa commune."
            )
        return site or None

    def clean(self) -> dict[str, Any]:
        """The name of the place goes with it."""
        said = super().clean() or self.cleaned_data
        held: Any = self.objet
        if "site" in said:
            kept = held.site_nom if said["site"] and said["site"] == held.site else None
            said["site_nom"] = name_site(self.found) if self.found else kept
        return said


class FormulaireInventaire(forms.Form):
    """A workbook or a table of sharings."""

    fichier = DepotField(
        formats=(".ods", ".xlsx", ".csv"),
        label="Le fichier",
        help_text="Les colonnes de l’inventaire exporté : au moins le libellé et le type.",
    )
