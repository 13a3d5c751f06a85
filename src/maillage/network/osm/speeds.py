"""How long each segment takes: legal limits, French defaults by class and surroundings, ferries, signals.

* A written limit, l km/h: l × ``part_de_limite``.
* None written: the lesser of the class speed and of the default limit × ``part_de_limite``.
* Modes without legal limits: the class speed. Ferries with a duration: that duration, shared by length.
* Then × ``facteur_bati`` or ``facteur_hors_bati``, and ``feu_s`` seconds on arriving at traffic signals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Limites, Milieu, Mode
from maillage.network.osm.extract import SILENT, Extract, Tags, has, look_up, override
from maillage.network.osm.rules import FERRIES, Usage, speeds_of
from maillage.network.osm.segments import EARTH_RADIUS_M, Segments

MPH_IN_KMH = 1.609344
LIMIT_KEYS = ("zone:traffic", "zone:maxspeed", "source:maxspeed", "maxspeed:type", "maxspeed")
NUMBER = re.compile(r"(\d+(?:\.\d+)?) ?(km/h|kmh|mph)?")
CLOCK = re.compile(r"(?:(\d+):)?(\d+)(?::(\d+))?")
ISO_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def parse_limit(value: str, known: Mapping[str, float]) -> float:
    """A limit in km/h, -1 when the value is not understood; of several values the lowest.

    >>> [round(parse_limit(v, {"FR:urban": 50}), 1) for v in ("30", "20 mph", "FR:urban", "90;30", "signals")]
    [30.0, 32.2, 50, 30.0, -1]
    """
    found = [_parse_one(part.strip(), known) for part in value.split(";")]
    return min((kmh for kmh in found if kmh > 0), default=SILENT)


def _parse_one(value: str, known: Mapping[str, float]) -> float:
    number = NUMBER.fullmatch(value)
    if number is None:
        return known.get(value, SILENT)
    return float(number[1]) * (MPH_IN_KMH if number[2] == "mph" else 1)


def parse_duration_s(value: str) -> float:
    """A ferry's duration in seconds: minutes, h:mm, h:mm:ss or ISO 8601; -1 when not understood.

    >>> [parse_duration_s(v) for v in ("45", "1:30", "00:05:30", "PT1H5M", "longue")]
    [2700.0, 5400.0, 330.0, 3900.0, -1]
    """
    iso = ISO_DURATION.fullmatch(value)
    if iso and any(iso.groups()):
        hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return 3600.0 * hours + 60 * minutes + seconds
    clock = CLOCK.fullmatch(value.strip())
    if not clock:
        return SILENT
    hours, minutes, seconds = (int(part or 0) for part in clock.groups())
    return 3600.0 * hours + 60 * minutes + seconds


def find_limits(tags: Mapping[str, Tags], n: int, limites: Limites, direction: str) -> NDArray[np.float64]:
    """The written limit of each way in ``direction`` (":forward" or ":backward"), km/h; -1 where none is."""
    result = np.full(n, SILENT, np.float64)
    for key in (*LIMIT_KEYS, f"maxspeed{direction}"):
        result = override(result, look_up(tags, key, n, lambda value: parse_limit(value, limites.par_valeur)))
    return result


def list_unread_limits(tags: Mapping[str, Tags], limites: Limites) -> dict[str, int]:
    """Values of ``maxspeed`` that are not understood, with their number of ways."""
    column = tags.get("maxspeed")
    if column is None:
        return {}
    counts = np.bincount(column.code, minlength=len(column.values))
    return {
        value: int(count)
        for value, count in zip(column.values, counts, strict=True)
        if parse_limit(value, limites.par_valeur) < 0
    }


def default_limits(
    tags: Mapping[str, Tags],
    usage: Usage,
    limites: Limites,
    way: NDArray[np.int32],
    built_up: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """The legal limit of each segment where nothing is written, km/h."""
    n = len(usage.road_class)
    dual = has(tags, "dual_carriageway", n, ("yes",)) | has(tags, "motorroad", n, ("yes",))
    dual |= has(tags, "oneway", n, ("yes", "true", "1", "-1"))
    dual &= np.isin(usage.road_class, ("trunk", "trunk_link"))
    rural = np.where(dual, limites.deux_chaussees, limites.hors_agglomeration)[way]
    by_surroundings = np.where(built_up, limites.en_agglomeration, rural)
    by_class = speeds_of(usage.road_class, limites.par_classe)[way]
    return np.where(np.isnan(by_class), by_surroundings, by_class)


def find_built_up(extract: Extract, usage: Usage, segments: Segments, milieu: Milieu) -> NDArray[np.bool_]:
    """Whether each segment is in a built-up area: by tags, else class, else land use or streets around."""
    tags, n = extract.way_tags, len(extract.way_id)
    said = np.full(n, SILENT, np.float64)
    said[np.isin(usage.road_class, list(milieu.classes_de_rue))] = 1
    said[np.isin(usage.road_class, list(milieu.classes_jamais))] = 0
    for key in LIMIT_KEYS:
        said = override(said, look_up(tags, key, n, _parse_surroundings))
    result = said[segments.way] == 1
    x, y = _find_middles(segments)
    silent = np.flatnonzero(said[segments.way] == SILENT)
    street = np.isin(usage.road_class, list(milieu.classes_de_rue))[segments.way]
    result[silent] = _has_streets_around(segments, x, y, street, milieu)[silent]
    result[silent] |= _is_inside_ring(extract, x[silent], y[silent])
    return np.asarray(result)


def _parse_surroundings(value: str) -> float:
    if value.endswith("rural"):
        return 0
    return 1 if value.endswith(("urban", "zone30", "zone:30", "living_street")) else SILENT


def _find_middles(segments: Segments) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    tail, head = segments.tail, segments.head
    return (
        (segments.lon[tail] + segments.lon[head]) / 2,
        (segments.lat[tail] + segments.lat[head]) / 2,
    )


def _has_streets_around(
    segments: Segments,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    street: NDArray[np.bool_],
    milieu: Milieu,
) -> NDArray[np.bool_]:
    """Streets of at least ``longueur_de_rues_m`` (≥) in the block of cells centred on each middle."""
    degree_m = np.pi / 180 * EARTH_RADIUS_M
    row = np.floor(lat * degree_m / milieu.cellule_m).astype(np.int64)
    east = (lon - lon.mean()) * np.cos(np.radians(lat))  # from the middle of the extract: rows keep in line
    column = np.floor(east * degree_m / milieu.cellule_m).astype(np.int64)
    width = int(np.ptp(column)) + 2 * milieu.cellules_du_bloc + 1 if len(column) else 1
    cell = row * width + column
    cells, where = np.unique(cell, return_inverse=True)
    length = np.bincount(where, np.where(street, segments.length_m, 0.0), len(cells)).astype(np.float64)
    reach = milieu.cellules_du_bloc // 2
    total = np.zeros(len(cells))
    for up in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            total += _read_cells(cells, length, cells + up * width + right)
    return np.asarray(total[where] >= milieu.longueur_de_rues_m)


def _read_cells(
    cells: NDArray[np.int64], values: NDArray[np.float64], wanted: NDArray[np.int64]
) -> NDArray[np.float64]:
    place = np.minimum(np.searchsorted(cells, wanted), max(len(cells) - 1, 0))
    return np.where(cells[place] == wanted, values[place], 0.0)


def _is_inside_ring(
    extract: Extract, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether each point lies within the outline of a built-up land use."""
    starts = extract.ring_start
    whole = [r for r in range(len(starts) - 1) if starts[r + 1] - starts[r] >= 4]
    rings = [extract.ring_node[starts[r] : starts[r + 1]] for r in whole]
    outlines = [np.column_stack([extract.lon[ring], extract.lat[ring]]) for ring in rings]
    polygons = [shapely.Polygon(line) for line in outlines if (line[0] == line[-1]).all()]
    result = np.zeros(len(lon), bool)
    if polygons and len(lon):
        point, _ = shapely.STRtree(polygons).query(shapely.points(lon, lat), predicate="within")
        result[point] = True
    return result


