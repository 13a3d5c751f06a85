"""Forms of the workshop: an edit of each kind, a scenario's name, its assumptions, whom it is open to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as Refuse

from maillage.catalogue.noms import plier
from maillage.catalogue.types_service import list_types
from maillage.scenarios.fichier import explain
from maillage.scenarios.impact.bilan import load_hypotheses
from maillage.scenarios.modifications import GENRES, Modification
from maillage.web.atelier import lignes
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.models import Organisation
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.depot import DepotField

OUI_NON: Final = [("", "non renseigné"), ("oui", "oui"), ("non", "non")]
CANAUX: Final = {
    "guichet": "guichet",
    "telephone": "téléphone",
    "courriel": "courriel",
    "visio": "visio",
    "en_ligne": "en ligne",
    "domicile": "à domicile",
}
AIDE_HORAIRES: Final = (
    "À la manière d’OpenStreetMap : Mo-Fr 09:00-12:00 pour du lundi au vendredi de 9 h à 12 h."
)


class FormulaireNouveau(forms.Form):
    """A scenario that begins: from nothing, or from a file."""

    nom = forms.CharField(label="Ce que vous voulez essayer", max_length=200, required=False)
    fichier = DepotField(
        formats=(".yaml", ".yml"), label="Ou un fichier de scénario", required=False,
        help_text="Un fichier YAML écrit ici ou à la main ; son nom devient celui du scénario.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of both."""
        said = super().clean() or {}
        if not self.errors and not said.get("nom") and not said.get("fichier"):
            raise ValidationError("Donnez un nom, ou un fichier.")
        return said


class FormulaireReglages(forms.Form):
    """Name, description and assumptions; what equals the catalogue's is left to it."""

    nom = forms.CharField(label="Titre", max_length=200)
    description = forms.CharField(
        label="Pourquoi, pour qui", required=False, max_length=10_000, widget=forms.Textarea({"rows": 4})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: ScenarioEnregistre) -> None:
        held = objet.scenario
        initial = {"nom": held.nom, "description": held.description, "version": objet.version}
        super().__init__(data, initial=initial)
        for name, entry in load_hypotheses().items():
            doubt = "" if entry.confirme else " À confirmer."
            self.fields[f"h_{name}"] = forms.FloatField(
                label=f"{entry.nom}{f' ({entry.unite})' if entry.unite else ''}",
                min_value=0,
                localize=True,
                initial=held.hypotheses.get(name, entry.valeur),
                help_text=f"{entry.source} ({entry.date}).{doubt}",
            )

    def read_hypotheses(self) -> dict[str, float]:
        """The assumptions that differ from the catalogue's."""
        said = {name: self.cleaned_data[f"h_{name}"] for name in load_hypotheses()}
        return {name: value for name, value in said.items() if value != load_hypotheses()[name].valeur}


class FormulaireMutualisation(forms.Form):
    """Whom a scenario is open to."""

    visibilite = forms.ChoiceField(label="Qui peut le lire", widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), required=False, label="L’organisation qui l’écrit avec vous",
        help_text="Ses membres peuvent le modifier, dès qu’il n’est plus un brouillon.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: ScenarioEnregistre, personne: Any) -> None:
        initial = {name: getattr(objet, name) for name in ("visibilite", "organisation", "version")}
        super().__init__(data, initial=initial)
        levels = ScenarioEnregistre.Visibilite
        may = personne.has_perm("atelier.publier")
        self.fields["visibilite"].choices = [  # type: ignore[attr-defined]
            choice for choice in levels.choices if choice[0] != levels.PUBLIC or may
        ]
        own = {mandat.organisation_id for mandat in personne.mandats_en_cours}
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=own)  # type: ignore[attr-defined]


def find_commune(atlas: AtlasOuvert, text: str) -> str:
    """The code of a commune, from its code, its name, or « nom (code) »; refused unless exactly one fits."""
    written = text.strip()
    inside = written.rpartition("(")[2].rstrip(") ")
    codes = {t.code for t in atlas.territoires("commune")}
    for code in (written, inside):
        if code in codes:
            return code
    found = [t for t in atlas.territoires("commune") if plier(t.nom) == plier(written)]
    if len(found) == 1:
        return found[0].code
    if found:
        raise ValidationError(f"Plusieurs communes s’appellent {written} : donnez le code INSEE.")
    raise ValidationError(f"Aucune commune du département ne s’appelle « {written} ».")


