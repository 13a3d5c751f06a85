"""The days of each service: weeks between two dates, days added and removed; and when each day begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.catalogue.limites import read_limit
from maillage.sources.gtfs.arrets import find_row
from maillage.sources.gtfs.champs import read_choice, read_date
from maillage.sources.gtfs.rapport import RemarquesGtfs

SEMAINE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
THURSDAY = 3  # the weekday of 1 January 1970
NOON = 12


class JoursDeService(NamedTuple):
    """Services and the days they run: ``active`` bool[services, days] from ``first`` (days since 1970)."""

    services: tuple[str, ...]
    active: NDArray[np.bool_]
    first: int


def read_days(
    weeks: pl.DataFrame | None, dates: pl.DataFrame | None, rapport: RemarquesGtfs
) -> JoursDeService:
    """Every service of either file; those that never run are told."""
    weeks = None if weeks is None else read_weeks(weeks, rapport)
    dates = None if dates is None else read_exceptions(dates, rapport)
    known = [table["service_id"] for table in (weeks, dates) if table is not None]
    services = pl.concat(known).unique(maintain_order=True) if known else pl.Series(dtype=pl.String)
    days = [
        *([weeks["debut"], weeks["fin"]] if weeks is not None else []),
        *([dates["jour"]] if dates is not None else []),
    ]
    first, n_days = bound(pl.concat(days) if days else pl.Series(dtype=pl.Int32), rapport)
    active = np.zeros((len(services), n_days), bool)
    if weeks is not None:
        mark_weeks(active, first, find_row(weeks["service_id"], services), weeks)
    if dates is not None:
        mark_exceptions(active, first, find_row(dates["service_id"], services), dates)
    found = JoursDeService(tuple(services.to_list()), active, first)
    tell_idle(found, weeks, dates, rapport)
    return found


def bound(days: pl.Series, rapport: RemarquesGtfs) -> tuple[int, int]:
    """The first day and how many, no more than the limit allows, ending with the newest beginnings."""
    if not len(days):
        return 0, 0
    low, high, most = int(days.min()), int(days.max()), int(read_limit("gtfs", "jours"))  # type: ignore[arg-type]
    if high - low < most:
        return low, high - low + 1
    rapport.say("calendrier_borne", "calendar.txt", most)
    middle = int(days.median())  # type: ignore[arg-type]
    return max(low, min(middle - most // 2, high - most + 1)), most


def read_weeks(cells: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """``service_id``, seven booleans, ``debut``, ``fin`` (included); rows without both dates are left out."""
    fichier = "calendar.txt"
    table = pl.DataFrame(
        {
            "_ligne": cells["_ligne"],
            "service_id": cells["service_id"],
            **{day: read_choice(cells, day, fichier, rapport, 1) == 1 for day in SEMAINE},
            "debut": read_date(cells, "start_date", fichier, rapport),
            "fin": read_date(cells, "end_date", fichier, rapport),
        }
    )
    table = table.filter(pl.col("debut").is_not_null() & pl.col("fin").is_not_null())
    backwards = table.filter(pl.col("fin") < pl.col("debut"))
    rapport.say_rows("start_and_end_range_out_of_order", fichier, backwards, "service_id")
    return table.filter(pl.col("fin") >= pl.col("debut"))


def read_exceptions(cells: pl.DataFrame, rapport: RemarquesGtfs) -> pl.DataFrame:
    """``service_id``, ``jour``, ``ajoute`` (bool); a day both added and removed is a fault."""
    fichier = "calendar_dates.txt"
    kind = cells["exception_type"]
    wrong = ~kind.is_in(["1", "2"]).fill_null(value=False)
    rapport.say_rows("invalid_integer", fichier, cells.filter(wrong), "exception_type")
    rapport.say_rows(
        "missing_required_field", fichier, cells.filter(cells["service_id"].is_null()), "service_id"
    )
    table = pl.DataFrame(
        {
            "_ligne": cells["_ligne"],
            "service_id": cells["service_id"],
            "jour": read_date(cells, "date", fichier, rapport),
            "ajoute": kind == "1",
        }
    ).filter(~wrong & pl.col("jour").is_not_null() & pl.col("service_id").is_not_null())
    table = table.unique(["service_id", "jour", "ajoute"], keep="first", maintain_order=True)
    twice = table.filter(pl.struct("service_id", "jour").is_first_distinct().not_())
    rapport.say_rows("duplicate_key", fichier, twice, "service_id")
    return table


def mark_weeks(active: NDArray[np.bool_], first: int, row: pl.Series, weeks: pl.DataFrame) -> None:
    """Set the days of each week pattern."""
    n_days = active.shape[1]
    weekday = (first + THURSDAY + np.arange(n_days)) % 7
    patterns = weeks.select(SEMAINE).to_numpy()
    bounds = zip(row, patterns, weeks["debut"], weeks["fin"], strict=True)
    for service, pattern, start, end in bounds:
        span = slice(max(start - first, 0), max(end - first + 1, 0))
        active[service, span] |= pattern[weekday[span]]


def mark_exceptions(active: NDArray[np.bool_], first: int, row: pl.Series, dates: pl.DataFrame) -> None:
    """Add and remove days."""
    day = dates["jour"].to_numpy() - first
    inside = (day >= 0) & (day < active.shape[1])
    active[row.to_numpy()[inside], day[inside]] = dates["ajoute"].to_numpy()[inside]


def tell_idle(
    jours: JoursDeService, weeks: pl.DataFrame | None, dates: pl.DataFrame | None, rapport: RemarquesGtfs
) -> None:
    """Services that run on no day, at the row of their week pattern or of their first date."""
    idle = [jours.services[s] for s in np.flatnonzero(~jours.active.any(axis=1))]
    for table, fichier in ((weeks, "calendar.txt"), (dates, "calendar_dates.txt")):
        if table is not None:
            rows = table.filter(pl.col("service_id").is_in(idle)).unique("service_id", maintain_order=True)
            rapport.say_rows("service_jamais_assure", fichier, rows, "service_id")
            idle = sorted(set(idle) - set(rows["service_id"]))


def read_zone(agencies: pl.DataFrame, rapport: RemarquesGtfs) -> str:
    """The one time zone of a feed; none known, or several, is a fault."""
    zone = agencies["agency_timezone"][0] if agencies.height else None
    others = agencies.filter(pl.col("agency_timezone").ne_missing(pl.lit(zone)))
    rapport.say_rows("inconsistent_agency_timezone", "agency.txt", others, "agency_timezone")
    try:
        return ZoneInfo(zone or "").key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        rapport.say("invalid_timezone", "agency.txt", zone or "", 2, "agency_timezone")
        return "UTC"


def list_starts(zone: str, first: int, n_days: int) -> NDArray[np.int64]:
    """Noon less twelve hours of each day, in seconds since 1970 (UTC).

    On 26 October 2025 the clock goes back in Paris: that day's zero is 1 o'clock in the summer's time.

    >>> saturday, sunday, monday = list_starts("Europe/Paris", 20_386, 3).tolist()
    >>> (sunday - saturday) / 3600, (monday - sunday) / 3600
    (25.0, 24.0)
    """
    place, epoch = ZoneInfo(zone), date(1970, 1, 1)
    noons = (
        datetime.combine(epoch + timedelta(days=first + day), time(NOON), place).astimezone(UTC)
        for day in range(n_days)
    )
    return np.array([noon.timestamp() for noon in noons], np.int64) - NOON * 3600
