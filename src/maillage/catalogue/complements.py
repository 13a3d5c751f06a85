"""What a partner may say of a place of the atlas, field by field, and how each value is written."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from maillage.catalogue.dates import read_date
from maillage.catalogue.emprises import list_boxes
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.plausibilite import get_place_bound

AJOUT, FERME, POSITION = "ajout", "ferme", "position"
PREFIXE: Final = "ajout:"
"""How the id of an added place begins: no list of ours begins so."""
OUI_NON: Final = {"oui": "oui", "non": "non", "vrai": "oui", "faux": "non", "true": "oui", "false": "non"}
LONGUEUR: Final = 200
DECIMALES: Final = 6
APPLIQUE, CONFIRME, SOURCE_CHANGEE = "applique", "confirme", "source_changee"
LIEU_ABSENT, AUTRE_LIEU, DEJA_LA = "lieu_absent", "autre_lieu", "deja_la"
ETATS: Final = {
    APPLIQUE: "dans l’atlas",
    CONFIRME: "la source dit maintenant la même chose",
    SOURCE_CHANGEE: "la source a changé : à revoir",
    LIEU_ABSENT: "le lieu n’est plus dans la source : à revoir",
    AUTRE_LIEU: "cet identifiant est celui d’un autre lieu : à revoir",
    DEJA_LA: "la source a déjà ce lieu : à revoir",
}
"""What became of a line when the atlas was built."""


@dataclass(frozen=True)
class ChampComplete:
    """A field. ``sorte``: texte, position, horaires, oui_non, nombre, jour or ajout; ``borne``: see below.

    ``borne``: the key of its plausible maximum (``plausibilite.toml``), empty for none. ``jauge``: one of
    those that make a place « dit par le département » (ADR 0063).
    """

    id: str
    libelle: str
    sorte: str
    aide: str
    borne: str = ""
    jauge: bool = False


@cache
def list_champs() -> dict[str, ChampComplete]:
    """Every field by id, in the order of the catalogue."""
    entries = read_toml("complements.toml").items()
    return {name: ChampComplete(name, **entry) for name, entry in entries if name != "reglages"}


def get_reglage(name: str) -> int:
    """A setting: ``doublon_m``, ``lignes_par_fichier``."""
    return int(read_toml("complements.toml")["reglages"][name])


def read_valeur(champ: str, text: str) -> str:
    """The value as it is kept, whatever the letters it was written in.

    Hours are not read here: whether a text of hours can be read is for ``horaires`` to say.

    >>> read_valeur("accessible", "Oui"), read_valeur("capacite", "1 200,5"), read_valeur("ferme", "1/2/2026")
    ('oui', '1200.5', '2026-02-01')
    >>> read_valeur("position", "3.0586 50.6292")
    '3.058600 50.629200'
    >>> read_valeur("position", "50.6292 3.0586")
    Traceback (most recent call last):
        ...
    ValueError: longitude et latitude inversées

    Raises:
        ValueError: in French, why it is none.
    """
    bare = " ".join(text.split())
    if not bare:
        raise ValueError("cellule vide")
    return LECTEURS[list_champs()[champ].sorte](champ, bare)


def _read_text(_champ: str, text: str) -> str:
    if len(text) > LONGUEUR:
        raise ValueError(f"{len(text)} caractères, {LONGUEUR} au plus")
    return text


def _read_flag(_champ: str, text: str) -> str:
    if text.casefold() not in OUI_NON:
        raise ValueError(f"« {text} » : écrivez oui ou non")
    return OUI_NON[text.casefold()]


def _read_number(champ: str, text: str) -> str:
    value = _to_float(text)
    bound = get_place_bound(list_champs()[champ].borne)
    if not 0 <= value <= bound.maximum:
        raise ValueError(f"« {text} » n’est pas plausible (de 0 à {bound.maximum:g})")
    return write_number(value)


def _to_float(text: str) -> float:
    try:
        value = float("".join(text.split()).replace(",", "."))
    except ValueError:
        raise ValueError(f"« {text} » n’est pas un nombre") from None
    if not math.isfinite(value):
        raise ValueError(f"« {text} » n’est pas un nombre")
    return value


def _read_position(_champ: str, text: str) -> str:
    parts = text.replace(";", " ").split()
    if len(parts) != 2:
        raise ValueError(f"« {text} » : longitude puis latitude, séparées par une espace")
    lon, lat = map(_to_float, parts)
    if not is_in_france(lon, lat):
        swapped = is_in_france(lat, lon)
        raise ValueError("longitude et latitude inversées" if swapped else f"« {text} » est hors de France")
    return write_position(lon, lat)


def is_in_france(lon: float, lat: float) -> bool:
    """Whether a point is in a box of France, overseas included."""
    return any(b.ouest <= lon <= b.est and b.sud <= lat <= b.nord for b in list_boxes())


def _read_day(_champ: str, text: str) -> str:
    return read_date(text).isoformat()


LECTEURS: Final[dict[str, Callable[[str, str], str]]] = {
    "texte": _read_text,
    "horaires": _read_text,
    "ajout": _read_text,
    "oui_non": _read_flag,
    "nombre": _read_number,
    "position": _read_position,
    "jour": _read_day,
}


def write_number(value: float) -> str:
    """A number as text, without a useless decimal.

    >>> write_number(12.0), write_number(0.5)
    ('12', '0.5')
    """
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def write_position(lon: float | None, lat: float | None) -> str:
    """A point as text; empty for none.

    >>> write_position(3.05861234, 50.0), write_position(None, None)
    ('3.058612 50.000000', '')
    """
    return "" if lon is None or lat is None else f"{lon:.{DECIMALES}f} {lat:.{DECIMALES}f}"


def parse_position(text: str) -> tuple[float, float]:
    """Longitude and latitude of a kept value."""
    lon, lat = text.split()
    return float(lon), float(lat)


def write_known(champ: str, place: Any) -> str:
    """What a place (its columns by name) says of a field, as values are kept; empty when it says nothing.

    >>> write_known("accessible", {"accessible": False}), write_known("capacite", {"capacite": None})
    ('non', '')
    """
    if champ in {AJOUT, FERME}:
        return ""
    if champ == POSITION:
        known = place.get("precision") != "commune"
        return write_position(place.get("lon"), place.get("lat")) if known else ""
    value = place.get(champ)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return write_number(value) if isinstance(value, int | float) else " ".join(str(value).split())


def parse_known(champ: str, text: str) -> Any:
    """A kept value in the type of its column."""
    sorte = list_champs()[champ].sorte
    if sorte == "oui_non":
        return text == "oui"
    return float(text) if sorte == "nombre" else text
