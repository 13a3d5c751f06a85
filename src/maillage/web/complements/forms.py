"""Forms of the rooms of partners: a place corrected, added, a table given, a line taken up, a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.atlas.lecture.definitions import nom_de_type
from maillage.catalogue.complements import FERME, POSITION, list_champs
from maillage.catalogue.noms import plier
from maillage.catalogue.types_service import list_types
from maillage.sources.complements import check_valeur
from maillage.web.complements.commands import Attestation
from maillage.web.complements.fichier import FORMATS
from maillage.web.complements.lieux import CHAMPS
from maillage.web.comptes.models import Organisation
from maillage.web.socle.depot import DepotField
from maillage.web.socle.formulaires import JourField

OUI_NON: Final = (("", "Non dit"), ("oui", "Oui"), ("non", "Non"))
AJOUTES: Final = tuple(name for name in CHAMPS if name not in {"nom", FERME})


class FormulaireSource(forms.Form):
    """Who says it, from what, and when it was checked."""

    source = forms.CharField(
        label="Ce qui le dit", max_length=300,
        help_text="« Relevé sur place », « planning du service », un document. Ne nommez personne.",
    )  # fmt: skip
    lien = forms.URLField(
        label="Lien vers ce document", required=False, max_length=300, assume_scheme="https"
    )
    verifie_le = JourField(label="Vérifié le")
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="Au nom de", empty_label=None)

    def __init__(self, *args: Any, personne: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        held = {mandat.organisation_id for mandat in personne.mandats_en_cours}
        known = (
            Organisation.objects.all() if personne.is_superuser else Organisation.objects.filter(pk__in=held)
        )
        self.fields["organisation"].queryset = known  # type: ignore[attr-defined]
        self.fields["organisation"].initial = known.first()
        self.fields["verifie_le"].initial = timezone.localdate().isoformat()

    def read_attestation(self) -> Attestation:
        """What was said of it."""
        told = self.cleaned_data
        return Attestation(told["organisation"], told["source"], told["lien"], told["verifie_le"])


def make_field(champ: str, initial: str = "") -> forms.Field:
    """The field of a form for one field of a place."""
    known = list_champs()[champ]
    common: dict[str, Any] = {
        "label": known.libelle, "required": False, "help_text": known.aide, "initial": initial,
    }  # fmt: skip
    if known.sorte == "oui_non":
        return forms.ChoiceField(choices=OUI_NON, **common)
    if known.sorte == "jour":
        return JourField(**common)
    return forms.CharField(max_length=200, **common)


class FormulaireLieu(FormulaireSource):
    """Fields of a place as they should be; what is blank or unchanged says nothing."""

    def __init__(self, *args: Any, champs: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        own = {f"dit_{name}": make_field(name, value) for name, value in champs.items()}
        asked = dict(self.fields)
        self.fields.clear()
        self.fields.update(own | asked)
        self.champs = tuple(champs)

    def clean(self) -> dict[str, Any]:
        """Each value as it is kept; every fault beside its field."""
        told = super().clean() or {}
        self.dits = {name: value for name in self.champs if (value := self._read(name, told))}
        return told

    def _read(self, champ: str, told: Mapping[str, Any]) -> str:
        text = str(told.get(f"dit_{champ}") or "").strip()
        if not text:
            return ""
        try:
            return check_valeur(champ, text)
        except ValueError as error:
            self.add_error(f"dit_{champ}", f"{error}.")
            return ""

    def read_changes(self, known: Mapping[str, str]) -> dict[str, str]:
        """What is no longer what the atlas holds."""
        return {name: value for name, value in self.dits.items() if value != known.get(name, "")}


class FormulaireAjout(FormulaireLieu):
    """A place that no list has."""

    type_lieu = forms.ChoiceField(label="Type de service")
    nom = forms.CharField(label="Nom du lieu", max_length=200)
    commune = forms.CharField(
        label="Commune",
        max_length=120,
        help_text="Son nom ou son code INSEE. Sans position, le lieu y sera à la mairie.",
    )

    field_order = ("type_lieu", "nom", "commune")

    def __init__(self, *args: Any, communes: Mapping[str, str], **options: Any) -> None:
        super().__init__(*args, champs=dict.fromkeys(AJOUTES, ""), **options)
        kinds = sorted(((name, nom_de_type(name)) for name in list_types()), key=lambda pair: plier(pair[1]))
        self.fields["type_lieu"].choices = [("", "Choisissez"), *kinds]  # type: ignore[attr-defined]
        self.communes = communes
        self.order_fields([*self.field_order, f"dit_{POSITION}"])

    def clean_commune(self) -> str:
        """The code of the commune: by its code, or by its name when one alone bears it."""
        text = self.cleaned_data["commune"].strip()
        found = [code for code, name in self.communes.items() if text == code or plier(text) == plier(name)]
        if len(found) != 1:
            raise ValidationError(
                "Aucune commune du département de ce nom : écrivez-le en entier, ou son code."
            )
        return found[0]


class FormulaireTableau(FormulaireSource):
    """A table of one of the models; what its rows say of themselves wins over the source said here."""

    fichier = DepotField(
        label="Fichier", formats=FORMATS, help_text="CSV en UTF-8, ODS ou XLSX : un des modèles ci-dessous."
    )
    field_order = ("fichier",)


class FormulaireReprise(forms.Form):
    """One's own line, taken up."""

    valeur = forms.CharField(label="Valeur proposée", max_length=300)
    source = forms.CharField(label="Ce qui le dit", max_length=300)
    lien = forms.URLField(label="Lien", required=False, max_length=300, assume_scheme="https")
    verifie_le = JourField(label="Vérifié le")
