"""Hours a week and travel times by public transport, as figures: no better than the walks that they hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maillage.access.effective import EffectiveAccess
from maillage.access.evaluation.heures import span
from maillage.access.evaluation.offre import Offre
from maillage.access.evaluation.valeurs import Floats, Valeurs
from maillage.network.timetables.profiles import Summary
from maillage.network.timetables.timetable import NEVER_S


def unite(one: EffectiveAccess, other: EffectiveAccess) -> EffectiveAccess:
    """The moments when one can go by one or the other.

    >>> bits = np.array([[1], [0]], np.uint64)
    >>> both = unite(*(EffectiveAccess(b, b, np.zeros(2, np.int64)) for b in (bits, bits << np.uint64(1))))
    >>> both.bits.tolist()
    [[3], [0]]
    """
    return EffectiveAccess(
        one.bits | other.bits, one.possible | other.possible, one.unknown_sites + other.unknown_sites
    )


def tell_hours(
    kind: str,
    offre: Offre,
    collectifs: EffectiveAccess,
    feeds: Valeurs,
    velo: EffectiveAccess,
    velo_grade: int,
) -> dict[str, Valeurs]:
    """``heures_<kind>_transports``, and ``_sans_voiture``: what it or the bicycle gives.

    ``feeds``: where timetables come from, their vintage, how far the walks of each home may be trusted;
    ``velo_grade``: how far the times by bicycle may.
    """
    both = replace(feeds, fiabilite=np.maximum(feeds.fiabilite, np.uint8(velo_grade)))
    found = {"transports": (collectifs, feeds), "sans_voiture": (unite(collectifs, velo), both)}
    return {
        f"heures_{kind}_{mode}": span(
            tell(access.hours, offre, origin), tell(access.possible_hours, offre, origin)
        )
        for mode, (access, origin) in found.items()
    }


def tell_trips(kind: str, offre: Offre, trips: Summary, feeds: Valeurs) -> dict[str, Valeurs]:
    """``trajet_<kind>``: median seconds of who knows the timetable; ``_hasard``: of who does not, who waits.

    Infinite where half of the departures of the window, or more, lead nowhere.
    """
    medians = {"": trips.planned_median_s, "_hasard": trips.random_median_s}
    return {
        f"trajet_{kind}{end}": tell(np.where(s < NEVER_S, s, np.inf), offre, feeds)
        for end, s in medians.items()
    }


def tell(values: Floats, offre: Offre, feeds: Valeurs) -> Valeurs:
    """Values as a figure of places and timetables, no better than the worst of the places."""
    grade = np.maximum(feeds.fiabilite, offre.fiabilite.max(initial=0)).astype(np.uint8)
    vintages = [vintage for vintage in (offre.millesime, feeds.millesime) if vintage]
    return Valeurs(
        np.asarray(values, np.float64),
        np.where(np.isnan(values), 0.0, 1.0),
        np.broadcast_to(grade, len(values)).copy(),
        " ; ".join(vintages),
        feeds.sources | {offre.source},
    )
