"""Forms of the programme. Each gives fields in the exchange format, ready for a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from maillage.sdaasp.afom import ChiffreCite
from maillage.sdaasp.echange import to_plain
from maillage.sdaasp.vocabulaire import Meteo, NatureAfom, NatureCible, Sens, StatutDeclinaison, get_libelle
from maillage.web.programme import models, saisie
from maillage.web.programme.queries import Noms

VIDE = ("", "À confirmer")
A_CONFIRMER = "__a_confirmer__"


def _choices(enum: Any) -> list[tuple[str, str]]:
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
        self.initial[name] = [link["cible"] for link in getattr(self.objet, name) or () if link["cible"]]


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
    moyens = saisie.LignesField(
        saisie.MOYENS, label="Moyens et ressources", help_text="Un par ligne : libellé | coût en euros."
    )
    freins = saisie.LignesField(
        saisie.FREINS,
        label="Freins à lever",
        help_text="Un par ligne : libellé | ouvert, en cours ou levé | ce qui le lèverait.",
    )
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
    statut = forms.ChoiceField(label="État", required=False, choices=[VIDE, *_choices(StatutDeclinaison)])
    objectifs = forms.MultipleChoiceField(
        label="Objectifs prioritaires", required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmer = forms.BooleanField(label="Confirmer les objectifs cochés", required=False)
    pilote_territorial = forms.CharField(label="Pilote territorial", required=False, max_length=300)
    etapes = saisie.LignesField(
        saisie.ETAPES,
        label="Étapes",
        help_text="Une par ligne : libellé | début | fin | faite le | moyens | coût (dates jour/mois/année).",
    )
    zones = forms.MultipleChoiceField(
        label="Territoires prioritaires servis", required=False, widget=forms.CheckboxSelectMultiple
    )
    meteo = forms.ChoiceField(label="Météo", required=False, choices=[("", "Sans avis"), *_choices(Meteo)])
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


class FormulaireIndicateur(forms.Form):
    """A new indicator, with its first target if one is known."""

    libelle = forms.CharField(label="Ce que l’on mesure", max_length=300)
    nature = forms.ChoiceField(label="Nature", choices=_choices(NatureCible))
    unite = forms.CharField(label="Unité", required=False, max_length=60)
    sens = forms.ChoiceField(
        label="Sens souhaité", required=False, choices=[("", "Sans sens"), *_choices(Sens)]
    )
    definition = forms.CharField(label="Définition", required=False, widget=forms.Textarea({"rows": 2}))
    source = forms.CharField(label="Source", required=False, max_length=300)
    methode = forms.CharField(label="Méthode", required=False, widget=forms.Textarea({"rows": 2}))
    frequence_mois = forms.IntegerField(
        label="Mois entre deux valeurs", initial=12, min_value=1, max_value=72
    )
    indicateur_atlas = forms.CharField(
        label="Indicateur de l’atlas",
        required=False,
        max_length=80,
        help_text="Son identifiant, s’il peut se remplir de lui-même à chaque atlas.",
    )
    niveau = forms.CharField(label="Niveau dans l’atlas", required=False, max_length=30)
    code = forms.CharField(label="Code du territoire", required=False, max_length=30)
    ventilation = forms.MultipleChoiceField(
        label="Ventilation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("sexe", "Par sexe"), ("age", "Par âge")],
    )

    def read_fields(self) -> dict[str, Any]:
        """The fields in the exchange format."""
        return {name: value or (None if value == "" else value) for name, value in self.cleaned_data.items()}


class FormulaireCible(forms.Form):
    """A target for a year."""

    annee = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    valeur = forms.FloatField(label="Nombre visé", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))


class FormulaireValeur(forms.Form):
    """A proposed value."""

    date = forms.DateField(label="Date", widget=forms.DateInput({"type": "date"}))
    valeur = forms.FloatField(label="Nombre", required=False, localize=True)
    texte = forms.CharField(label="Ou en une phrase", required=False, widget=forms.Textarea({"rows": 2}))
    groupe = forms.CharField(label="Groupe (sexe, âge)", required=False, max_length=60)
    motif = forms.CharField(label="D’où vient cette valeur", widget=forms.Textarea({"rows": 2}))


class FormulaireAfom(forms.Form):
    """A new AFOM item."""

    nature = forms.ChoiceField(label="Nature", choices=_choices(NatureAfom))
    texte = forms.CharField(label="Constat", max_length=600, widget=forms.Textarea({"rows": 2}))
    enjeu = forms.CharField(label="Enjeu auquel il mène", required=False, max_length=300)
    preuve = forms.CharField(
        label="Sur quoi il repose",
        required=False,
        max_length=600,
        help_text="Un rapport avec sa référence, ou un témoignage.",
    )
    nature_preuve = forms.ChoiceField(
        label="C’est", required=False, choices=[("rapport", "un rapport"), ("temoignage", "un témoignage")]
    )
    indicateur = forms.ChoiceField(
        label="Ou un chiffre de l’atlas pour cet arrondissement",
        required=False,
        help_text="Le chiffre est figé tel qu’il est aujourd’hui, avec son millésime.",
    )
    groupe = forms.CharField(label="Groupe de travail", required=False, max_length=120)

    def __init__(self, data: Any, *, chiffres: Mapping[str, ChiffreCite], noms: Mapping[str, str]) -> None:
        super().__init__(data)
        self.chiffres = chiffres
        choices = [(key, f"{noms[key]} : {figure.valeur:g}") for key, figure in chiffres.items()]
        self.fields["indicateur"].choices = [("", "Aucun"), *choices]  # type: ignore[attr-defined]

    def read_fields(self) -> dict[str, Any]:
        """The fields in the exchange format."""
        data = self.cleaned_data
        proof = {"nature": data["nature_preuve"] or "rapport", "texte": data["preuve"], "chiffre": None}
        return {
            "nature": data["nature"],
            "texte": data["texte"],
            "enjeu": data["enjeu"] or None,
            "groupe": data["groupe"] or None,
            "preuves": ([proof] if data["preuve"] else []) + self._cite(data["indicateur"]),
        }

    def _cite(self, key: str) -> list[dict[str, Any]]:
        if not key:
            return []
        return [{"nature": "chiffre", "texte": None, "chiffre": to_plain(self.chiffres[key])}]


class FormulaireAmendement(forms.Form):
    """A proposed change of one text field."""

    apres = forms.CharField(label="Texte proposé", widget=forms.Textarea({"rows": 4}))
    motif = forms.CharField(label="Pourquoi", widget=forms.Textarea({"rows": 3}))


class FormulaireLot(forms.Form):
    """The same change on several declinaisons."""

    statut = forms.ChoiceField(
        label="État", required=False, choices=[("", "Ne pas changer"), *_choices(StatutDeclinaison)]
    )
    pilote_territorial = forms.CharField(label="Pilote territorial", required=False, max_length=300)
    motif = forms.CharField(label="Pourquoi ce changement", required=False, max_length=100)

    def read_fields(self) -> dict[str, Any]:
        """Only what was filled."""
        return {
            name: value for name in ("statut", "pilote_territorial") if (value := self.cleaned_data[name])
        }


FORMULAIRES: dict[str, type[FormulaireSuivi]] = {
    "fiche": FormulaireFiche,
    "objectif": FormulaireObjectif,
    "declinaison": FormulaireDeclinaison,
}
