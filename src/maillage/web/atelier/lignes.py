"""Fields of the edits of lines: a line found by words, stops by their name, days and hours."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from maillage.atlas.transports.dossier import Transports
from maillage.catalogue.noms import plier
from maillage.scenarios.application import Inapplicable
from maillage.scenarios.lignes.application import find_line, name_lines
from maillage.scenarios.lignes.essai import TransportsEssayes
from maillage.scenarios.lignes.modifications import JOURS, OUVRABLES
from maillage.web.atelier.calcul import get_terrain
from maillage.web.socle.atlas import AtlasOuvert

AU_PLUS: Final = 50
LIGNES_A_TRONCONS: Final = 5
FLECHE: Final = " → "
JOURS_OFFERTS: Final = [(jour, jour) for jour in JOURS]

FindCommune = Callable[[AtlasOuvert, str], str]


def get_transports(atlas: AtlasOuvert) -> Transports | None:
    """The timetables of an atlas, opened once; null without any."""
    return get_terrain(atlas).transports


def find_lines(transports: Transports, text: str) -> list[tuple[str, str]]:
    """The lines whose name, way or network holds the words: (what a scenario calls it, words)."""
    words = plier(text).split()
    found = []
    rows = transports.table("lignes").iter_rows(named=True)
    for name, row in zip(name_lines(transports), rows, strict=True):
        said = " – ".join(part for part in (row["nom"], row["detail"]) if part) or row["id"]
        label = f"{said} ({row['reseau']})" if row["reseau"] else said
        if all(word in plier(f"{label} {row['id']}") for word in words):
            found.append((name, label))
    return sorted(found, key=lambda pair: plier(pair[1]))[:AU_PLUS]


def list_hops(transports: Transports, lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Where a stop can be opened on some lines: two stops that follow each other, one choice both ways."""
    tried, names = TransportsEssayes.of(transports), transports.arrets["nom"].fill_null("").to_list()
    ids, choices = transports.arrets["id"].to_list(), []
    for name, label in lines[:LIGNES_A_TRONCONS]:
        seen: dict[tuple[int, int], None] = {}
        for trip in tried.list_line(find_line(transports, name)).tolist():
            way = tried.follow(trip)
            for pair in pairwise(way):
                if pair[::-1] not in seen:
                    seen[pair] = None
        choices += [
            ("\n".join([name, ids[one], ids[other]]), f"{label} : {names[one]}{FLECHE}{names[other]}")
            for one, other in seen
        ]
    return choices


def offer_lines(atlas: AtlasOuvert, genre: str, text: str, *, searched: bool) -> list[tuple[str, str]]:
    """What the search of the address offers to choose from."""
    transports = get_transports(atlas)
    if transports is None or not searched:
        return []
    found = find_lines(transports, text)
    return list_hops(transports, found) if genre == "ouvrir_arret" else found


def read_stop(transports: Transports, text: str) -> str | None:
    """The id of a stop called so, by id or by name: of those of one name, the first that is served."""
    stops, written = transports.arrets, text.strip()
    if written in stops["id"].to_list():
        return written
    served = set(transports.horaires.stop_times.stop.tolist())
    named = (row for row, nom in enumerate(stops["nom"].to_list()) if nom and plier(nom) == plier(written))
    found = next((row for row in named if row in served), None)
    return None if found is None else str(stops["id"][found])


def collect(said: dict[str, Any], atlas: AtlasOuvert, find_commune: FindCommune) -> dict[str, Any]:
    """The values of an edit of lines, from those of its form."""
    transports = get_transports(atlas)
    if transports is None:
        raise ValidationError("Cet atlas n’a pas d’horaires de transports collectifs.")
    values = dict(said)
    if "troncon" in values:
        values["ligne"], *values["entre"] = values.pop("troncon").split("\n")
    if "decalage" in values:
        values["minutes"] = values.pop("decalage")
    if "sens" in values:
        values["aller_retour"] = values.pop("sens") == "deux"
    if "desservis" in values:
        values["arrets"] = gather(
            values.pop("desservis"), lambda t: read_served(transports, atlas, t, find_commune)
        )
    if "vers" in values:
        values["vers"] = gather(values["vers"], lambda line: need_stop(transports, line))
    if "communes" in values:
        values["communes"] = gather(values["communes"], lambda line: find_commune(atlas, line))
    return values


def gather(text: str, read: Callable[[str], Any]) -> list[Any]:
    """What each line says; every line that says nothing known at once."""
    found: list[Any] = []
    faults: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        try:
            found.append(read(line))
        except (ValidationError, Inapplicable) as error:
            faults += getattr(error, "messages", [str(error)])
    if faults:
        raise ValidationError(faults)
    return found


