"""A filter applied to a layer, column by column; unknown is neither true nor false, as in SQL."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import GEOSException

from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.cql2 import FiltreInvalide, NoeudFiltre
from maillage.ogc.jours import read_day_of

Masque = NDArray[np.bool_]
Verdict = tuple[Masque, Masque]
"""Where it is true, where it is false: elsewhere nobody knows."""

NOMBRES: Final = ("number", "integer")
ORDRES: Final = {
    "=": np.equal,
    "<>": np.not_equal,
    "<": np.less,
    ">": np.greater,
    "<=": np.less_equal,
    ">=": np.greater_equal,
}
FAMILLES: Final = {"string": "texte", "date": "date", "boolean": "oui ou non", "number": "nombre"}
GEOMETRIES: Final = ("geometry", "geom", "geometrie")


def filter_rows(couche: CoucheOuverte, tree: NoeudFiltre) -> Masque:
    """Where the filter is true, bool[n].

    Raises:
        FiltreInvalide: a property that the layer does not have, or values of two kinds compared.
    """
    return _judge(couche, tree)[0]


def _judge(couche: CoucheOuverte, node: NoeudFiltre) -> Verdict:
    if node.sorte in {"et", "ou"}:
        return _join(node.sorte, [_judge(couche, one) for one in node.fils])
    if node.sorte == "non":
        true, false = _judge(couche, node.fils[0])
        return false, true
    judge = JUGES.get(node.sorte)
    return judge(couche, *node.fils) if judge else _compare(couche, node.sorte, *node.fils)


def _is_null(couche: CoucheOuverte, value: NoeudFiltre) -> Verdict:
    known = _known(_read(couche, value)[1], len(couche))
    return ~known, known


def _hold(couche: CoucheOuverte, value: bool) -> Verdict:  # noqa: FBT001 - a literal of the filter
    whole = np.full(len(couche), value)
    return whole, ~whole


def _is_true(couche: CoucheOuverte, value: NoeudFiltre) -> Verdict:
    return _compare(couche, "=", value, NoeudFiltre("valeur", (True,)))


def _lie(couche: CoucheOuverte, value: NoeudFiltre, low: NoeudFiltre, high: NoeudFiltre) -> Verdict:
    """BETWEEN: both bounds included."""
    return _join("et", [_compare(couche, ">=", value, low), _compare(couche, "<=", value, high)])


def _belong(couche: CoucheOuverte, value: NoeudFiltre, *others: NoeudFiltre) -> Verdict:
    """IN: one look at the column when its values are of its kind."""
    kind, held = _read(couche, value)
    wanted = [_read(couche, one) for one in others]
    plain = all(other == kind and not isinstance(one, np.ndarray) for other, one in wanted)
    if not (plain and isinstance(held, np.ndarray)):
        return _join("ou", [_compare(couche, "=", value, one) for one in others])
    known, kept = _known(held, len(couche)), {one for _, one in wanted}
    found = np.array([one in kept for one in held.tolist()], dtype=bool)
    return found & known, ~found & known


def _join(sorte: str, parts: list[Verdict]) -> Verdict:
    true, false = ([part[side] for part in parts] for side in (0, 1))
    if sorte == "et":
        return np.logical_and.reduce(true), np.logical_or.reduce(false)
    return np.logical_or.reduce(true), np.logical_and.reduce(false)


def _read(couche: CoucheOuverte, node: NoeudFiltre) -> tuple[str, Any]:
    """Kind of a scalar, and its column or its value."""
    if node.sorte == "valeur":
        value = node.fils[0]
        kind = "boolean" if isinstance(value, bool) else "string" if isinstance(value, str) else "number"
        return kind, value
    if node.sorte == "date":
        return "date", node.fils[0]
    if node.sorte in {"casse", "accents"}:
        kind, held = _read(couche, node.fils[0])
        if kind != "string":
            raise FiltreInvalide("CASEI et ACCENTI s’appliquent à un texte.")
        fold = str.casefold if node.sorte == "casse" else _unaccent
        return kind, fold(held) if isinstance(held, str) else _each(held, fold)
    name = node.fils[0]
    if name in GEOMETRIES and name not in couche.proprietes:
        raise FiltreInvalide(f"« {name} » est la géométrie : comparez-la par S_INTERSECTS(geometry, …).")
    if name not in couche.proprietes:
        raise FiltreInvalide(
            f"La couche « {couche.id} » n’a pas de propriété « {name} » : voir sa page « queryables »."
        )
    kind = couche.proprietes[name].genre
    return "number" if kind in NOMBRES else kind, couche.colonne(name)


def _each(column: NDArray[Any], change: Any) -> NDArray[Any]:
    changed = np.empty(len(column), dtype=object)
    changed[:] = [None if value is None else change(value) for value in column]
    return changed


def _unaccent(text: str) -> str:
    """A text without its accents.

    >>> _unaccent("Œuf d’été")
    'Œuf d’ete'
    """
    split = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in split if not unicodedata.combining(c)))


def _known(held: Any, count: int) -> Masque:
    if not isinstance(held, np.ndarray):
        return np.ones(count, dtype=bool)
    if held.dtype.kind == "f":
        return ~np.isnan(held)
    return np.array([value is not None for value in held], dtype=bool)


def _compare(couche: CoucheOuverte, sign: str, left: NoeudFiltre, right: NoeudFiltre) -> Verdict:
    (kind, a), (other, b) = _read(couche, left), _read(couche, right)
    if {kind, other} == {"date", "string"}:  # a text that writes a day is compared as one
        a, b = (_find_day(side) if isinstance(side, str) else side for side in (a, b))
        kind = other
    if {kind, other} == {"boolean", "number"} and any(
        type(side) is float and side in {0.0, 1.0} for side in (a, b)
    ):
        kind = other  # 1 and 0 are how GDAL writes them
    if kind != other:
        raise FiltreInvalide(
            f"« {FAMILLES[kind]} » ne se compare pas à « {FAMILLES[other]} » : un texte a des apostrophes."
        )
    count = len(couche)
    known = _known(a, count) & _known(b, count)
    result = np.zeros(count, dtype=bool)
    sides = [side[known] if isinstance(side, np.ndarray) else side for side in (a, b)]
    result[known] = np.asarray(ORDRES[sign](*sides), dtype=bool)
    return result & known, ~result & known


def _find_day(text: str) -> str:
    try:
        return read_day_of(text)
    except ValueError as error:
        raise FiltreInvalide(f"« {text[:40]} » n’est pas un jour du calendrier, comme 2026-01-31.") from error


def _match(couche: CoucheOuverte, value: NoeudFiltre, pattern: NoeudFiltre) -> Verdict:
    kind, held = _read(couche, value)
    other, wanted = _read(couche, pattern)
    if kind != "string" or other != "string" or not isinstance(wanted, str):
        raise FiltreInvalide("LIKE compare un texte à un motif entre apostrophes : nom LIKE 'Saint-%'.")
    parts = split_motif(wanted)
    known = _known(held, len(couche))
    column = held if isinstance(held, np.ndarray) else np.full(len(couche), held, dtype=object)
    found = np.array([text is not None and is_like(text, parts) for text in column], dtype=bool)
    return found & known, ~found & known


def split_motif(pattern: str) -> list[re.Pattern[str]]:
    r"""The parts of a LIKE between its ``%``; ``_`` is any sign, a backslash takes the next one as it is."""
    parts, current, escaped = [], "", False
    for sign in pattern:
        if sign == "%" and not escaped:
            parts.append(current)
            current = ""
        elif sign == "\\" and not escaped:
            escaped = True
        else:
            current += "." if sign == "_" and not escaped else re.escape(sign)
            escaped = False
    return [re.compile(part, re.DOTALL) for part in (*parts, current)]


def is_like(text: str, parts: list[re.Pattern[str]]) -> bool:
    """Whether the parts follow each other in the text, the first at its start, the last at its end.

    Each part has one length and is taken where it first stands: no pattern makes it slow.

    >>> [is_like(name, split_motif("Saint-%")) for name in ("Saint-Amand", "Bas-Saint-Omer")]
    [True, False]
    >>> [is_like(name, split_motif("%a_d%d")) for name in ("Saint-Amand", "Grand Rend", "and")]
    [False, True, False]
    """
    if len(parts) == 1:
        return parts[0].fullmatch(text) is not None
    first = parts[0].match(text)
    if first is None:
        return False
    place = first.end()
    for part in parts[1:-1]:
        found = part.search(text, place)
        if found is None:
            return False
        place = found.end()
    width = len(re.sub(r"\\(.)", r"\1", parts[-1].pattern))
    return len(text) - width >= place and parts[-1].fullmatch(text, len(text) - width) is not None


def _place(couche: CoucheOuverte, word: str, first: NoeudFiltre, second: NoeudFiltre) -> Verdict:
    sides = []
    for side in (first, second):
        if side.sorte == "forme":
            sides.append(side.fils[0])
        elif side.sorte == "nom" and side.fils[0] in GEOMETRIES:
            sides.append(couche.geometries)
        else:
            raise FiltreInvalide(f"{word} compare « geometry » à une géométrie en WKT ou à un BBOX.")
    known = np.array([shape is not None for shape in couche.geometries], dtype=bool)
    try:
        with np.errstate(all="ignore"):  # a shape that lies beyond all numbers touches nothing
            found = getattr(shapely, word[2:].lower())(*sides)
    except GEOSException as error:
        raise FiltreInvalide(
            f"{word} : cette géométrie ne se compare pas, elle est peut-être croisée."
        ) from error
    true = np.broadcast_to(np.asarray(found, dtype=bool), len(couche))
    return true & known, ~true & known


JUGES: Final[dict[str, Callable[..., Verdict]]] = {
    "nul": _is_null,
    "valeur": _hold,
    "vrai": _is_true,
    "comme": _match,
    "entre": _lie,
    "parmi": _belong,
    "spatial": _place,
}
