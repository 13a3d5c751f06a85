"""The year of the Nord by hand, and what holds of any year of any département."""

from collections import Counter
from dataclasses import replace
from datetime import date

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.departements import list_all
from maillage.sdaasp.gouvernance.annee import list_expected, list_late, list_missing, plan_year
from maillage.sdaasp.gouvernance.chargement import load_comites
from maillage.sdaasp.gouvernance.modele import Comite, Rendezvous

NORD = load_comites("nord-2025-2030")
ARRONDISSEMENTS = ["591", "592", "593", "594", "595", "596"]
YEARS = st.integers(2018, 2035)


def test_the_year_of_the_nord_has_its_fifteen_meetings() -> None:
    year = plan_year(NORD, ARRONDISSEMENTS, 2026, "59")
    assert Counter(s.rendezvous.comite for s in year) == {"cts": 6, "cta": 6, "cotech": 2, "copil": 1}
    months = {name: {s.jour.month for s in year if s.rendezvous.comite == name} for name in ("cts", "cta")}
    assert months["cts"] <= {4, 5}
    assert months["cta"] == {10}
    assert [s.jour.month for s in year if s.rendezvous.comite == "cotech"] == [6, 11]
    assert [s.jour.month for s in year if s.rendezvous.comite == "copil"] == [12]


def test_no_meeting_of_the_nord_falls_in_the_holidays_of_zone_b() -> None:
    for seance in plan_year(NORD, ARRONDISSEMENTS, 2026, "59"):
        assert not date(2026, 4, 11) <= seance.jour <= date(2026, 4, 26)
        assert not date(2026, 10, 17) <= seance.jour <= date(2026, 11, 1)


def test_what_feeds_comes_first() -> None:
    year = plan_year(NORD, ARRONDISSEMENTS, 2026, "59")
    days = {name: [s.jour for s in year if s.rendezvous.comite == name] for name in ("cts", "cotech", "cta")}
    assert max(days["cts"]) < days["cotech"][0] < min(days["cta"])
    assert max(days["cta"]) < days["cotech"][1] < year[-1].jour


@given(YEARS, st.sampled_from(sorted(list_all())), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_any_year_anywhere_is_whole_on_working_days_one_a_day(year: int, code: str, places: int) -> None:
    territoires = [f"{code}{rank}" for rank in range(places)]
    found = plan_year(NORD, territoires, year, code)
    assert list_missing(NORD, territoires, found) == ()
    days = [s.jour for s in found]
    assert days == sorted(set(days))
    assert all(day.year == year and day.weekday() < 5 for day in days)
    assert not set(days) & set(holidays.country_holidays("FR", years=year))


@given(YEARS, st.data())
@settings(max_examples=40, deadline=None)
def test_what_is_set_is_kept_and_only_what_is_missing_is_added(year: int, data: st.DataObject) -> None:
    whole = plan_year(NORD, ARRONDISSEMENTS, year, "59")
    kept = data.draw(st.sets(st.sampled_from(whole)))
    moved = [replace(seance, jour=date(year, 2, 1)) for seance in kept]
    added = plan_year(NORD, ARRONDISSEMENTS, year, "59", moved)
    assert {s.rendezvous for s in added} == {s.rendezvous for s in whole} - {s.rendezvous for s in moved}
    assert plan_year(NORD, ARRONDISSEMENTS, year, "59", [*moved, *added]) == ()


def test_a_month_too_short_says_what_it_gives_up_and_what_it_cannot_hold() -> None:
    crowded = Comite(cle="c", sigle="C", nom="C", niveau="arrondissement", periodes=((10, 10),))
    places = [str(rank) for rank in range(25)]
    found = plan_year([crowded], places, 2026, "59")
    assert len(found) == 22  # 22 working days in October 2026
    assert Counter(note for s in found for note in s.remarques) == {
        "ni un mardi ni un jeudi : la période n’en a pas assez": 7,
        "pendant les vacances scolaires : la période n’a pas assez d’autres jours": 10,
    }
    assert len(list_missing([crowded], places, found)) == 3


def test_where_school_holidays_are_unknown_each_meeting_says_so() -> None:
    year = plan_year(NORD, ["2A1"], 2026, "2A")
    assert all("vacances scolaires inconnues" in seance.remarques[0] for seance in year)


@pytest.mark.parametrize(("day", "late"), [(date(2026, 5, 31), 0), (date(2026, 6, 1), 6)])
def test_a_meeting_is_late_once_its_period_is_over(day: date, late: int) -> None:
    found = list_late(NORD, ARRONDISSEMENTS, [], 2026, day)
    assert [r.comite for r in found] == ["cts"] * late


def test_a_comite_of_the_departement_meets_once_a_period() -> None:
    cotech = NORD[1]
    assert list_expected([cotech], ARRONDISSEMENTS) == (Rendezvous("cotech", 0), Rendezvous("cotech", 1))