def need_stop(transports: Transports, text: str) -> str:
    """The id of a stop that there is."""
    found = read_stop(transports, text)
    if found is None:
        raise ValidationError(f"Aucun arrêt ne s’appelle « {text.strip()} ».")
    return found


def read_served(
    transports: Transports, atlas: AtlasOuvert, line: str, find_commune: FindCommune
) -> dict[str, Any]:
    """« arrêt ; minutes », or « nom ; commune ; minutes » for a new one."""
    parts = [part.strip() for part in line.split(";")]
    minutes = parts[-1] if len(parts) > 1 else "0"
    if len(parts) == 3:
        return {"nom": parts[0], "commune": find_commune(atlas, parts[1]), "minutes": minutes}
    return {"arret": need_stop(transports, parts[0]), "minutes": minutes}


Fabrique = Callable[[list[tuple[str, str]], AtlasOuvert], forms.Field]


def _hour(label: str, initial: str = "") -> Fabrique:
    return lambda _choices, _atlas: forms.CharField(
        label=label, max_length=5, initial=initial, help_text="HH:MM ; après minuit, au-delà de 24:00."
    )


def _lines(label: str, aide: str) -> Fabrique:
    return lambda _choices, _atlas: forms.CharField(
        label=label, help_text=aide, max_length=10_000, widget=forms.Textarea({"rows": 4})
    )


def _minutes(label: str, low: int, high: int, initial: int | None = None) -> Fabrique:
    return lambda _choices, _atlas: forms.IntegerField(
        label=label, min_value=low, max_value=high, initial=initial
    )


def _choose(label: str) -> Fabrique:
    return lambda choices, _atlas: forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


FABRIQUES_LIGNES: Final[dict[str, Fabrique]] = {
    "ligne": _choose("Quelle ligne"),
    "troncon": _choose("Entre quels arrêts"),
    "jours": lambda _choices, _atlas: forms.MultipleChoiceField(
        label="Quels jours", choices=JOURS_OFFERTS, widget=forms.CheckboxSelectMultiple
    ),
    "comme": lambda _choices, _atlas: forms.ChoiceField(
        label="Comme quel jour de la même semaine", choices=JOURS_OFFERTS, initial="mardi"
    ),
    "de": _hour("Premier départ"),
    "a": _hour("Dernier départ"),
    "toutes_les_min": _minutes("Minutes entre deux départs", 1, 1440, 60),
    "decalage": _minutes("Minutes plus tard (plus tôt : un nombre négatif)", -720, 720),
    "detour_min": _minutes("Minutes de détour pour qui reste à bord", 0, 60, 0),
    "sens": lambda _choices, _atlas: forms.ChoiceField(
        label="Sens", choices=[("deux", "aller et retour"), ("un", "aller seulement")]
    ),
    "desservis": _lines(
        "Arrêts",
        "Une ligne par arrêt, dans l’ordre : arrêt ; minutes depuis le premier. Un arrêt nouveau : nom ; "
        "commune ; minutes.",
    ),
    "communes": _lines("Communes de la zone", "Une ligne par commune : son nom ou son code INSEE."),
    "vers": _lines("Vers quels arrêts", "Une ligne par arrêt : son nom ou son identifiant."),
}
CHAMPS_LIGNES: Final[dict[str, tuple[str, ...]]] = {
    "ajouter_ligne": ("nom", "desservis", "de", "a", "toutes_les_min", "jours", "sens"),
    "supprimer_ligne": ("ligne",),
    "decaler_ligne": ("ligne", "decalage", "jours", "de", "a"),
    "frequence_ligne": ("ligne", "toutes_les_min", "de", "a", "jours"),
    "etendre_jours": ("ligne", "jours", "comme", "de", "a"),
    "etendre_heures": ("ligne", "de", "a", "toutes_les_min", "jours"),
    "ouvrir_arret": ("troncon", "nom", "ou", "lon", "lat", "detour_min"),
    "transport_demande": ("nom", "communes", "vers", "de", "a", "toutes_les_min", "jours", "kmh"),
}
FACULTATIFS_LIGNES: Final = frozenset(
    (genre, name) for genre in ("decaler_ligne", "etendre_jours", "etendre_heures") for name in ("de", "a")
)
DEFAUTS: Final[dict[tuple[str, str], Any]] = {
    ("decaler_ligne", "jours"): list(JOURS),
    ("etendre_heures", "jours"): list(JOURS),
    ("frequence_ligne", "jours"): list(OUVRABLES),
    ("ajouter_ligne", "jours"): list(OUVRABLES),
    ("transport_demande", "jours"): list(OUVRABLES),
    ("transport_demande", "kmh"): 40,
    ("transport_demande", "toutes_les_min"): 30,
}
D_UNE_LIGNE: Final = frozenset(g for g, champs in CHAMPS_LIGNES.items() if {"ligne", "troncon"} & set(champs))
