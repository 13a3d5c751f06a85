"""How long each segment takes: legal limits, French defaults by class and surroundings, ferries, signals.

* A written limit, l km/h, never above what the law allows the class: l × ``part_de_limite``.
* None written: the lesser of the class speed and of the default limit × ``part_de_limite``.
* Modes without legal limits: the class speed. Ferries with a duration: that duration, shared by length.
* Then × ``facteur_bati`` or ``facteur_hors_bati``, and ``feu_s`` seconds on arriving at traffic signals,
  unless the mode has costs at crossings (see ``delays``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.vitesses import Limites, Milieu, Mode
from maillage.network.osm.extract import (
    MISSING,
    SILENT,
    Extract,
    Tags,
    count_values,
    fold,
    has,
    look_up,
    override,
    split_values,
)
from maillage.network.osm.rules import FERRIES, SUFFIXES, Usage, speeds_of
from maillage.network.osm.segments import Segments

UNITS_KMH = {"mph": 1.609344, "knots": 1.852, "kn": 1.852}
ZONE_KEYS = ("zone:traffic", "zone:maxspeed", "source:maxspeed", "maxspeed:type")
NUMBER_KEYS = ("maxspeed", "maxspeed:vehicle", "maxspeed:motor_vehicle", "maxspeed:motorcar")
NUMBER = re.compile(r"(\d+(?:[.,]\d+)?) ?(km/h|kmh|kph|kmph|mph|knots|kn)?")
COUNTRY = re.compile(r"[a-z]{2}(?:-[a-z]+)?:(?:zone:?)?(\d+|[a-z_]+)")
BUILT_UP = re.compile(r"(?:urban|living_street|nsl_restricted|(?:zone:?|:)[1-5]\d)$")
CLOCK = re.compile(r"(?:(\d+):)?(\d+)(?::(\d+))?")
ISO_DURATION = re.compile(r"p(?:([\d.]+)d)?(?:t(?:([\d.]+)h)?(?:([\d.]+)m)?(?:([\d.]+)s)?)?")
IN_WORDS = re.compile(r"(?:([\d.]+) ?h(?:ours?|eures?)?)? ?(?:([\d.]+) ?(?:m|mn|min|minutes?)?)?")


def parse_limit(value: str, limites: Limites) -> float:
    """A limit in km/h, infinite for "none", -1 when the value tells no number; of several the lowest.

    >>> from maillage.catalogue.vitesses import load_limites
    >>> told = ("30", "20 mph", "FR:urban", "DE:zone:30", "90;30", "none", "signals")
    >>> [round(parse_limit(v, load_limites()), 1) for v in told if v != "none"]
    [30.0, 32.2, 50, 30.0, 30.0, -1]
    """
    found = [_parse_one(part, limites) for part in re.split("[;|]", fold(value))]
    return min((kmh for kmh in found if kmh > 0), default=SILENT)


def _parse_one(value: str, limites: Limites) -> float:
    value = value.strip()
    if value in limites.sans_limite:
        return np.inf
    number = NUMBER.fullmatch(value)
    if number is not None:
        return float(number[1].replace(",", ".")) * UNITS_KMH.get(number[2], 1)
    if value in limites.par_valeur:
        return limites.par_valeur[value]
    zone = COUNTRY.fullmatch(value)
    if zone is None:
        return SILENT
    return float(zone[1]) if zone[1].isdigit() else limites.par_contexte.get(zone[1], SILENT)


def parse_duration_s(value: str) -> float:
    """A ferry's duration in seconds: minutes, h:mm, h:mm:ss, ISO 8601 or units; -1 when not understood.

    Of several values the longest.

    >>> [parse_duration_s(v) for v in ("45", "1:30", "00:05:30", "PT1H5M", "20 min", "1h30", "longue")]
    [2700.0, 5400.0, 330.0, 3900.0, 1200.0, 5400.0, -1]
    """
    return max((_parse_one_duration(fold(part)) for part in value.split(";")), default=SILENT)


def _parse_one_duration(value: str) -> float:
    clock = CLOCK.fullmatch(value)
    if clock:
        return _sum_seconds((0, *clock.groups()))
    iso = ISO_DURATION.fullmatch(value)
    if iso and any(iso.groups()):
        return _sum_seconds(iso.groups())
    words = IN_WORDS.fullmatch(value)
    return _sum_seconds((0, *words.groups(), 0)) if words and any(words.groups()) else SILENT


def _sum_seconds(parts: Iterable[str | int | None]) -> float:
    """Days, hours, minutes and seconds, in seconds."""
    return sum(float(part or 0) * unit for part, unit in zip(parts, (86400, 3600, 60, 1), strict=True))


def find_limits(
    tags: Mapping[str, Tags], road_class: NDArray[np.str_], limites: Limites, direction: str
) -> NDArray[np.float64]:
    """The written limit of each way in ``direction`` (":forward" or ":backward"), km/h; -1 where none is."""
    n = len(road_class)
    unlimited = np.where(
        np.isin(road_class, list(limites.classes_sans_limite)),
        speeds_of(road_class, limites.par_classe),
        SILENT,
    )
    result = np.full(n, SILENT, np.float64)
    for key in (*ZONE_KEYS, *NUMBER_KEYS, *(key + direction for key in NUMBER_KEYS)):
        said = look_up(tags, key, n, lambda value: parse_limit(value, limites))
        result = override(result, np.where(np.isinf(said), unlimited, said))
    return np.minimum(result, speeds_of(road_class, limites.plafonds, limites.plafond_autres))


def list_unread_limits(tags: Mapping[str, Tags], limites: Limites) -> dict[str, int]:
    """Limits and durations that are not understood, with their number of ways."""

    def is_limit(value: str) -> bool:
        return value in limites.sans_valeur or parse_limit(value, limites) > 0

    keys = (key + suffix for key in NUMBER_KEYS for suffix in ("", *SUFFIXES))
    zones = {"zone:maxspeed": is_limit, "duration": lambda value: parse_duration_s(value) > 0}
    counts = count_values(tags, keys, is_limit)
    for key, is_read in zones.items():
        counts |= count_values(tags, (key,), is_read)
    return counts


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
    for key in (*ZONE_KEYS, "maxspeed"):
        said = override(said, look_up(tags, key, n, _parse_surroundings))
    result = said[segments.way] == 1
    x, y = _find_middles(segments)
    silent = np.flatnonzero(said[segments.way] == SILENT)
    street = np.isin(usage.road_class, list(milieu.classes_de_rue))[segments.way]
    result[silent] = _has_streets_around(segments, x, y, street, milieu)[silent]
    result[silent] |= _is_inside_ring(extract, x[silent], y[silent])
    return np.asarray(result)


def _parse_surroundings(value: str) -> float:
    """What a zone says of its surroundings: "fr:rural" 0, "fr:urban", "fr:zone30", "de:30" 1; else silent.

    >>> [_parse_surroundings(v) for v in ("fr:rural", "fr:urban", "de:30", "sign", "30")]
    [0, 1, 1, -1, -1]
    """
    if value.endswith("rural"):
        return 0
    return 1 if any(BUILT_UP.search(part) for part in split_values(value)) else SILENT


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
    row = np.floor(lat * DEGREE_M / milieu.cellule_m).astype(np.int64)
    east = (lon - lon.mean()) * np.cos(np.radians(lat))  # from the middle of the extract: rows keep in line
    column = np.floor(east * DEGREE_M / milieu.cellule_m).astype(np.int64)
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
    rings = [known for ring in rings if len(known := ring[ring != MISSING]) >= 4]
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
    sailing = _share_ferry_times(extract, usage, segments)
    signal = has(extract.node_tags, "highway", len(extract.node_id), ("traffic_signals",))[
        segments.source_node
    ]
    times = []
    driven = compute_driving(extract, mode, usage, segments)
    for driving, arrival in zip(driven, (segments.head, segments.tail), strict=True):
        stopping = mode.feu_s * signal[arrival] if mode.carrefours is None else 0.0
        times.append(np.where(np.isnan(sailing), driving, sailing) + stopping)
    return times[0], times[1]


def compute_driving(
    extract: Extract, mode: Mode, usage: Usage, segments: Segments
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds along each segment at the speed of its way, forward and backward, stops left out."""
    built_up = np.zeros(len(segments), bool)
    if mode.limite_legale:
        built_up = find_built_up(extract, usage, segments, mode.milieu)
    factor = np.where(built_up, mode.facteur_bati, mode.facteur_hors_bati)
    times = []
    for direction in SUFFIXES:
        kmh = _find_speeds(extract, mode, usage, segments, built_up, direction) * factor
        times.append(segments.length_m / (kmh / 3.6))
    return times[0], times[1]


