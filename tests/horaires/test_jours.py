"""The library selects days: against the calendar of the standard library."""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from maillage.horaires.jours import DAYS, read_days, reference_start

EVE = reference_start().date() - timedelta(days=1)
PERIOD = [EVE + timedelta(days=k) for k in range(DAYS + 1)]
NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def check(text, holds):
    assert read_days(text).tolist() == [bool(holds(day)) for day in PERIOD], text


def rank(day: date) -> set[int]:
    """Of its weekday in its month: from the start, and from the end."""
    return {(day.day - 1) // 7 + 1, -((monthrange(day.year, day.month)[1] - day.day) // 7 + 1)}


@pytest.mark.parametrize("first", range(7))
def test_weekdays_and_their_ranges(first):
    for last in range(7):
        span = {(first + k) % 7 for k in range((last - first) % 7 + 1)}
        check(f"{NAMES[first]}-{NAMES[last]}", lambda day, span=span: day.weekday() in span)
        check(f"{NAMES[first]},{NAMES[last]}", lambda day, last=last: day.weekday() in {first, last})


@pytest.mark.parametrize("nth", [1, 2, 3, 4, 5, -1, -2, -3, -4, -5])
@pytest.mark.parametrize("weekday", range(7))
def test_ranks_in_the_month(weekday, nth):
    check(f"{NAMES[weekday]}[{nth}]", lambda day: day.weekday() == weekday and nth in rank(day))


@pytest.mark.parametrize("first", range(12))
def test_months_and_their_ranges(first):
    check(MONTHS[first], lambda day: day.month == first + 1)
    for last in range(12):
        span = {(first + k) % 12 + 1 for k in range((last - first) % 12 + 1)}
        check(f"{MONTHS[first]}-{MONTHS[last]}", lambda day, span=span: day.month in span)


@pytest.mark.parametrize("start", [1, 4, 5, 6, 8, 9])
def test_weeks_are_those_of_iso_8601(start):
    check(f"week {start:02d}", lambda day: day.isocalendar().week == start)
    check(f"week {start:02d}-53", lambda day: day.isocalendar().week >= start)
    check(
        f"week {start:02d}-53/2",
        lambda day: (day.isocalendar().week - start) % 2 == 0 and day.isocalendar().week >= start,
    )


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("Feb 03-19", lambda day: day.month == 2 and 3 <= day.day <= 19),
        ("Jan 20-Feb 10", lambda day: day <= date(2027, 2, 10)),
        ("Dec 20-Feb 10", lambda day: day <= date(2027, 2, 10)),
        ("Feb 20-Jan 10", lambda day: day >= date(2027, 2, 20)),
        ("2027 Feb 05", lambda day: day == date(2027, 2, 5)),
        ("2026 Dec 01-2027 Feb 07", lambda day: day <= date(2027, 2, 7)),
        ("2026-2030/2", lambda day: day.year % 2 == 0),
        ("2025-2029/2", lambda day: day.year % 2 == 1),
        ("easter -40 days", lambda day: day == date(2027, 3, 28) - timedelta(days=40)),
        ("easter -50 days-easter -40 days", lambda day: 40 <= (date(2027, 3, 28) - day).days <= 50),
        ("Su[1] -1 day", lambda day: day == date(2027, 2, 6)),
        ("Feb We", lambda day: day.month == 2 and day.weekday() == 2),
        ("week 05-06 We,Fr", lambda day: day.isocalendar().week in {5, 6} and day.weekday() in {2, 4}),
        ("Feb,Mar Sa[1]", lambda day: day == date(2027, 2, 6)),
    ],
)
def test_dates(text, holds):
    check(text, holds)
