"""Forms of a fiche and of a priority objective."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.web.programme.lieux import offer_places
from maillage.web.programme.saisie import tableau, textes
from maillage.web.programme.saisie.forms import FormulaireObjet
from maillage.web.programme.saisie.tableau import TableauField
from maillage.web.socle.formulaires import JourField


class FormulaireFiche(FormulaireObjet):
    """A fiche."""

    COLLECTION = "fiches"
    CHAMPS = ("titre", "enjeux", "pilote", "copilotes", "texte_falc", "relecteurs_falc", "relue_falc_le")
    LIENS = ("dimensions", "themes_lies", "demarches")
    titre = forms.CharField(label="Titre", max_length=300)
    pilote = forms.CharField(label="Pilote", required=False, max_length=300)
    copilotes = textes.LignesField(label="Copilotes", help_text="Un par ligne.")
    enjeux = textes.LignesField(label="Enjeux", help_text="Un par ligne.")
    dimensions = forms.MultipleChoiceField(
        label="Dimensions transversales", required=False, widget=forms.CheckboxSelectMultiple
    )
    themes_lies = forms.MultipleChoiceField(
        label="Autres thèmes", required=False, widget=forms.CheckboxSelectMultiple
    )
    demarches = forms.MultipleChoiceField(
        label="Démarches liées", required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmer = forms.BooleanField(label="Confirmer tous les rattachements cochés", required=False)
    texte_falc = forms.CharField(
        label="Version facile à lire et à comprendre",
        required=False,
        widget=forms.Textarea({"rows": 6}),
        help_text="L’outil mesure ; seules des personnes peuvent dire qu’un texte est FALC.",
    )
    relecteurs_falc = textes.LignesField(
        label="Relue par",
        help_text="Les groupes ou organismes de personnes concernées qui l’ont relue, un par ligne.",
    )
    relue_falc_le = JourField(label="Relue le", required=False)

    def prepare(self) -> None:
        """The lists of the schema."""
        self._prepare_links("dimensions", self.noms.dimensions)
        own = self.objet.cle
        others = {key: name for key, name in self.noms.themes.items() if key != own}
        self._prepare_links("themes_lies", others)
        self._prepare_links("demarches", self.noms.demarches)
        self._offer_to_confirm(*self.LIENS)

    def read_fields(self) -> dict[str, Any]:
        """Also the links, which keep their published wording."""
        found = super().read_fields()
        if found.get("enjeux") == [] and self.objet.enjeux is None:  # type: ignore[attr-defined]
            del found["enjeux"]
        for name in self.LIENS:
            old = getattr(self.objet, name)
            links = textes.keep_links(old, self.cleaned_data[name], confirm=self.is_confirme())
            if links != old and (self.is_confirme() or name in self.changed_data):
                found[name] = links
        return found


class FormulaireObjectif(FormulaireObjet):
    """A priority objective."""

    COLLECTION = "objectifs"
    CHAMPS = ("libelle", "effets", "moyens", "freins", "territoires")
    libelle = forms.CharField(label="Libellé", max_length=400, widget=forms.Textarea({"rows": 2}))
    effets = textes.LignesField(label="Effets attendus", help_text="Un par ligne.")
    moyens = TableauField(tableau.MOYENS, label="Moyens et ressources")
    freins = TableauField(tableau.FREINS, label="Freins à lever")
    territoires = forms.MultipleChoiceField(
        label="Territoires en déficit servis", required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The territories in deficit, and those already named."""
        self.fields["territoires"].choices = offer_places(self.objet.territoires)  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """A list left blank where the text was « à confirmer » or not carried over stays so."""
        found = super().read_fields()
        return {name: value for name, value in found.items() if value != [] or getattr(self.objet, name)}
