"""Names beside the marks of a drawing: each where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.reports.rendu.formes import Boite, overlap

# Mean width of a letter, in font sizes.
LETTRE = 0.56
# Lines below (above, negative) a mark where a name may still go.
STEPS = tuple(sign * rank for rank in range(1, 7) for sign in (1, -1))

# Where a name is anchored, its base line, how (start, middle or end).
Place = tuple[float, float, str]


def place_names(
    points: Sequence[tuple[float, float]], names: Sequence[str], size: float, radius: float, window: Boite
) -> list[Place]:
    """Where each name stands: right of its mark, else left, above, below, then lower still.

    The first way that is inside ``window`` and touches no mark nor any name before it. ``size``: of letters;
    ``radius``: of marks; all in units of the drawing.
    """
    taken: list[Boite] = [(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    found = []
    for (x, y), name in zip(points, names, strict=True):
        width = len(name) * size * LETTRE
        ways = _list_ways(x, y, size, radius * 1.6)
        boxes = [_measure(way, width, size) for way in ways]
        k = next((k for k, box in enumerate(boxes) if _is_free(box, taken, window)), 0)
        taken.append(boxes[k])
        found.append(ways[k])
    return found


def _list_ways(x: float, y: float, size: float, gap: float) -> list[Place]:
    middle = y + size * 0.35
    sides: list[Place] = [(x + gap, middle, "start"), (x - gap, middle, "end")]
    sides += [(x, y - gap, "middle"), (x, y + gap + size * 0.8, "middle")]
    return sides + [
        (left, middle + size * 1.3 * step, anchor) for step in STEPS for left, _, anchor in sides[:2]
    ]


def _measure(place: Place, width: float, size: float) -> Boite:
    """The room that a name takes."""
    x, base, anchor = place
    left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    return left, base - size * 0.8, left + width, base + size * 0.2


def _is_free(box: Boite, taken: Sequence[Boite], window: Boite) -> bool:
    left, top, right, bottom = window
    inside = box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
    return inside and not any(overlap(box, other) for other in taken)
