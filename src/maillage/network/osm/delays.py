"""Time lost at crossings: signals, level crossings, stops, give-way signs, and turns.

Whoever arrives at such a node, and drives on, loses the seconds that the catalogue gives to the mode;
whoever stops before it does not. A sign that tells its direction delays those who drive that way; a stop or a
give-way sign that tells none delays, at a crossing, the roads of lesser class (all of them where classes are
equal), and elsewhere those who head for the nearer end of the road.

Turning is dear where at least three roads of the classes of the catalogue meet, roundabouts left aside: by
the angle between the last segment driven and the next, up to ``tout_droit_deg`` (≤) being straight on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, degrees, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Carrefours
from maillage.network.osm.chains import Chains
from maillage.network.osm.extract import Extract, has
from maillage.network.osm.segments import Segments

SIGNALS, LEVEL_CROSSING, STOP, GIVE_WAY, LEFT, RIGHT, U_TURN = range(-1, -8, -1)
RULES: Final = {
    SIGNALS: "feu",
    LEVEL_CROSSING: "passage_a_niveau",
    STOP: "stop",
    GIVE_WAY: "cedez",
    LEFT: "gauche",
    RIGHT: "droite",
    U_TURN: "demi_tour",
}
"""What stands for a way under the seconds lost: a negative number, and its name in the catalogue."""
SIGNS: Final = (
    (SIGNALS, "highway", ("traffic_signals",)),
    (SIGNALS, "crossing", ("traffic_signals",)),
    (LEVEL_CROSSING, "railway", ("level_crossing",)),
    (STOP, "highway", ("stop",)),
    (GIVE_WAY, "highway", ("give_way",)),
)
DIRECTIONS: Final = ("direction", "traffic_signals:direction")

Loss = tuple[int, int]  # a key of RULES, deciseconds


@dataclass(frozen=True)
class Signs:
    """Per node of the extract: the sign that delays (0: none), and the only direction in which it does.

    ``forward``, ``backward``: told to be for those who drive as the way is drawn, or against.
    """

    kind: NDArray[np.int8]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]


def read_signs(extract: Extract, delays: Carrefours | None) -> Signs:
    """The signs that cost this mode something."""
    n, tags = len(extract.node_id), extract.node_tags
    kind = np.zeros(n, np.int8)
    for sign, key, values in reversed(SIGNS):
        if delays is not None and delays.secondes[RULES[sign]] > 0:
            kind[has(tags, key, n, values)] = sign
    forward, backward = (
        np.logical_or.reduce([has(tags, key, n, (way,)) for key in DIRECTIONS])
        for way in ("forward", "backward")
    )
    return Signs(kind, forward, backward)


class Delays:
    """Seconds lost on arriving at the crossings of some roads, and on turning there.

    Directions are those of ``turns``: ``r`` along a road, ``n + r`` back.
    """

    def __init__(
        self, extract: Extract, segments: Segments, chains: Chains, signs: Signs, delays: Carrefours | None
    ) -> None:
        self.extract, self.segments, self.chains = extract, segments, chains
        self.signs, self.delays = signs, delays
        self.nodes: list[int] = []
        self._ends: dict[int, list[int]] = {}
        self._turning: set[int] = set()
        if delays is not None:
            self._gather(delays)

    def _gather(self, delays: Carrefours) -> None:
        """Find the crossings that cost something, and the directions that start there."""
        chains, tags, n_ways = self.chains, self.extract.way_tags, len(self.extract.way_id)
        tail = np.concatenate([chains.tail, chains.head])
        last = np.concatenate([chains.segment[chains.start[:-1]], chains.segment[chains.start[1:] - 1]])
        first_way = self.segments.way[last]
        highway = tags.get("highway")
        names = np.full(n_ways, "", object)
        if highway is not None:
            names[highway.row] = np.array(highway.values, object)[highway.code]
        self._rank = np.array([delays.rank(str(name)) for name in names[first_way]], np.int64)
        ring = has(tags, "junction", n_ways, ("roundabout", "circular"))[first_way]
        n = len(self.segments.lon)
        dear = np.bincount(tail[self._rank < delays.n_classes], minlength=n) >= 3
        dear &= np.bincount(tail[ring], minlength=n) == 0
        signed = self.signs.kind[self.segments.source_node] != 0
        touched = np.zeros(n, bool)
        touched[tail] = (dear | signed)[tail]
        self._turning = set(np.flatnonzero(dear).tolist()) if delays.turns else set()
        touched &= signed | (dear if delays.turns else False)
        self.nodes = np.flatnonzero(touched).tolist()
        self._ends = {node: [] for node in self.nodes}
        for direction in np.flatnonzero(touched[tail]).tolist():
            self._ends[int(tail[direction])].append(direction)

    def arriving(self, node: int, direction: int) -> tuple[Loss, ...]:
        """What is lost at the end of a direction, whichever way one goes on."""
        kind = int(self.signs.kind[self.segments.source_node[node]]) if node in self._ends else 0
        if not kind or not self._binds(node, direction, kind):
            return ()
        return (self._price(kind),)

    def turning(self, node: int, coming: int, leaving: int) -> tuple[Loss, ...]:
        """What is lost by turning."""
        if node not in self._turning or self.delays is None:
            return ()
        if leaving == self._turn_back(coming):
            return (self._price(U_TURN),)
        angle = self._find_angle(coming, leaving)
        if abs(angle) <= self.delays.tout_droit_deg:
            return ()
        return (self._price(LEFT if angle > 0 else RIGHT),)

    def _price(self, kind: int) -> Loss:
        assert self.delays is not None  # noqa: S101 - without delays nothing is priced
        return kind, round(10 * self.delays.secondes[RULES[kind]])

    def _binds(self, node: int, direction: int, kind: int) -> bool:
        """Whether a sign delays those who arrive by this direction."""
        source = self.segments.source_node[node]
        forward, backward = bool(self.signs.forward[source]), bool(self.signs.backward[source])
        if forward != backward:
            return self._is_driven_forward(direction) == forward
        if kind in (SIGNALS, LEVEL_CROSSING):
            return True
        ends, back = self._ends[node], self._turn_back(direction)
        if len(ends) == 2:
            other = ends[0] if ends[1] == back else ends[1]
            return self._length(other) <= self._length(direction)
        ranks = self._rank[ends]
        return bool(self._rank[back] > ranks.min() or (ranks == ranks.min()).all())

    def _find_angle(self, coming: int, leaving: int) -> float:
        """Degrees from straight on, left positive, from -180 to 180."""
        x, y = self._head_for(self._turn_back(coming))
        x, y = -x, -y  # one comes from there
        u, v = self._head_for(leaving)
        return degrees(atan2(x * v - y * u, x * u + y * v))

    def _head_for(self, direction: int) -> tuple[float, float]:
        """The first segment of a direction, in degrees of latitude."""
        segment, ahead = self._find_first(direction)
        s = self.segments
        a, b = (s.tail[segment], s.head[segment]) if ahead else (s.head[segment], s.tail[segment])
        return float((s.lon[b] - s.lon[a]) * cos(radians(float(s.lat[a])))), float(s.lat[b] - s.lat[a])

    def _find_first(self, direction: int) -> tuple[int, bool]:
        """The first segment of a direction, and whether it is driven as its way is drawn."""
        chains, road = self.chains, direction % len(self.chains)
        ahead = direction < len(chains)
        at = int(chains.start[road] if ahead else chains.start[road + 1] - 1)
        return int(chains.segment[at]), bool(chains.turned[at]) != ahead

    def _is_driven_forward(self, direction: int) -> bool:
        """Whether the last segment of a direction is driven as its way is drawn."""
        return not self._find_first(self._turn_back(direction))[1]

    def _length(self, direction: int) -> float:
        road = direction % len(self.chains)
        some = self.chains.segment[self.chains.start[road] : self.chains.start[road + 1]]
        return float(self.segments.length_m[some].sum())

    def _turn_back(self, direction: int) -> int:
        n = len(self.chains)
        return (direction + n) % (2 * n)
