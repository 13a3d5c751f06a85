"""The answer to a question: which rows, and the GeoJSON of those of one page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.demande import OUI_OU_NON, DemandeOuverte
from maillage.ogc.filtrer import filter_rows
from maillage.ogc.jours import read_day_of
from maillage.ogc.reperes import transform_shapes


@dataclass(frozen=True)
class PageOuverte:
    """The rows of one answer, in order; ``trouvees``: how many answer in all."""

    rangs: NDArray[np.int64]
    trouvees: int
    demande: DemandeOuverte

    @property
    def suivante(self) -> int | None:
        """The offset of the next page; null on the last."""
        end = self.demande.decalage + len(self.rangs)
        return end if end < self.trouvees and len(self.rangs) else None

    @property
    def precedente(self) -> int | None:
        """The offset of the page before; null on the first."""
        before = self.demande.decalage - self.demande.limite
        return None if self.demande.decalage == 0 else max(0, before)


def select(couche: CoucheOuverte, asked: DemandeOuverte) -> PageOuverte:
    """The rows that answer, cut to one page.

    Raises:
        FiltreInvalide: the filter asks for what the layer does not have.
    """
    kept = np.ones(len(couche), dtype=bool)
    if asked.filtre is not None:
        kept &= filter_rows(couche, asked.filtre)
    for name, text in (asked.egalites or {}).items():
        kept &= _equal(couche, name, text)
    if asked.boites:
        kept &= _within(couche, asked.boites)
    if asked.periode is not None and couche.temps is not None:
        kept &= _during(couche.temps, asked.periode)
    if asked.ids is not None:
        kept &= np.isin(np.array(couche.ids, dtype=object), list(asked.ids))
    if asked.mots:
        kept &= _speak(couche, asked.mots)
    rows = _sort(couche, np.flatnonzero(kept), asked.tri)
    return PageOuverte(rows[asked.decalage : asked.decalage + asked.limite], len(rows), asked)


def _equal(couche: CoucheOuverte, name: str, text: str) -> NDArray[np.bool_]:
    genre, column = couche.proprietes[name].genre, couche.colonne(name)
    if genre in {"number", "integer"}:
        return np.asarray(column == float(text), dtype=bool)
    wanted: Any = OUI_OU_NON[text] if genre == "boolean" else read_day_of(text) if genre == "date" else text
    return np.array([value is not None and value == wanted for value in column], dtype=bool)


def _within(couche: CoucheOuverte, boites: Sequence[tuple[float, float, float, float]]) -> NDArray[np.bool_]:
    """Features that touch one of the boxes; those without a shape are nowhere."""
    west, south, east, north = couche.boites.T
    kept = np.zeros(len(couche), dtype=bool)
    for x0, y0, x1, y1 in boites:
        near = (west <= x1) & (east >= x0) & (south <= y1) & (north >= y0)
        rows = np.flatnonzero(near & ~kept)
        kept[rows] = shapely.intersects(couche.geometries[rows], shapely.box(x0, y0, x1, y1))
    return kept


def _during(
    temps: tuple[NDArray[np.object_], NDArray[np.object_]], periode: tuple[str | None, str | None]
) -> NDArray[np.bool_]:
    """Features whose days meet the interval; one that tells no day holds at all times."""
    begin, end = periode
    return np.array(
        [
            (end is None or first is None or first[:10] <= end)
            and (begin is None or last is None or last[:10] >= begin)
            for first, last in zip(*temps, strict=True)
        ],
        dtype=bool,
    )


def _speak(couche: CoucheOuverte, words: Sequence[str]) -> NDArray[np.bool_]:
    """Records that say one of these words, whatever the case."""
    names = [name for name, one in couche.proprietes.items() if one.genre == "string"]
    columns = [couche.colonne(name) for name in names]
    texts = [" ".join(str(column[row] or "") for column in columns) for row in range(len(couche))]
    return np.array(
        [any(word.strip().casefold() in t.casefold() for word in words) for t in texts], dtype=bool
    )


def _sort(
    couche: CoucheOuverte, rows: NDArray[np.int64], tri: Sequence[tuple[str, bool]]
) -> NDArray[np.int64]:
    """Rows in that order, unknown values last, ties in the order of the layer."""
    order = rows.tolist()
    for name, descending in reversed(tri):
        column = couche.colonne(name)
        known = [row for row in order if not _is_null(column[row])]
        known.sort(key=lambda row: column[row], reverse=descending)
        order = known + [row for row in order if _is_null(column[row])]
    return np.array(order, dtype=np.int64)


def _is_null(value: Any) -> bool:
    return value is None or (isinstance(value, float) and np.isnan(value))


def read_value(genre: str, value: Any) -> Any:
    """A value of a column as JSON writes it: unknown is null, a whole number has no decimals.

    >>> read_value("integer", 12.0), read_value("number", float("nan")), read_value("number", 1.23456789)
    (12, None, 1.234568)
    """
    if _is_null(value):
        return None
    if genre == "integer":
        return int(value)
    return round(float(value), 6) if genre == "number" else value


def read_properties(
    couche: CoucheOuverte, rows: NDArray[np.int64], names: Sequence[str]
) -> list[dict[str, Any]]:
    """The properties of each of these features, as JSON writes them; each column is read once."""
    found: list[dict[str, Any]] = [{} for _ in rows]
    for name in names:
        genre = couche.proprietes[name].genre
        for values, value in zip(found, couche.colonne(name)[rows].tolist(), strict=True):
            values[name] = read_value(genre, value)
    return found


def write_features(
    couche: CoucheOuverte,
    rows: NDArray[np.int64],
    asked: DemandeOuverte,
    links: Mapping[int, list[dict[str, str]]] | None = None,
) -> list[str]:
    """The GeoJSON text of each of these features, in the system that is asked."""
    names = couche.choisir(asked.proprietes)
    shapes = transform_shapes(couche.geometries[rows], asked.repere) if len(rows) else couche.geometries[rows]
    texts = shapely.to_geojson(shapely.orient_polygons(shapes)) if len(rows) else []
    written = []
    properties = read_properties(couche, rows, names)
    for row, text, values in zip(rows.tolist(), texts, properties, strict=True):
        head = json.dumps({"type": "Feature", "id": couche.ids[row]}, ensure_ascii=False)[:-1]
        told_besides = couche.details(row) if couche.details else {}
        more = {n: one for n, one in told_besides.items() if n in values or n not in couche.proprietes}
        told = json.dumps(values | more, ensure_ascii=False)
        rest = _write_more(couche, row, (links or {}).get(row))
        written.append(f'{head}, "geometry": {text or "null"}, "properties": {told}{rest}}}')
    return written


def _write_more(couche: CoucheOuverte, row: int, links: list[dict[str, str]] | None) -> str:
    more: dict[str, Any] = {}
    if couche.type_objets == "record":
        first, last = couche.temps or ((None,) * len(couche),) * 2
        more["time"] = {"interval": [first[row], last[row]]} if first[row] else None
        more["conformsTo"] = ["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"]
    if links is not None:
        more["links"] = links
    return f", {json.dumps(more, ensure_ascii=False)[1:-1]}" if more else ""
