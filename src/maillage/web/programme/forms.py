"""Forms that change an object of the programme: each gives fields in the exchange format, for a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.sdaasp.programme.vocabulaire import (
    Meteo,
    NatureAfom,
    NatureCible,
    Sens,
    StatutDeclinaison,
    get_libelle,
)
from maillage.web.programme import models, saisie, tableau
from maillage.web.programme.queries import Noms
from maillage.web.programme.tableau import TableauField

VIDE = ("", "À confirmer")
A_CONFIRMER = "__a_confirmer__"


def list_choices(enum: Any) -> list[tuple[str, str]]:
    """The members of a closed list, as a form offers them."""
    return [(member.value, get_libelle(member)) for member in enum]


class FormulaireSuivi(forms.Form):
    """Any edit: the version last read (the lock) and the reason (the history)."""

    CHAMPS: tuple[str, ...] = ()
    version = forms.IntegerField(widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Pourquoi ce changement", required=False, max_length=100, help_text="Gardé dans l’historique."
    )

    def __init__(self, data: Any, *, objet: models.Suivi, noms: Noms) -> None:
        self.objet, self.noms = objet, noms
        initial = {name: getattr(objet, name) for name in self.CHAMPS} | {"version": objet.version}
        super().__init__(data, initial=initial)
        self.order_fields([name for name in self.fields if name != "motif"])
        self.prepare()

    def prepare(self) -> None:
        """Choices and initial values that depend on the object."""

    def is_confirme(self) -> bool:
        """Whether the person confirms the doubtful links."""
        return bool(self.cleaned_data.get("confirmer"))

    def _offer_to_confirm(self, *names: str) -> None:
        """Keep the « confirmer » box only where a link waits for it."""
        links = [link for name in names for link in getattr(self.objet, name) or ()]
        if all(link["confirme"] or link["cible"] is None for link in links):
            del self.fields["confirmer"]

    def read_fields(self) -> dict[str, Any]:
        """The fields that really change, in the exchange format; a blank text is « à confirmer »."""
        found = {name: self.cleaned_data[name] for name in self.CHAMPS}
        cleaned = {name: None if value == "" else value for name, value in found.items()}
        return {name: value for name, value in cleaned.items() if value != getattr(self.objet, name)}

    def _prepare_links(self, name: str, names: Mapping[str, str]) -> None:
        self.fields[name].choices = list(names.items())  # type: ignore[attr-defined]
        keys = (link["cible"] for link in getattr(self.objet, name) or () if link["cible"])
        self.initial[name] = list(dict.fromkeys(keys))

    def ask_reason(self, label: str) -> None:
        """Make the reason a text that must be given."""
        self.fields["motif"] = forms.CharField(label=label, widget=forms.Textarea({"rows": 3}))

    def preset(self, wanted: Mapping[str, list[str]]) -> None:
        """Tick in advance what an address asks for: ``?dimensions=egalite``."""
        for name, keys in wanted.items():
            field = self.fields.get(name)
            if isinstance(field, forms.MultipleChoiceField):
                known = {key for key, _ in field.choices}
                self.initial[name] = [*self.initial[name], *(key for key in keys if key in known)]
                field.choices = sorted(field.choices, key=lambda choice: choice[0] not in keys)

    def keep_typed(self, more: str = "") -> FormulaireSuivi:
        """The same form with what was typed, unchecked, and one more blank line in the table ``more``."""
        fresh = type(self)(None, objet=self.objet, noms=self.noms)
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            fresh.initial[name] = typed
            if name == more and isinstance(field, TableauField):
                fresh.fields[name].widget.blancs = 2  # type: ignore[attr-defined]
        return fresh


class FormulaireFiche(FormulaireSuivi):
    """A fiche."""

    CHAMPS = ("titre", "enjeux", "pilote", "copilotes", "texte_falc", "relecteurs_falc")
    LIENS = ("dimensions", "themes_lies", "demarches")
    titre = forms.CharField(label="Titre", max_length=300)
    pilote = forms.CharField(label="Pilote", required=False, max_length=300)
    copilotes = saisie.LignesField(label="Copilotes", help_text="Un par ligne.")
    enjeux = saisie.LignesField(label="Enjeux", help_text="Un par ligne.")
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
    relecteurs_falc = saisie.LignesField(label="Relue par", help_text="Une personne ou un groupe par ligne.")

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
            links = saisie.keep_links(old, self.cleaned_data[name], confirm=self.is_confirme())
            if links != old and (self.is_confirme() or name in self.changed_data):
                found[name] = links
        return found


class FormulaireObjectif(FormulaireSuivi):
    """A priority objective."""

    CHAMPS = ("libelle", "effets", "moyens", "freins", "territoires")
    libelle = forms.CharField(label="Libellé", max_length=400, widget=forms.Textarea({"rows": 2}))
    effets = saisie.LignesField(label="Effets attendus", help_text="Un par ligne.")
    moyens = TableauField(tableau.MOYENS, label="Moyens et ressources")
    freins = TableauField(tableau.FREINS, label="Freins à lever")
    territoires = forms.MultipleChoiceField(
        label="Territoires en déficit servis", required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        """The territories in deficit, and those already named."""
        named = {code: code for code in self.objet.territoires}  # type: ignore[attr-defined]
        self.fields["territoires"].choices = list((named | dict(self.noms.zones)).items())  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """A list left blank where the text was « à confirmer » or not carried over stays so."""
        found = super().read_fields()
        return {name: value for name, value in found.items() if value != [] or getattr(self.objet, name)}


class FormulaireDeclinaison(FormulaireSuivi):
    """A declinaison."""

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
    etapes = TableauField(tableau.ETAPES, label="Étapes")
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
        named = {code: code for code in self.objet.zones}  # type: ignore[attr-defined]
        self.fields["zones"].choices = list((named | dict(self.noms.zones)).items())  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """Also the OP."""
        found = super().read_fields()
        chosen = self.cleaned_data["objectifs"]
        old = self.objet.objectifs  # type: ignore[attr-defined]
        keys = [key for key in chosen if key != A_CONFIRMER]
        unknown = A_CONFIRMER in chosen and not keys
        links = None if unknown else saisie.keep_links(old, keys, confirm=self.is_confirme())
        if links != old and (self.is_confirme() or "objectifs" in self.changed_data):
            found["objectifs"] = links
        return found


class FormulairePratique(FormulaireSuivi):
    """A good practice, what it serves and where it was taken up."""

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

    def _name(self, row: models.Suivi) -> str:
        if isinstance(row, models.Declinaison):
            return f"{self.noms.get(row.arrondissement)}, {row.annee} : {row}"
        return str(row)


class FormulaireLabel(FormulaireSuivi):
    """A label."""

    CHAMPS = ("nom", "organisme", "demande", "lien", "source")
    nom = forms.CharField(label="Nom", max_length=200)
    organisme = forms.CharField(label="Organisme qui le donne", required=False, max_length=300)
    demande = forms.CharField(label="Ce qu’il demande", required=False, widget=forms.Textarea({"rows": 3}))
    lien = forms.URLField(label="Page officielle (adresse)", required=False, assume_scheme="https")
    source = forms.CharField(label="Source", required=False, max_length=300)


class FormulaireItemAfom(FormulaireSuivi):
    """An AFOM item: its wording, its group, and what it leads to."""

    CHAMPS = ("nature", "texte", "enjeu", "objectifs", "groupe")
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

    def prepare(self) -> None:
        """The OP of the theme."""
        rows = models.ObjectifPrioritaire.objects.filter(fiche=self.objet.theme)  # type: ignore[attr-defined]
        self.fields["objectifs"].choices = [(row.cle, row.libelle) for row in rows]  # type: ignore[attr-defined]


class ChampsIndicateur(forms.Form):
    """What defines an indicator, new or already there."""

    libelle = forms.CharField(label="Ce que l’on mesure", max_length=300)
    nature = forms.ChoiceField(label="Nature", choices=list_choices(NatureCible))
    unite = forms.CharField(label="Unité", required=False, max_length=60)
    sens = forms.ChoiceField(
        label="Sens souhaité", required=False, choices=[("", "Sans sens"), *list_choices(Sens)]
    )
    definition = forms.CharField(label="Définition", required=False, widget=forms.Textarea({"rows": 2}))
    source = forms.CharField(label="Source", required=False, max_length=300)
    methode = forms.CharField(label="Méthode", required=False, widget=forms.Textarea({"rows": 2}))
    frequence_mois = forms.IntegerField(
        label="Mois entre deux valeurs", initial=12, min_value=1, max_value=72
    )
    ventilation = forms.MultipleChoiceField(
        label="Ventilation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sexe", "Par sexe"), ("age", "Par âge")],
    )
    indicateur_atlas = forms.CharField(
        label="Indicateur de l’atlas",
        required=False,
        max_length=80,
        widget=forms.TextInput({"list": "indicateurs-atlas", "autocomplete": "off"}),
        help_text="Son identifiant, s’il peut se remplir de lui-même à chaque atlas.",
    )
    niveau = forms.CharField(label="Niveau dans l’atlas", required=False, max_length=30)
    code = forms.CharField(label="Code du territoire", required=False, max_length=30)


class FormulaireIndicateurSuivi(FormulaireSuivi, ChampsIndicateur):
    """The definition of an indicator, changed."""

    CHAMPS = tuple(ChampsIndicateur.base_fields)  # type: ignore[attr-defined]


FORMULAIRES: dict[str, type[FormulaireSuivi]] = {
    "fiche": FormulaireFiche,
    "objectif": FormulaireObjectif,
    "declinaison": FormulaireDeclinaison,
    "indicateur": FormulaireIndicateurSuivi,
    "afom": FormulaireItemAfom,
    "pratique": FormulairePratique,
    "label": FormulaireLabel,
}