def compute_times(
    extract: Extract, mode: Mode, usage: Usage, segments: Segments
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds along each segment, forward and backward (meaningful where the way is open)."""
    built_up = np.zeros(len(segments), bool)
    if mode.limite_legale:
        built_up = find_built_up(extract, usage, segments, mode.milieu)
    factor = np.where(built_up, mode.facteur_bati, mode.facteur_hors_bati)
    sailing = _share_ferry_times(extract, usage, segments)
    signal = has(extract.node_tags, "highway", len(extract.node_id), ("traffic_signals",))[
        segments.source_node
    ]
    times = []
    for direction, arrival in ((":forward", segments.head), (":backward", segments.tail)):
        kmh = _find_speeds(extract, mode, usage, segments, built_up, direction) * factor
        driving = segments.length_m / (kmh / 3.6)
        times.append(np.where(np.isnan(sailing), driving, sailing) + mode.feu_s * signal[arrival])
    return times[0], times[1]


def _find_speeds(
    extract: Extract,
    mode: Mode,
    usage: Usage,
    segments: Segments,
    built_up: NDArray[np.bool_],
    direction: str,
) -> NDArray[np.float64]:
    by_class = usage.class_kmh[segments.way]
    if not mode.limite_legale:
        return by_class
    tags, part = extract.way_tags, mode.part_de_limite
    written = find_limits(tags, len(extract.way_id), mode.limites, direction)[segments.way]
    default = default_limits(tags, usage, mode.limites, segments.way, built_up)
    return np.where(written > 0, part * written, np.minimum(by_class, part * default))


def _share_ferry_times(extract: Extract, usage: Usage, segments: Segments) -> NDArray[np.float64]:
    """Seconds of each ferry segment whose way tells its duration; nan elsewhere."""
    n = len(extract.way_id)
    duration = look_up(extract.way_tags, "duration", n, parse_duration_s)
    duration[~np.isin(usage.road_class, FERRIES) | (duration <= 0)] = np.nan
    length = np.bincount(segments.way, segments.length_m, n)[segments.way]
    share = np.divide(segments.length_m, length, out=np.zeros(len(segments)), where=length > 0)
    return np.asarray(duration[segments.way] * share)
