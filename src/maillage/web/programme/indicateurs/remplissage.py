"""Indicators bound to the atlas fill themselves: proposed when the application opens on a new atlas."""

from __future__ import annotations

from django.utils import timezone

from maillage.web.programme.indicateurs import commands, queries
from maillage.web.socle import atlas


def fill_from_newest_atlas() -> int:
    """Propose, for each bound indicator, what the newest atlas says; the number of values proposed.

    An atlas proposes once, so this may run at each start. A person still validates.
    """
    newest = atlas.choose(None)
    if newest is None:
        return 0
    return commands.fill_from_atlas(None, queries.list_bound_figures(newest), timezone.localdate())
