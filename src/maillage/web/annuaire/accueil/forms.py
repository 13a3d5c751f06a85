"""Forms of the reception desk; the one of an orientation takes a first name, a way to call back, no more."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from maillage.annuaire.fiche import FonctionAccueil
from maillage.annuaire.orientation import PRENOM_AU_PLUS, RAPPEL_AU_PLUS, read_prenom, read_rappel
from maillage.catalogue.besoins import list_besoins
from maillage.web.annuaire.accueil.models import StructureAccueillante
from maillage.web.annuaire.question import FormulaireTrouver
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import as_validation

NIVEAUX: Final = [
    ("", "Tous"),
    (FonctionAccueil.PREMIER_NIVEAU.value, "Premier niveau : écoute, informe, oriente"),
    (FonctionAccueil.SECOND_NIVEAU.value, "Second niveau : évalue, ouvre le dossier"),
]


class FormulaireAccueil(FormulaireTrouver):
    """The question of Trouver, several needs at once, and the level of reception."""

    niveau = forms.ChoiceField(label="Quel niveau d’accueil ?", choices=NIVEAUX, required=False)


class FormulaireOrientation(forms.Form):
    """Who is sent, for what: a first name, a way to call back."""

    besoin = forms.ChoiceField(label="Pour quel besoin ?")
    prenom = forms.CharField(
        label="Prénom", max_length=PRENOM_AU_PLUS,
        help_text="Un prénom seul, ou celui que la personne choisit. Jamais le nom de famille.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    rappel = forms.CharField(
        label="Comment la rappeler", max_length=RAPPEL_AU_PLUS, help_text="Un téléphone ou un courriel.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip
    accord = forms.BooleanField(
        label="La personne est d’accord, et sait ce qui est gardé et jusqu’à quand",
        error_messages={"required": "Sans l’accord de la personne, rien n’est envoyé."},
    )

    def __init__(self, data: Any, *, accueillante: StructureAccueillante, besoin: str = "") -> None:
        super().__init__(data, initial={"besoin": besoin})
        taken = [(key, one.nom) for key, one in list_besoins().items() if accueillante.accepts(key)]
        self.fields["besoin"].choices = [("", "Choisissez"), *taken]  # type: ignore[attr-defined]

    def clean_prenom(self) -> str:
        """A first name alone."""
        with as_validation():
            return read_prenom(self.cleaned_data["prenom"])

    def clean_rappel(self) -> str:
        """A telephone or a mail alone."""
        with as_validation():
            return read_rappel(self.cleaned_data["rappel"])


class FormulaireAccord(forms.Form):
    """What a structure agrees to."""

    ouverte = forms.BooleanField(label="Cette structure accepte des orientations", required=False)
    courriel = forms.EmailField(
        label="Courriel prévenu", required=False,
        help_text="Il dit seulement qu’une orientation attend, et donne un lien secret pour répondre.",
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("nom"), label="Organisation dont les comptes répondent", required=False,
        empty_label="Aucune : par le lien seulement",
    )  # fmt: skip
    besoins = forms.MultipleChoiceField(
        label="Pour quels besoins", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : tous.",
    )  # fmt: skip

    def __init__(self, data: Any, *, row: StructureAccueillante | None) -> None:
        known = {"ouverte": True} if row is None else {
            "ouverte": row.ouverte, "courriel": row.courriel, "organisation": row.organisation_id,
            "besoins": row.besoins,
        }  # fmt: skip
        super().__init__(data, initial=known)
        self.fields["besoins"].choices = [(key, one.nom) for key, one in list_besoins().items()]  # type: ignore[attr-defined]
