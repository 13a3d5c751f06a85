"""Turn restrictions of an OpenStreetMap extract: by a node or by ways, always or at some hours.

Source: OpenStreetMap wiki, "Relation:restriction" and "Conditional restrictions". Hours are those of
``opening_hours``; a condition on anything else (weight, weather) is not read, and the restriction says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import SemaineType, read_week

Tags = dict[str, str]
Member = tuple[str, str, int]  # role, type ("n", "w", "r"), id
Kind = tuple[str, str, str, str]  # kind, vehicle, exempt, condition
Triple = tuple[int, int, tuple[int, ...], int]  # from way, via node, via ways, to way

OLD_CONDITIONS = frozenset(f"{unit}_{end}" for unit in ("date", "day", "hour") for end in ("on", "off"))
INCOMPLETE = "?"  # a condition that is no hours: never read
NO_NODE = -1
RULE_AT = re.compile(r"([^@;]+)@\s*(\([^)]*\)|[^;]+)")
CLOCK = re.compile(r"\d:\d|sun|dawn|dusk")


@dataclass(frozen=True)
class Restrictions:
    """Turn restrictions, one row per (from way, via, to way), as OSM ids (int64).

    ``via_node``: :data:`NO_NODE` for a restriction by way, whose ways are ``via_ways``, in no given order.
    ``kind``: "no_left_turn", "only_straight_on"…; ``vehicle``: the key's suffix ("" for every vehicle);
    ``exempt``: the values of ``except``, separated by ";"; ``condition``: the hours, "" for always.
    """

    from_way: NDArray[np.int64]
    via_node: NDArray[np.int64]
    to_way: NDArray[np.int64]
    via_ways: tuple[tuple[int, ...], ...]
    kind: tuple[str, ...]
    vehicle: tuple[str, ...]
    exempt: tuple[str, ...]
    condition: tuple[str, ...]

    def holds(self, row: int, moment: str) -> bool | None:
        """Whether a restriction holds all through ``moment`` (opening_hours: "Tu 08:00-08:05").

        None where it cannot be told: there is no such moment, or the condition is not read, or is doubtful.
        """
        if not self.condition[row]:
            return True
        week = _read_condition(self.condition[row])
        if week is None or not moment:
            return None
        slots = read_week(moment).sur
        if week.sur[slots].all():
            return True
        return None if week.possible[slots].any() else False

    def choose(self, rows: NDArray[np.int64]) -> Restrictions:
        """Some of the rows."""
        kept = rows.tolist()
        texts = (self.kind, self.vehicle, self.exempt, self.condition)
        return Restrictions(
            *(self.from_way[rows], self.via_node[rows], self.to_way[rows]),
            tuple(self.via_ways[row] for row in kept),
            *(tuple(column[row] for row in kept) for column in texts),
        )


@lru_cache(maxsize=4096)
def _read_condition(text: str) -> SemaineType | None:
    """The hours of a condition; None where it is about something else. Days alone are whole days."""
    try:
        return read_week(text if CLOCK.search(text) else f"{text} 00:00-24:00")
    except HoraireIllisible:
        return None


def gather_restrictions(relations: Iterable[tuple[Tags, tuple[Member, ...]]]) -> Restrictions:
    """The restrictions of these relations, given by their tags and members."""
    rows: list[tuple[Triple, Kind]] = []
    for tags, members in relations:
        triples = list(_list_triples(members))
        rows += [(triple, kind) for kind in _list_kinds(tags) for triple in triples]
    from_way, via_node, to_way = (np.array([row[0][i] for row in rows], np.int64) for i in (0, 1, 3))
    kind, vehicle, exempt, condition = (tuple(row[1][i] for row in rows) for i in range(4))
    via_ways = tuple(row[0][2] for row in rows)
    return Restrictions(from_way, via_node, to_way, via_ways, kind, vehicle, exempt, condition)


def _list_kinds(tags: Tags) -> list[Kind]:
    """(kind, vehicle, exempt, condition) of ``restriction``, ``restriction:<vehicle>`` and their hours.

    >>> _list_kinds({"restriction": "no_u_turn", "except": "bicycle"})
    [('no_u_turn', '', 'bicycle', '')]
    >>> _list_kinds({"restriction:hgv:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00); no_u_turn @ wet"})
    [('no_left_turn', 'hgv', '', 'Mo-Fr 07:00-09:00'), ('no_u_turn', 'hgv', '', 'wet')]
    >>> _list_kinds({"restriction": "no_u_turn", "hour_on": "07:00", "hour_off": "09:00", "day_on": "Monday"})
    [('no_u_turn', '', '', 'Mo 07:00-09:00')]
    """
    exempt, by_hour = tags.get("except", ""), _read_old_condition(tags)
    kinds = []
    for key in sorted(tags):
        name, *suffix = key.split(":")
        if name == "restriction":
            vehicle = ":".join(part for part in suffix if part != "conditional")
            said = _split_conditional(tags[key]) if "conditional" in suffix else [(tags[key], by_hour)]
            kinds += [(kind.strip().lower(), vehicle, exempt, condition) for kind, condition in said]
    return kinds


def _split_conditional(value: str) -> list[tuple[str, str]]:
    """Each value of a conditional key with its condition, brackets off."""
    return [(kind, condition.strip().strip("()").strip()) for kind, condition in RULE_AT.findall(value)]


def _read_old_condition(tags: Tags) -> str:
    """The old keys (``hour_on``…) as hours of today's syntax; "" where there are none.

    >>> _read_old_condition({"hour_on": "07:00;16:00", "hour_off": "09:00;18:00"})
    '07:00-09:00,16:00-18:00'
    """
    if OLD_CONDITIONS.isdisjoint(tags):
        return ""
    day_on, day_off = (tags.get(key, "").strip()[:2].title() for key in ("day_on", "day_off"))
    days = "-".join(day for day in dict.fromkeys((day_on, day_off)) if day)
    hours = zip(tags.get("hour_on", "").split(";"), tags.get("hour_off", "").split(";"), strict=False)
    spans = ",".join(f"{on.strip()}-{off.strip()}" for on, off in hours if on and off)
    is_whole = not {"date_on", "date_off"} & tags.keys() and len({"hour_on", "hour_off"} & tags.keys()) != 1
    return f"{days} {spans}".strip() if is_whole and (days or spans) else INCOMPLETE


def _list_triples(members: tuple[Member, ...]) -> Iterator[Triple]:
    """Every (from, via, to) of a restriction whose via is one node, or ways."""
    via = [(type_, ref) for role, type_, ref in members if role == "via"]
    ways = tuple(ref for type_, ref in via if type_ == "w")
    if not ways and [type_ for type_, _ in via] != ["n"]:
        return
    node = NO_NODE if ways else via[0][1]
    from_ways, to_ways = ([ref for r, t, ref in members if t == "w" and r == role] for role in ("from", "to"))
    for a in from_ways:
        yield from ((a, node, ways, b) for b in to_ways)
