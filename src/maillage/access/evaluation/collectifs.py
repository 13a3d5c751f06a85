"""Hours a week and travel times by public transport, as figures: walks are estimated, so are they."""

from __future__ import annotations

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
    kind: str, offre: Offre, collectifs: EffectiveAccess, velo: EffectiveAccess, feeds: Valeurs
) -> dict[str, Valeurs]:
    """``heures_<kind>_transports``, and ``_sans_voiture``: what it or the bicycle gives.

    ``feeds``: where timetables come from and their vintage, estimated.
    """
    found = {"transports": collectifs, "sans_voiture": unite(collectifs, velo)}
    return {
        f"heures_{kind}_{mode}": span(
            tell(access.hours, offre, feeds), tell(access.possible_hours, offre, feeds)
        )
        for mode, access in found.items()
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
    grade = max(int(feeds.fiabilite[0]), int(offre.fiabilite.max(initial=0)))
    vintages = [vintage for vintage in (offre.millesime, feeds.millesime) if vintage]
    return Valeurs(
        np.asarray(values, np.float64),
        np.where(np.isnan(values), 0.0, 1.0),
        np.full(len(values), grade, np.uint8),
        " ; ".join(vintages),
        feeds.sources | {offre.source},
    )
