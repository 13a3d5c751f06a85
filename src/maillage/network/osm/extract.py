"""What the network asks of an extract, and how its tags are looked up: one Python call per distinct value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

SILENT = -1  # a judgement: the tag says nothing
MISSING = -1  # in a way's nodes: one that the file does not hold


class Tags(Protocol):
    """One key: rows that carry it, and their value ``values[code]``."""

    @property
    def row(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def code(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def values(self) -> tuple[str, ...]: ...  # noqa: D102


class TurnRestrictions(Protocol):
    """Turn restrictions by a node or by ways, as OSM ids; see ``sources.osm.virages.Restrictions``."""

    @property
    def from_way(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def via_node(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def via_ways(self) -> tuple[tuple[int, ...], ...]: ...  # noqa: D102
    @property
    def to_way(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def kind(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def vehicle(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def exempt(self) -> tuple[str, ...]: ...  # noqa: D102
    def holds(self, row: int, moment: str) -> bool | None: ...  # noqa: D102


class Extract(Protocol):
    """Roads of an extract in plain arrays; see ``sources.osm.ExtraitOsm``."""

    @property
    def node_id(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def lon(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def lat(self) -> NDArray[np.float64]: ...  # noqa: D102
    @property
    def node_tags(self) -> Mapping[str, Tags]: ...  # noqa: D102
    @property
    def way_id(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def way_start(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def way_node(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def way_tags(self) -> Mapping[str, Tags]: ...  # noqa: D102
    @property
    def way_line(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def line_duration(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def restrictions(self) -> TurnRestrictions: ...  # noqa: D102
    @property
    def ring_start(self) -> NDArray[np.int64]: ...  # noqa: D102
    @property
    def ring_node(self) -> NDArray[np.int32]: ...  # noqa: D102
    @property
    def n_missing_refs(self) -> int: ...  # noqa: D102


def look_up(
    tags: Mapping[str, Tags], key: str, n: int, translate: Callable[[str], float], empty: float = SILENT
) -> NDArray[Any]:
    """``translate(value)`` on each of the ``n`` rows (float64), ``empty`` where the key is absent.

    Values are handed over without their spaces around and in lower case: letters' case says nothing.
    """
    result = np.full(n, empty, np.float64)
    column = tags.get(key)
    if column is not None:
        translated = [translate(fold(value)) for value in column.values]
        result[column.row] = np.array(translated, np.float64)[column.code]
    return result


def fold(value: str) -> str:
    """A value as the rules compare it.

    >>> fold(" FR:Urban ")
    'fr:urban'
    """
    return value.strip().lower()


def split_values(value: str) -> list[str]:
    """The values of a list; the norm's separator is the semi-colon, commas and bars are met too.

    >>> split_values("agricultural;forestry"), split_values(" yes ")
    (['agricultural', 'forestry'], ['yes'])
    """
    return [part.strip() for part in re.split("[;,|]", value) if part.strip()]


def count_values(
    tags: Mapping[str, Tags], keys: Iterable[str], is_known: Callable[[str], bool]
) -> dict[str, int]:
    """ "key=value" of the values that are not known, with the number of rows that bear each."""
    counts: Counter[str] = Counter()
    for key in keys:
        column = tags.get(key)
        for value, n in zip(column.values, np.bincount(column.code).tolist(), strict=True) if column else ():
            if not is_known(fold(value)):
                counts[f"{key}={value}"] += n
    return dict(sorted(counts.items()))


def judge(
    tags: Mapping[str, Tags], key: str, n: int, yes: Iterable[str], no: Iterable[str]
) -> NDArray[np.int8]:
    """1 where the value is among ``yes``, 0 among ``no``, :data:`SILENT` elsewhere."""
    yes, no = frozenset(yes), frozenset(no)
    return look_up(tags, key, n, lambda value: 1 if value in yes else 0 if value in no else SILENT).astype(
        np.int8
    )


def has(tags: Mapping[str, Tags], key: str, n: int, values: Iterable[str]) -> NDArray[np.bool_]:
    """Whether the value is among ``values``."""
    return np.asarray(judge(tags, key, n, values, ()) == 1)


def override(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """``second`` where it speaks, ``first`` elsewhere."""
    return np.where(second != SILENT, second, first)
