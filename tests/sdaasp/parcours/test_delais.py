"""The legal delay against the calendar itself, and its reminders."""

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.parcours.delais import find_echeance, list_rappels

DAYS = st.dates(date(1996, 1, 1), date(2103, 12, 31))


def naive(asked: date, months: int) -> date:
    """Count months on the fingers, then step back from days that do not exist."""
    year, month = asked.year, asked.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return date(year, month, min(asked.day, monthrange(year, month)[1]))


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ("2025-11-30", "2026-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2027-11-29", "2028-02-29"),
        ("2099-11-30", "2100-02-28"),  # 2100 has no 29 February
        ("2026-05-31", "2026-08-31"),
        ("2026-03-31", "2026-06-30"),
        ("2026-02-15", "2026-05-15"),
        ("2026-02-14", "2026-05-14"),  # Ascension Day does not move it
        ("2026-08-15", "2026-11-15"),  # nor does a Sunday
    ],
)
def test_the_last_day_of_the_delay(asked: str, last: str) -> None:
    assert find_echeance(date.fromisoformat(asked)).isoformat() == last


@given(DAYS)
def test_months_are_counted_as_on_the_fingers(asked: date) -> None:
    assert find_echeance(asked) == naive(asked, 3)


@given(DAYS, DAYS)
def test_who_is_asked_later_has_as_long_or_longer(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert find_echeance(first) <= find_echeance(second)


@given(DAYS)
def test_reminders_come_before_the_delay_ends_and_after_the_referral(asked: date) -> None:
    days = list_rappels(asked)
    assert days
    assert list(days) == sorted(days)
    assert all(asked < day < find_echeance(asked) for day in days)
    assert find_echeance(asked) - days[-1] == timedelta(days=5)
