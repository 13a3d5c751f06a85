"""Who may use a way, and in which direction.

Access: keys from the most general to the most precise, and of one key the one that names the direction last;
the last that speaks wins. Each value of a list counts, and one that opens is enough. Classes that the mode
uses by default are open unless a key says no; others are open only if a key other than ``access`` says yes.
Source: OpenStreetMap wiki, "Key:access", "Key:oneway", "Key:locked" and "OSM tags for routing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.extract import (
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

FERRIES = ("ferry", "shuttle_train")
WITHOUT_HIGHWAY = {"railway": ("platform",), "public_transport": ("platform",), "man_made": ("pier",)}
SUFFIXES = (":forward", ":backward")
CLOSED, ON_FOOT, DESTINATION, OPEN = 0, 1, 2, 3  # verdicts, by what they let through; SILENT below them
VERDICTS = {"non": CLOSED, "a_la_main": ON_FOOT, "riverains": DESTINATION, "oui": OPEN, "sans_avis": SILENT}
FORWARD, BACKWARD, BOTH, NEITHER = 0, 1, 2, 3
ONEWAY = {
    **dict.fromkeys(("yes", "true", "1"), FORWARD),
    **dict.fromkeys(("-1", "reverse"), BACKWARD),
    **dict.fromkeys(("no", "false", "0", "alternating"), BOTH),
    "reversible": NEITHER,
}
OPPOSITE = ("opposite", "opposite_lane", "opposite_track", "opposite_share_busway")
SIDES = ("cycleway", "cycleway:left", "cycleway:right", "cycleway:both")


@dataclass(frozen=True)
class Direction:
    """Per way, in one direction: ``open`` to the mode, class speed in km/h (nan when closed).

    ``destination``: open to those who stop there, not to those who pass.
    """

    open: NDArray[np.bool_]
    kmh: NDArray[np.float64]
    destination: NDArray[np.bool_]


@dataclass(frozen=True)
class Usage:
    """What the mode may do on each way, and the way's class."""

    forward: Direction
    backward: Direction
    road_class: NDArray[np.str_]

    @property
    def open(self) -> NDArray[np.bool_]:
        """Ways open in at least one direction."""
        return self.forward.open | self.backward.open

    @property
    def destination(self) -> NDArray[np.bool_]:
        """Ways for those who stop there, in at least one direction."""
        return self.forward.destination | self.backward.destination


@dataclass(frozen=True)
class Access:
    """Verdicts of the access keys: of all, of those more precise than ``access``, of those by direction."""

    verdict: NDArray[np.float64]
    precise: NDArray[np.float64]
    directed: NDArray[np.float64]


def apply_rules(extract: Extract, mode: Mode) -> Usage:
    """Open ways, their directions and their class speed for one mode."""
    tags, n = extract.way_tags, len(extract.way_id)
    road_class = list_classes(tags, n)
    sense = _find_senses(tags, n, mode, road_class)
    ahead, back = (
        _open_direction(tags, mode, road_class, judge_access(tags, n, mode, suffix), ~np.isin(sense, closed))
        for suffix, closed in zip(SUFFIXES, ((BACKWARD, NEITHER), (FORWARD, NEITHER)), strict=True)
    )
    return Usage(ahead, back, road_class)


def list_classes(tags: Mapping[str, Tags], n: int) -> NDArray[np.str_]:
    """The class of each way: its ferry route, else its highway, else "platform" or "pier", else ""."""
    result = np.full(n, "", dtype=object)
    for key, wanted in (*WITHOUT_HIGHWAY.items(), ("highway", None), ("route", FERRIES)):
        column = tags.get(key)
        if column is not None:
            values = np.array([fold(value) for value in column.values], dtype=object)[column.code]
            kept = np.isin(values.astype(str), wanted) if wanted else np.ones(len(values), bool)
            result[column.row[kept]] = values[kept]
    return result.astype(str)


def speeds_of(
    road_class: NDArray[np.str_], kmh: Mapping[str, float], other: float = np.nan
) -> NDArray[np.float64]:
    """The table's speed for each class, ``other`` for a class it does not hold."""
    names, code = np.unique(road_class, return_inverse=True)
    return np.array([kmh.get(str(name), other) for name in names], np.float64)[code]


def judge_access(tags: Mapping[str, Tags], n: int, mode: Mode, suffix: str = "") -> Access:
    """What the access keys say of each row, in the direction of ``suffix``."""
    verdict, precise, directed = (np.full(n, SILENT, np.float64) for _ in range(3))
    for key in mode.cles:
        for part in ("", suffix) if suffix else ("",):
            said = look_up(tags, key + part, n, lambda value: judge_value(value, mode))
            verdict = override(verdict, said)
            precise = override(precise, said) if key != mode.cles[0] else precise
            directed = override(directed, said) if part else directed
    return Access(verdict, precise, directed)


def judge_value(value: str, mode: Mode) -> int:
    """The verdict of an access value, or of a list of them; a value that no table holds closes.

    >>> from maillage.catalogue.vitesses import load_mode
    >>> [judge_value(value, load_mode("velo")) for value in ("yes", "no;destination", "dismount", "unknown")]
    [3, 2, 1, -1]
    """
    found = [VERDICTS[mode.acces.get(part, "non")] for part in split_values(value)]
    best = max(found, default=SILENT)
    return CLOSED if best == ON_FOOT and not mode.a_la_main_kmh else best


