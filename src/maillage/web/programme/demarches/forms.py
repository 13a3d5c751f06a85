"""Forms of a plan kept elsewhere, of its news, and of an orientation of the digital road map."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.sdaasp.programme.demarches import load_types_demarches
from maillage.sdaasp.programme.vocabulaire import VoletFne, get_libelle
from maillage.web.programme import models
from maillage.web.programme.saisie.forms import FormulaireObjet
from maillage.web.programme.saisie.tableau import ColonneSaisie, TableauField
from maillage.web.programme.saisie.textes import read_date, read_money
from maillage.web.socle.formulaires import JourField

VOLETS = (("", "—"), *((volet.value, get_libelle(volet)) for volet in VoletFne))


def _places(noms: Any) -> tuple[tuple[str, str], ...]:
    return (("", "tous"), *noms.arrondissements.items())


def make_columns(
    actions: list[tuple[str, str]], places: tuple[tuple[str, str], ...]
) -> tuple[ColonneSaisie, ...]:
    """The columns of the steps of an orientation."""
    return (
        ColonneSaisie("libelle", "Étape", sorte="long", requise=True),
        ColonneSaisie("action", "Action", sorte="choix", choix=(("", "toute l’orientation"), *actions)),
        ColonneSaisie("volet", "Volet", sorte="choix", choix=VOLETS),
        ColonneSaisie("arrondissement", "Arrondissement", sorte="choix", choix=places),
        ColonneSaisie("fin", "Échéance", read_date, "date"),
        ColonneSaisie("faite_le", "Faite le", read_date, "date"),
        ColonneSaisie("combien", "Combien"),
        ColonneSaisie("cout_eur", "Coût (€)", read_money, "nombre"),
        ColonneSaisie("financeur", "Financeur"),
        ColonneSaisie("fonds", "Fonds"),
    )


class FormulaireDemarche(FormulaireObjet):
    """A plan that somebody else keeps: who, when, where, what it brings to the schema."""

    COLLECTION = "plans_externes"
    CHAMPS = (
        "nom", "sigle", "type", "porteur", "debut", "fin", "etendue", "arrondissements", "lien", "apports",
        "source",
    )  # fmt: skip
    nom = forms.CharField(label="Nom", max_length=300)
    sigle = forms.CharField(label="Sigle", required=False, max_length=60)
    type = forms.ChoiceField(
        label="Type", required=False, choices=[("", "À confirmer"), *load_types_demarches().items()]
    )
    porteur = forms.CharField(
        label="Qui la pilote", required=False, max_length=300, help_text="Une fonction ou une organisation."
    )
    debut = JourField(label="Début", required=False)
    fin = JourField(label="Fin", required=False)
    etendue = forms.CharField(label="Périmètre", required=False, max_length=300)
    arrondissements = forms.MultipleChoiceField(
        label="Arrondissements", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : tout le département.",
    )  # fmt: skip
    lien = forms.URLField(label="Page officielle (adresse)", required=False, assume_scheme="https")
    apports = TableauField((), label="Ce qu’elle apporte au schéma")
    source = forms.CharField(label="Source", required=False, max_length=300)

    def prepare(self) -> None:
        """The arrondissements, fiches and objectives of the schema."""
        self.fields["arrondissements"].choices = list(self.noms.arrondissements.items())  # type: ignore[attr-defined]
        targets = [(row.cle, str(row)) for row in models.FicheAction.objects.all()]
        targets += [(row.cle, str(row)) for row in models.ObjectifPrioritaire.objects.all()]
        columns = (
            ColonneSaisie(
                "sert", "Fiche ou objectif", sorte="choix", choix=(("", "—"), *targets), requise=True
            ),
            ColonneSaisie("texte", "Ce qu’elle apporte", sorte="long"),
        )
        self.fields["apports"] = TableauField(columns, label="Ce qu’elle apporte au schéma")
        self.tell("apports", "Public.")


class FormulaireNouvelle(forms.Form):
    """Something that happened to a plan, noted once."""

    le = JourField(label="Jour")
    texte = forms.CharField(
        label="Ce qui s’est passé", max_length=1000, widget=forms.Textarea({"rows": 2}),
        help_text="Public ; se voit sur chaque fiche qui cite cette démarche.",
    )  # fmt: skip
    lien = forms.URLField(label="Pour en savoir plus (adresse)", required=False, assume_scheme="https")
    version = forms.IntegerField(widget=forms.HiddenInput)


class FormulaireFne(FormulaireObjet):
    """An orientation: where it is a priority, and its steps."""

    COLLECTION = "orientations_fne"
    CHAMPS = ("titre", "tous", "priorites", "etapes", "source")
    titre = forms.CharField(label="Orientation", max_length=300)
    tous = forms.BooleanField(label="Tous les arrondissements, sans priorité", required=False)
    priorites = forms.MultipleChoiceField(
        label="Arrondissements en priorité 1", required=False, widget=forms.CheckboxSelectMultiple
    )
    etapes = TableauField((), label="Étapes")
    source = forms.CharField(label="Source", required=False, max_length=300)

    def prepare(self) -> None:
        """The arrondissements of the schema and the actions of this orientation."""
        self.fields["priorites"].choices = list(self.noms.arrondissements.items())  # type: ignore[attr-defined]
        actions = [(action["cle"], action["libelle"]) for action in self.objet.actions]  # type: ignore[attr-defined]
        columns = make_columns(actions, _places(self.noms))
        self.fields["etapes"] = TableauField(
            columns,
            label="Étapes",
            help_text="Formation, équipement, connexion, médiation, observatoire : une par ligne.",
        )
        self.tell("etapes", "Public.")