class FormulaireModification(forms.Form):
    """One edit. ``lieux``: (id, words) of the places offered; what it reads is checked by the scenario."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, genre: str, atlas: AtlasOuvert, lieux: list[tuple[str, str]], version: int
    ) -> None:
        super().__init__(data, initial={"version": version})
        self.genre, self.atlas = genre, atlas
        for name in CHAMPS[genre]:
            self.fields[name] = FABRIQUES[name](lieux, atlas)
            self.fields[name].required &= (genre, name) not in FACULTATIFS
            self.fields[name].initial = lignes.DEFAUTS.get((genre, name), self.fields[name].initial)
        if genre == "itinerant":
            self.fields["lieu"].choices = [("", "un service nouveau"), *lieux]  # type: ignore[attr-defined]

    def read(self) -> Modification:
        """The edit; ``ValidationError`` for what its rules refuse."""
        values = {name: value for name, value in self._collect().items() if value not in (None, "", [])}
        try:
            return TypeAdapter(GENRES[self.genre]).validate_python(values)  # type: ignore[no-any-return]
        except Refuse as error:
            raise ValidationError([explain(fault) for fault in error.errors(include_url=False)]) from error

    def _collect(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in CHAMPS[self.genre]}
        where = said.pop("ou", None)
        if said.get("lon") is not None and said.get("lat") is not None:
            where = None  # a point is more precise than the commune that holds it
        if where:
            said["commune"] = find_commune(self.atlas, where)
        for name, read in (("en", self._read_part), ("arrets", self._read_stop)):
            if name in said:
                said[name] = [read(line) for line in said[name].splitlines() if line.strip()]
        if said.get("lieu") and self.genre == "itinerant":
            del said["type"]  # that of the place
        if said.get("accessible"):
            said["accessible"] = said["accessible"] == "oui"
        if self.genre in lignes.CHAMPS_LIGNES:
            return lignes.collect(said, self.atlas, find_commune)
        if "voies" in said:
            said["voies"] = said["voies"].replace(",", " ").split()
        return said

    def _read_part(self, line: str) -> dict[str, Any]:
        name, where, hours, *_ = [part.strip() for part in f"{line};;".split(";", 2)]
        said = {"nom": name, "commune": find_commune(self.atlas, where), "horaires": hours.strip("; ")}
        return {key: value for key, value in said.items() if value}

    def _read_stop(self, line: str) -> dict[str, Any]:
        where, _, hours = line.partition(";")
        code = find_commune(self.atlas, where)
        place = self.atlas.territoire("commune", code)
        return {"nom": place.nom if place else where.strip(), "commune": code, "horaires": hours.strip()}


Fabrique = Callable[[list[tuple[str, str]], AtlasOuvert], forms.Field]


def _text(label: str, *, aide: str = "") -> Fabrique:
    return lambda _lieux, _atlas: forms.CharField(label=label, max_length=200, help_text=aide)


def _lines(label: str, aide: str) -> Fabrique:
    return lambda _lieux, _atlas: forms.CharField(
        label=label, help_text=aide, max_length=10_000, widget=forms.Textarea({"rows": 4})
    )


def _number(label: str, aide: str = "") -> Fabrique:
    return lambda _lieux, _atlas: forms.FloatField(
        label=label, required=False, min_value=0, localize=True, help_text=aide
    )


def _degree(label: str) -> Fabrique:
    """A coordinate: the map writes it, and so can a person."""
    return lambda _lieux, _atlas: forms.FloatField(label=label, required=False, localize=True)


def _choice(label: str, choices: list[tuple[str, str]]) -> Fabrique:
    return lambda _lieux, _atlas: forms.ChoiceField(label=label, choices=choices)


def list_kinds() -> list[tuple[str, str]]:
    """The types of service of the catalogue, by name."""
    return sorted(
        ((kind.id, kind.libelle) for kind in list_types().values()), key=lambda pair: plier(pair[1])
    )


FABRIQUES: Final[dict[str, Fabrique]] = {
    "type": lambda _lieux, _atlas: forms.ChoiceField(label="Service", choices=list_kinds()),
    "nom": _text("Nom"),
    "ou": lambda _lieux, _atlas: forms.CharField(
        label="Commune",
        max_length=200,
        help_text="Son nom ou son code INSEE.",
        required=False,
        widget=forms.TextInput({"list": "communes", "autocomplete": "off"}),
    ),
    "lon": _degree("Longitude"),
    "lat": _degree("Latitude"),
    "lieu": lambda lieux, _atlas: forms.ChoiceField(
        label="Quel lieu", choices=lieux, widget=forms.RadioSelect
    ),
    "lieux": lambda lieux, _atlas: forms.MultipleChoiceField(
        label="Quels lieux", choices=lieux, widget=forms.CheckboxSelectMultiple
    ),
    "effectif": lambda _lieux, _atlas: forms.IntegerField(
        label="Équipements ou professionnels", required=False, min_value=1, max_value=10_000
    ),
    "capacite": _number("Capacité", "Dans l’unité de ce service ; laissez vide si elle n’est pas connue."),
    "horaires": _text("Horaires", aide=AIDE_HORAIRES),
    "accessible": _choice("Accessible en fauteuil roulant", OUI_NON),
    "operateur": _text("Opérateur"),
    "canaux": lambda _lieux, _atlas: forms.MultipleChoiceField(
        label="Canaux", choices=list(CANAUX.items()), widget=forms.CheckboxSelectMultiple
    ),
    "en": _lines(
        "En quels lieux",
        "Une ligne par lieu : nom ; commune ; horaires au besoin (sinon ceux d’aujourd’hui).",
    ),
    "arrets": _lines(
        "Arrêts", "Une ligne par arrêt : commune ; horaires, par exemple Trélon ; Tu 09:00-12:00."
    ),
    "voies": _lines("Voies", "Numéros des voies d’OpenStreetMap, séparés par des espaces."),
    "kmh": lambda _lieux, _atlas: forms.FloatField(label="Vitesse (km/h)", min_value=1, max_value=130),
    "mode": _choice("Mode", [("voiture", "en voiture"), ("velo", "à vélo"), ("marche", "à pied")]),
    **lignes.FABRIQUES_LIGNES,
}
CHAMPS: Final[dict[str, tuple[str, ...]]] = {
    "ouvrir": (
        *("type", "nom", "ou", "lon", "lat", "horaires", "effectif", "capacite", "accessible"),
        *("operateur", "canaux"),
    ),
    "fermer": ("lieu",),
    "deplacer": ("lieu", "ou", "lon", "lat"),
    "regrouper": ("lieux", "ou", "lon", "lat", "nom", "horaires"),
    "scinder": ("lieu", "en"),
    "capacite": ("lieu", "capacite", "effectif"),
    "horaires": ("lieu", "horaires"),
    "accessibilite": ("lieu", "accessible"),
    "canaux": ("lieu", "canaux"),
    "operateur": ("lieu", "operateur"),
    "itinerant": ("lieu", "type", "arrets"),
    "vitesse": ("voies", "kmh", "mode"),
    "fermer_route": ("voies", "mode"),
    **lignes.CHAMPS_LIGNES,
}
FACULTATIFS: Final = frozenset(
    {
        *(("ouvrir", name) for name in ("horaires", "accessible", "operateur", "canaux")),
        *(("regrouper", name) for name in ("nom", "horaires")),
        *(("itinerant", name) for name in ("lieu", "type")),
        *lignes.FACULTATIFS_LIGNES,
    }
)
"""What a kind of edit may leave unsaid, though its field is needed elsewhere."""
D_UN_LIEU: Final = frozenset(genre for genre, champs in CHAMPS.items() if {"lieu", "lieux"} & set(champs))
DES_ROUTES: Final = ("vitesse", "fermer_route")
