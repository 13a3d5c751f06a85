"""Forms of one declinaison, and of several at once."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.sdaasp.programme.vocabulaire import (
    Meteo,
    StatutDeclinaison,
)
from maillage.web.programme import models
from maillage.web.programme.lieux import offer_places
from maillage.web.programme.saisie import tableau, textes
from maillage.web.programme.saisie.forms import VIDE, FormulaireObjet, list_choices
from maillage.web.programme.saisie.tableau import TableauField

A_CONFIRMER = "__a_confirmer__"


class FormulaireDeclinaison(FormulaireObjet):
    """A declinaison."""

    COLLECTION = "declinaisons"
    CHAMPS = ("libelle", "statut", "pilote_territorial", "etapes", "zones", "meteo", "commentaire_meteo")
    libelle = forms.CharField(
        label="Libellé", required=False, max_length=600, widget=forms.Textarea({"rows": 3})
    )
    statut = forms.ChoiceField(label="État", required=False, choices=[VIDE, *list_choices(StatutDeclinaison)])
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires", required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmer = forms.BooleanField(label="Confirmer les objectifs cochés", required=False)
    pilote_territorial = forms.CharField(label="Pilote territorial", required=False, max_length=300)
    etapes = TableauField(tableau.ETAPES, tableau.verify_step, label="Étapes")
    zones = forms.MultipleChoiceField(
        label="Territoires prioritaires servis", required=False, widget=forms.CheckboxSelectMultiple
    )
    meteo = forms.ChoiceField(
        label="Météo", required=False, choices=[("", "Sans avis"), *list_choices(Meteo)]
    )
    commentaire_meteo = forms.CharField(
        label="Commentaire", required=False, max_length=600, widget=forms.Textarea({"rows": 2})
    )

    def prepare(self) -> None:
        """The OP of the theme, and « à confirmer » while nobody knows."""
        rows = models.ObjectifPrioritaire.objects.filter(fiche=self.objet.theme)  # type: ignore[attr-defined]
        choices = {A_CONFIRMER: "À confirmer"} | {row.cle: row.libelle for row in rows}
        self._prepare_links("objectifs", choices)
        if self.objet.objectifs is None:  # type: ignore[attr-defined]
            self.initial["objectifs"] = [A_CONFIRMER]
        self._offer_to_confirm("objectifs")
        self.fields["zones"].choices = offer_places(self.objet.zones)  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """Also the OP."""
        found = super().read_fields()
        chosen = self.cleaned_data["objectifs"]
        old = self.objet.objectifs  # type: ignore[attr-defined]
        keys = [key for key in chosen if key != A_CONFIRMER]
        unknown = A_CONFIRMER in chosen and not keys
        links = None if unknown else textes.keep_links(old, keys, confirm=self.is_confirme())
        if links != old and (self.is_confirme() or "objectifs" in self.changed_data):
            found["objectifs"] = links
        return found


class FormulaireLot(forms.Form):
    """The same change on several declinaisons."""

    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Ne pas changer"), *list_choices(StatutDeclinaison)]
    )
    pilote_territorial = forms.CharField(label="Pilote territorial", required=False, max_length=300)
    motif = forms.CharField(label="Pourquoi ce changement", required=False, max_length=100)

    def read_fields(self) -> dict[str, Any]:
        """Only what was filled."""
        return {
            name: value for name in ("statut", "pilote_territorial") if (value := self.cleaned_data[name])
        }