def _find_speeds(
    extract: Extract,
    mode: Mode,
    usage: Usage,
    segments: Segments,
    built_up: NDArray[np.bool_],
    direction: str,
) -> NDArray[np.float64]:
    way = usage.forward if direction == SUFFIXES[0] else usage.backward
    by_class = way.kmh[segments.way]
    if not mode.limite_legale:
        return by_class
    tags, part = extract.way_tags, mode.part_de_limite
    written = part * find_limits(tags, usage.road_class, mode.limites, direction)
    bounded = np.isin(usage.road_class, list(mode.allure_maximale))
    written = np.where(bounded & (written > 0), np.minimum(written, way.kmh), written)[segments.way]
    default = default_limits(tags, usage, mode.limites, segments.way, built_up)
    return np.where(written > 0, written, np.minimum(by_class, part * default))


def _share_ferry_times(extract: Extract, usage: Usage, segments: Segments) -> NDArray[np.float64]:
    """Seconds of each ferry segment whose way, or else whose line, tells its duration; nan elsewhere.

    A way's duration is shared among its segments by length, a line's among those of all its ways.
    """
    n = len(extract.way_id)
    own = look_up(extract.way_tags, "duration", n, parse_duration_s)
    lines = np.array([parse_duration_s(text) for text in (*extract.line_duration, "")])
    line = np.where(own > 0, SILENT, extract.way_line)
    duration = np.where(own > 0, own, lines[line])
    duration[~np.isin(usage.road_class, FERRIES) | (duration <= 0)] = np.nan
    shared = np.where(extract.way_line >= 0, n + extract.way_line, np.arange(n))
    alone, together = (_sum_lengths(owner, segments) for owner in (np.arange(n), shared))
    length = np.where(own[segments.way] > 0, alone, together)
    share = np.divide(segments.length_m, length, out=np.zeros(len(segments)), where=length > 0)
    return np.asarray(duration[segments.way] * share)


def _sum_lengths(owner: NDArray[np.int64], segments: Segments) -> NDArray[np.float64]:
    """Of each segment, the length in metres of all segments whose ways have the same owner."""
    total = np.bincount(owner[segments.way], segments.length_m)
    return np.asarray(total[owner[segments.way]])
