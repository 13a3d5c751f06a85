"""Names beside the marks of a drawing: each where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.reports.rendu.formes import Boite, overlap

# Mean width of a letter, in font sizes.
LETTRE = 0.56
# Lines below (above, negative) a mark where a name may still go.
STEPS = tuple(sign * rank for rank in range(1, 7) for sign in (1, -1))


def place_names(
    points: Sequence[tuple[float, float]], names: Sequence[str], size: float, radius: float, window: Boite
) -> list[tuple[float, float]]:
    """Where each name begins (left, base line): right of its mark, else left, above, below, then lower still.

    The first way that is inside ``window`` and touches no mark nor any name before it. ``size``: of letters;
    ``radius``: of marks; all in units of the drawing.
    """
    taken: list[Boite] = [(x - radius, y - radius, x + radius, y + radius) for x, y in points]
    found = []
    for (x, y), name in zip(points, names, strict=True):
        width = len(name) * size * LETTRE
        ways = _list_ways(x, y, width, size, radius * 1.6)
        boxes = [(left, base - size * 0.8, left + width, base + size * 0.2) for left, base in ways]
        k = next((k for k, box in enumerate(boxes) if _is_free(box, taken, window)), 0)
        taken.append(boxes[k])
        found.append(ways[k])
    return found


def _list_ways(x: float, y: float, width: float, size: float, gap: float) -> list[tuple[float, float]]:
    middle = y + size * 0.35
    sides = [(x + gap, middle), (x - gap - width, middle)]
    sides += [(x - width / 2, y - gap), (x - width / 2, y + gap + size * 0.8)]
    lower = [(left, middle + size * 1.3 * step) for step in STEPS for left in (x + gap, x - gap - width)]
    return sides + lower


def _is_free(box: Boite, taken: Sequence[Boite], window: Boite) -> bool:
    left, top, right, bottom = window
    inside = box[0] >= left and box[1] >= top and box[2] <= right and box[3] <= bottom
    return inside and not any(overlap(box, other) for other in taken)