def list_unread_access(extract: Extract, mode: Mode) -> dict[str, int]:
    """Values of access keys and of barriers that no table holds, each with its number of ways or nodes."""

    def is_known(value: str) -> bool:
        return all(part in mode.acces for part in split_values(value))

    def is_barrier(value: str) -> bool:
        return all(part in mode.barrieres_connues for part in split_values(value))

    keys = [key + suffix for key in mode.cles for suffix in ("", *SUFFIXES)]
    counts = count_values(extract.way_tags, keys, is_known)
    for key, n in count_values(extract.node_tags, mode.cles, is_known).items():
        counts[key] = counts.get(key, 0) + n
    return counts | count_values(extract.node_tags, ("barrier",), is_barrier)


def list_conditional(tags: Mapping[str, Tags], mode: Mode) -> dict[str, int]:
    """Ways with a rule of this mode by hour, season or weight, key by key: such rules are not applied."""
    keys = (*mode.cles, *mode.sens, *(("maxspeed",) if mode.limite_legale else ()))
    wanted = (f"{key}{suffix}:conditional" for key in keys for suffix in ("", *SUFFIXES))
    old = (f"{unit}_{end}" for unit in ("date", "day", "hour") for end in ("on", "off"))
    return {key: len(tags[key].row) for key in sorted((*wanted, *old)) if key in tags}


def _open_direction(
    tags: Mapping[str, Tags],
    mode: Mode,
    road_class: NDArray[np.str_],
    access: Access,
    along: NDArray[np.bool_],
) -> Direction:
    """One direction of each way; ``along``: one-way signs leave it open."""
    n = len(road_class)
    kmh = _find_class_speeds(mode, road_class, access.precise > CLOSED)
    closed = access.verdict == CLOSED
    closed |= ~along & ~((access.directed > CLOSED) & (access.verdict > CLOSED))
    if not mode.voie_rapide:
        closed |= has(tags, "motorroad", n, ("yes",)) & ~(access.precise > CLOSED)
    if not mode.surfaces:
        closed |= has(tags, "area", n, ("yes",))
    for key in mode.refus:
        closed |= has(tags, key, n, ("no",))
    kmh[closed] = np.nan
    on_foot = access.verdict == ON_FOOT
    kmh[on_foot] = np.minimum(kmh[on_foot], mode.a_la_main_kmh)
    is_open = ~np.isnan(kmh)
    return Direction(is_open, kmh, is_open & (access.verdict == DESTINATION))


def _find_class_speeds(
    mode: Mode, road_class: NDArray[np.str_], opened: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The class speed; classes not open by default need to be ``opened``, unless nothing is there to open."""
    by_default = speeds_of(road_class, mode.ouvertes)
    on_permission = speeds_of(road_class, mode.sur_autorisation, mode.autre_kmh)
    there = ~np.isin(road_class, ["", *mode.inexistantes])
    return np.where(np.isnan(by_default) & opened & there, on_permission, by_default)


def _find_senses(
    tags: Mapping[str, Tags], n: int, mode: Mode, road_class: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Directions by one-way tags, then contraflow for bicycles."""
    sense = np.full(n, SILENT, np.float64)
    for key in mode.sens:
        sense = override(sense, look_up(tags, key, n, lambda value: ONEWAY.get(value, SILENT)))
    if mode.sens_implicite:
        implied = has(tags, "junction", n, ("roundabout", "circular"))
        implied |= np.isin(road_class, list(mode.classes_a_sens_unique))
        sense[implied & (sense == SILENT)] = FORWARD
    if mode.contresens_cyclable:
        sense[_has_contraflow(tags, n) & np.isin(sense, (FORWARD, BACKWARD))] = BOTH
    return sense


def _has_contraflow(tags: Mapping[str, Tags], n: int) -> NDArray[np.bool_]:
    """A cycleway against the one-way street; ``oneway:bicycle=yes`` still wins."""
    result = np.zeros(n, bool)
    for side in SIDES:
        result |= has(tags, side, n, OPPOSITE) | has(tags, f"{side}:oneway", n, ("no", "-1"))
    return result & ~has(tags, "oneway:bicycle", n, ("yes", "1", "true", "-1"))


def judge_nodes(extract: Extract, mode: Mode) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Barriers that the mode cannot pass, and those that only people who stop there pass.

    The barrier's kind speaks first, then ``access``, then a lock, then the keys of the mode.
    """
    tags, n = extract.node_tags, len(extract.node_id)
    passing = look_up(tags, "barrier", n, lambda value: _judge_barrier(value, mode))
    access = judge_access(tags, n, mode)
    verdict = override(passing, access.verdict)
    locked = has(tags, "locked", n, ("yes", "true", "1"))
    verdict = np.where(locked, override(np.full(n, CLOSED), access.precise), verdict)
    there = passing != SILENT
    return there & (verdict == CLOSED), there & (verdict == DESTINATION)


def _judge_barrier(value: str, mode: Mode) -> int:
    """A list of barriers lets through who may pass each; one that the table does not hold is a bare "yes"."""
    kinds = [part if part in mode.barrieres_connues else "yes" for part in split_values(value)]
    return OPEN if all(kind in mode.barrieres_ouvertes for kind in kinds) else CLOSED
