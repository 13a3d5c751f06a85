"""Campaigns at their bounds, and every record in exactly one state."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.fraicheur import EtatFraicheur, find_campagne, is_open, must_ask, tell_fraicheur

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
OLD = date(2025, 12, 30)


@pytest.mark.parametrize(
    ("at", "open_", "state"),
    [
        ("2026-05-31", False, "non_confirmee"),  # the campaign of November closed on 29 December
        ("2026-06-01", True, "a_confirmer"),
        ("2026-07-15", True, "a_confirmer"),
        ("2026-07-16", False, "non_confirmee"),
        ("2026-11-14", False, "non_confirmee"),
        ("2026-11-15", True, "a_confirmer"),
        ("2026-12-29", True, "a_confirmer"),
        ("2026-12-30", False, "perimee"),  # twelve months to the day
    ],
)
def test_a_record_that_no_one_confirms_through_a_year(at, open_, state):
    day = date.fromisoformat(at)
    assert is_open(find_campagne(day), day) is open_
    last = date(2025, 11, 14) if at == "2026-05-31" else OLD
    assert tell_fraicheur(last, None, day) == state
    assert must_ask(last, None, None, day) is open_


@given(DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_who_is_asked_is_who_has_not_answered(date_maj, confirmed, asked, at):
    state = tell_fraicheur(date_maj, confirmed, at)
    campaign = find_campagne(at)
    assert campaign.debut <= at
    assert find_campagne(campaign.debut) == campaign
    if must_ask(date_maj, confirmed, asked, at):
        assert state in {EtatFraicheur.A_CONFIRMER, EtatFraicheur.PERIMEE}
        assert not must_ask(date_maj, at, asked, at)
        assert not must_ask(date_maj, confirmed, at, at)
        assert tell_fraicheur(date_maj, at, at) == EtatFraicheur.CONFIRMEE


@given(DAYS, st.integers(0, 800))
def test_a_confirmation_only_ages(confirmed, days):
    order = [EtatFraicheur.CONFIRMEE, EtatFraicheur.NON_CONFIRMEE, EtatFraicheur.PERIMEE]
    later = [confirmed + timedelta(days=n) for n in (0, days, days + 1)]
    seen = [tell_fraicheur(date(2020, 1, 1), confirmed, day) for day in later]
    ranks = [order.index(one) for one in seen if one in order]
    assert ranks == sorted(ranks)
