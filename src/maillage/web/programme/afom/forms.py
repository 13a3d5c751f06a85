"""Forms of an AFOM item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.echange import to_plain
from maillage.sdaasp.programme.vocabulaire import NatureAfom
from maillage.web.programme import models
from maillage.web.programme.saisie.forms import FormulaireObjet, list_choices
from maillage.web.programme.saisie.lecteurs import DitQuiLit


class ChampsAfom(DitQuiLit):
    """What an AFOM item says, new or already there."""

    COLLECTION = "afom"
    nature = forms.ChoiceField(label="Nature", choices=list_choices(NatureAfom))
    texte = forms.CharField(label="Constat", max_length=600, widget=forms.Textarea({"rows": 2}))
    enjeu = forms.CharField(label="Enjeu auquel il mène", required=False, max_length=300)
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires qui y répondent", required=False, widget=forms.CheckboxSelectMultiple
    )
    groupe = forms.CharField(
        label="Groupe",
        required=False,
        max_length=120,
        help_text="Un même nom réunit les constats qui disent la même chose.",
    )

    def offer_objectives(self, theme: str) -> None:
        """Offer the OP of the theme."""
        rows = models.ObjectifPrioritaire.objects.filter(fiche=theme)
        self.fields["objectifs"].choices = [(row.cle, row.libelle) for row in rows]  # type: ignore[attr-defined]


class FormulaireItemAfom(FormulaireObjet, ChampsAfom):
    """An AFOM item, changed: its wording, its group, and what it leads to."""

    CHAMPS = tuple(ChampsAfom.base_fields)  # type: ignore[attr-defined]

    def prepare(self) -> None:
        """The OP of the theme."""
        self.offer_objectives(self.objet.theme)  # type: ignore[attr-defined]


class ChoixCherche(forms.TextInput):
    """A text that proposes ``choix`` as one types; works without JavaScript."""

    template_name = "programme/afom/choix.html"
    choix: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The list beside the input."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{name}-choix"
        return context | {"choix": self.choix, "liste": f"{name}-choix"}


class FormulaireAfom(ChampsAfom):
    """A new AFOM item, with what it rests on."""

    field_order = (
        "nature", "texte", "enjeu", "preuve", "nature_preuve", "indicateur", "objectifs", "groupe",
    )  # fmt: skip
    preuve = forms.CharField(
        label="Sur quoi il repose",
        required=False,
        max_length=600,
        help_text="Un rapport avec sa référence, ou un témoignage.",
    )
    nature_preuve = forms.ChoiceField(
        label="C’est", required=False, choices=[("rapport", "un rapport"), ("temoignage", "un témoignage")]
    )
    indicateur = forms.CharField(
        label="Ou un chiffre de l’atlas pour cet arrondissement",
        required=False,
        max_length=400,
        widget=ChoixCherche,
        help_text="Tapez un mot de son nom, puis choisissez. Le chiffre est figé avec son millésime.",
    )

    def __init__(
        self, data: Any, *, chiffres: Mapping[str, ChiffreCite], noms: Mapping[str, str], theme: str
    ) -> None:
        super().__init__(data)
        self.chiffres = chiffres
        self.offer_objectives(theme)
        self.known = {offered: key for key, offered in noms.items()} | {key: key for key in chiffres}
        self.fields["indicateur"].widget.choix = list(noms.values())  # type: ignore[attr-defined]

    def clean_indicateur(self) -> str:
        """The id of the figure chosen by its words."""
        said = self.cleaned_data["indicateur"].strip()
        if said and said not in self.known:
            raise forms.ValidationError("Choisissez un chiffre dans la liste : tapez un mot de son nom.")
        return self.known[said] if said else ""

    def read_fields(self) -> dict[str, Any]:
        """The fields in the exchange format."""
        data = self.cleaned_data
        proof = {"nature": data["nature_preuve"] or "rapport", "texte": data["preuve"], "chiffre": None}
        return {
            "nature": data["nature"],
            "texte": data["texte"],
            "enjeu": data["enjeu"] or None,
            "objectifs": data["objectifs"],
            "groupe": data["groupe"] or None,
            "preuves": ([proof] if data["preuve"] else []) + self._cite(data["indicateur"]),
        }

    def _cite(self, key: str) -> list[dict[str, Any]]:
        if not key:
            return []
        return [{"nature": "chiffre", "texte": None, "chiffre": to_plain(self.chiffres[key])}]
