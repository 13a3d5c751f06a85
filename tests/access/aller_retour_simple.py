"""There and back the plain way, place by place: the ways of the day by a profile, moments one by one."""

import numpy as np

from maillage.access.effective import EffectiveAccess
from maillage.access.hours import WORDS, Schedules, pack
from maillage.access.round_trip import SLOT_S, DayOfTransport
from maillage.horaires.heures import SLOTS_PER_DAY
from maillage.horaires.jours import DAYS
from maillage.network.timetables.profiles import Walks, profile
from maillage.network.travel_times import Within
from tests.network.timetables.naif import latest_leavings

MOMENTS_S = np.arange(SLOTS_PER_DAY, dtype=np.int32) * SLOT_S


def there_and_back(
    day: DayOfTransport, homes: Walks, sites: Walks, site: int, budget_s: int, stay_s: int
) -> np.ndarray:
    """bool[homes, moments]: when one can be at ``site`` and be home again."""
    near = sites.nearest(day.changes.wait_s.size, np.array([site]))
    there = latest_leavings(profile(day.connections, day.changes, near), homes, MOMENTS_S)
    leaving = MOMENTS_S + stay_s
    home = -latest_leavings(profile(day.back, day.changes_back, near), homes, -leaving[::-1])[:, ::-1]
    return (MOMENTS_S - there <= budget_s) & (home - leaving <= budget_s)


def effective_access_simply(
    days: list[DayOfTransport],
    week: list[int | None],
    homes: Walks,
    sites: Walks,
    on_foot: Within,
    schedules: Schedules,
    budget_s: int,
    stay_s: int,
) -> EffectiveAccess:
    """The union over places, one after another, of what is open, there and back or on foot."""
    n_homes = len(homes.indptr) - 1
    bits, possible = np.zeros((2, n_homes, WORDS), np.uint64)
    unknown = np.zeros(n_homes, np.int64)
    for site in range(len(schedules.known)):
        found = [there_and_back(day, homes, sites, site, budget_s, stay_s) for day in days]
        nothing = np.zeros((n_homes, SLOTS_PER_DAY), bool)
        a_week = [nothing if day is None else found[day] for day in week]
        moments = np.concatenate(a_week * (DAYS // 7), axis=1)
        for home in range(n_homes):
            pairs = slice(on_foot.indptr[home], on_foot.indptr[home + 1])
            times = on_foot.time_ds[pairs][on_foot.site[pairs] == site]
            moments[home] |= (times <= budget_s * 10).any()
        bits |= pack(moments) & schedules.bits[site]
        possible |= pack(moments) & schedules.possible[site]
        unknown += moments.any(axis=1) & ~schedules.known[site]
    return EffectiveAccess(bits, possible, unknown)
