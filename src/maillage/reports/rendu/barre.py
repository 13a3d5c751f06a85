"""One bar of a table: the value, and a stroke where the reference stands."""

from __future__ import annotations


def barre(value: float | None, repere: float | None, maximum: float, classe: int) -> str:
    """A bar on ``[0, maximum]`` in colour class ``classe`` (1 to 6); decorative: the number is beside."""
    fond = '<rect class="fond" x="0" y="6" width="300" height="8"/>'
    filled = (
        ""
        if value is None
        else f'<rect class="c{classe}" x="0" y="3" width="{_x(value, maximum)}" height="14" rx="2"/>'
    )
    mark = "" if repere is None else f'<path class="repere" d="M{_x(repere, maximum)} 0v20"/>'
    return (
        '<svg class="barre" viewBox="0 0 300 20" preserveAspectRatio="none" aria-hidden="true">'
        f"{fond}{filled}{mark}</svg>"
    )


def _x(value: float, maximum: float) -> float:
    return round(300 * min(max(value / maximum, 0.006), 1), 1)
