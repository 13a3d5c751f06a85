"""Who may use a way, and in which direction.

Access: keys from the most general to the most precise, the most precise speaking last. Classes that the mode
uses by default are open unless a key says no; others are open only if a key other than ``access`` says yes.
Source: OpenStreetMap wiki, "Key:access", "Key:oneway" and "OSM tags for routing".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.extract import SILENT, Extract, Tags, has, judge, look_up, override

FERRIES = ("ferry", "shuttle_train")
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
class Usage:
    """Per way: open to the mode ``forward`` and ``backward``, class speed in km/h (nan when closed)."""

    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    class_kmh: NDArray[np.float64]
    road_class: NDArray[np.str_]
    destination: NDArray[np.bool_]


def apply_rules(extract: Extract, mode: Mode) -> Usage:
    """Open ways, their directions and their class speed for one mode."""
    tags, n = extract.way_tags, len(extract.way_id)
    road_class = list_classes(tags, n)
    class_kmh = _open_ways(tags, n, mode, road_class)
    forward, backward = _find_directions(tags, n, mode, road_class)
    usable = ~np.isnan(class_kmh) & (forward | backward)
    class_kmh[~usable] = np.nan
    destination = np.zeros(n, bool)
    for key in mode.cles:
        destination |= has(tags, key, n, mode.destination)
    return Usage(forward & usable, backward & usable, class_kmh, road_class, destination & usable)


def list_classes(tags: Mapping[str, Tags], n: int) -> NDArray[np.str_]:
    """The class of each way: its ferry route if it has one, else its highway, else ""."""
    result = np.full(n, "", dtype=object)
    for key, wanted in (("highway", None), ("route", FERRIES)):
        column = tags.get(key)
        if column is not None:
            values = np.array(column.values, dtype=object)[column.code]
            kept = np.isin(values.astype(str), wanted) if wanted else np.ones(len(values), bool)
            result[column.row[kept]] = values[kept]
    return result.astype(str)


def speeds_of(road_class: NDArray[np.str_], kmh: Mapping[str, float]) -> NDArray[np.float64]:
    """The table's speed for each class, nan for a class it does not hold."""
    names, code = np.unique(road_class, return_inverse=True)
    return np.array([kmh.get(str(name), np.nan) for name in names], np.float64)[code]


def _open_ways(
    tags: Mapping[str, Tags], n: int, mode: Mode, road_class: NDArray[np.str_]
) -> NDArray[np.float64]:
    """Class speed where the way is open to the mode in at least one direction, nan elsewhere."""
    by_default = speeds_of(road_class, mode.ouvertes)
    on_permission = speeds_of(road_class, mode.sur_autorisation)
    verdict, precise = _judge_access(tags, n, mode)
    closed = verdict == 0
    if not mode.voie_rapide:
        closed |= has(tags, "motorroad", n, ("yes",)) & (precise != 1)
    if not mode.surfaces:
        closed |= has(tags, "area", n, ("yes",))
    speed = np.where(np.isnan(by_default) & (precise == 1), on_permission, by_default)
    speed[closed] = np.nan
    return speed


def _judge_access(
    tags: Mapping[str, Tags], n: int, mode: Mode, suffix: str = ""
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The verdict of all keys, and that of the keys more precise than ``access``."""
    precise = np.full(n, SILENT, np.int8)
    for key in mode.cles[1:]:
        precise = override(precise, judge(tags, key + suffix, n, mode.oui, mode.non))
    return override(judge(tags, mode.cles[0] + suffix, n, mode.oui, mode.non), precise), precise


def _find_directions(
    tags: Mapping[str, Tags], n: int, mode: Mode, road_class: NDArray[np.str_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Directions by one-way tags, then contraflow for bicycles, then access by direction."""
    sense = np.full(n, SILENT, np.float64)
    for key in mode.sens:
        sense = override(sense, look_up(tags, key, n, lambda value: ONEWAY.get(value, SILENT)))
    if mode.sens_implicite:
        implied = has(tags, "junction", n, ("roundabout", "circular"))
        implied |= np.isin(road_class, list(mode.classes_a_sens_unique))
        sense[implied & (sense == SILENT)] = FORWARD
    if mode.contresens_cyclable:
        sense[_has_contraflow(tags, n) & np.isin(sense, (FORWARD, BACKWARD))] = BOTH
    ends = []
    for suffix, closed_by in ((":forward", BACKWARD), (":backward", FORWARD)):
        open_way = ~np.isin(sense, (closed_by, NEITHER))
        verdict, _ = _judge_access(tags, n, mode, suffix)
        ends.append(override(open_way.astype(np.int8), verdict) == 1)
    return ends[0], ends[1]


def _has_contraflow(tags: Mapping[str, Tags], n: int) -> NDArray[np.bool_]:
    """A cycleway against the one-way street; ``oneway:bicycle=yes`` still wins."""
    result = np.zeros(n, bool)
    for side in SIDES:
        result |= has(tags, side, n, OPPOSITE) | has(tags, f"{side}:oneway", n, ("no", "-1"))
    return result & ~has(tags, "oneway:bicycle", n, ("yes", "1", "true", "-1"))


def find_blocked_nodes(extract: Extract, mode: Mode) -> NDArray[np.bool_]:
    """Nodes that the mode cannot pass: a barrier closed to it, its own access keys speaking first."""
    tags, n = extract.node_tags, len(extract.node_id)
    if mode.barrieres_ouvertes:
        passing = look_up(tags, "barrier", n, lambda value: value in mode.barrieres_ouvertes)
    else:
        passing = look_up(tags, "barrier", n, lambda value: value not in mode.barrieres_fermees)
    verdict, _ = _judge_access(tags, n, mode)
    return np.asarray((passing != SILENT) & (override(passing, verdict) == 0))
