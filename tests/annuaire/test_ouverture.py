"""Opening at a date and minute: answers worked by hand from the specification 0.7.2 and the calendar."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.annuaire.fiche import Complement, FermetureTemporaire, Permanence, Prestation, Structure
from maillage.annuaire.ouverture import (
    JOURS_GARDES,
    HoraireLocal,
    Ouvertures,
    TableauOuvertures,
    count_minutes,
    list_states,
    list_stops,
    make_horaire,
    state_at,
    tell,
)
from maillage.horaires.dates import is_selected
from maillage.horaires.jours import DAYS, reference_start
from maillage.horaires.semaine import read_week

O, V, F, I = "ouvert", "a_verifier", "ferme", "inconnu"

# 2026: 1 January is a Thursday, Easter 5 April, 53 weeks; 2027: 1 January is a Friday, Easter 28 March.
# Text, instant (Nord), state, until when it lasts, when it next surely opens ("" = not within 400 days).
TABLE = [
    # a plain week, and its bounds: open from the first minute, closed from the last
    ("Mo-Fr 09:00-12:30", "2026-11-30 09:00", O, "2026-11-30 12:30", "2026-12-01 09:00"),
    ("Mo-Fr 09:00-12:30", "2026-11-30 08:59", F, "2026-11-30 09:00", "2026-11-30 09:00"),
    ("Mo-Fr 09:00-12:30", "2026-11-30 12:29", O, "2026-11-30 12:30", "2026-12-01 09:00"),
    ("Mo-Fr 09:00-12:30", "2026-11-30 12:30", F, "2026-12-01 09:00", "2026-12-01 09:00"),
    ("Mo-Fr 09:03-12:31", "2026-11-30 12:30", O, "2026-11-30 12:31", "2026-12-01 09:03"),
    ("Mo-Fr 09:00-12:30", "2026-12-04 13:00", F, "2026-12-07 09:00", "2026-12-07 09:00"),
    ("Mo-Fr 09:00-12:00,13:30-17:00", "2026-11-30 12:45", F, "2026-11-30 13:30", "2026-11-30 13:30"),
    ("Mo,We 09:00-12:00", "2026-12-01 10:00", F, "2026-12-02 09:00", "2026-12-02 09:00"),
    ("Sa-Mo 10:00-12:00", "2026-11-29 11:00", O, "2026-11-29 12:00", "2026-11-30 10:00"),
    ("24/7", "2026-11-29 03:00", O, "", ""),
    ("24/7", "2026-07-14 03:00", O, "", ""),  # every day, public holidays too
    # one rule replaces the day of another, or adds to it
    ("Mo-Sa 09:00-18:00; We 08:00-12:00", "2026-12-02 15:00", F, "2026-12-03 09:00", "2026-12-03 09:00"),
    ("Mo-Sa 09:00-12:00, We 14:00-18:00", "2026-12-02 11:00", O, "2026-12-02 12:00", "2026-12-02 14:00"),
    ("Mo-Fr 09:00-17:00; We off", "2026-12-02 10:00", F, "2026-12-03 09:00", "2026-12-03 09:00"),
    ("Mo-Fr 09:00-17:00; We 12:00-14:00 off", "2026-12-02 12:30", F, "2026-12-02 14:00", "2026-12-02 14:00"),
    # past midnight
    ("Fr 22:00-02:00", "2026-11-28 01:59", O, "2026-11-28 02:00", "2026-12-04 22:00"),
    ("Fr 22:00-26:00", "2026-11-28 01:00", O, "2026-11-28 02:00", "2026-12-04 22:00"),
    ("Fr 22:00-02:00", "2026-11-27 23:30", O, "2026-11-28 02:00", "2026-12-04 22:00"),
    ("Fr 22:00-02:00", "2026-11-27 01:00", F, "2026-11-27 22:00", "2026-11-27 22:00"),
    ("Mo-Su 20:00-24:00", "2026-11-30 23:59", O, "2026-12-01 00:00", "2026-12-01 20:00"),
    # Christmas: not said
    ("Mo-Su 00:00-24:00", "2026-12-08 23:59", O, "2026-12-25 00:00", "2026-12-26 00:00"),
    # public holidays: the text's rule, else nobody knows
    ("Mo-Fr 09:00-12:00; PH off", "2026-07-14 10:00", F, "2026-07-15 09:00", "2026-07-15 09:00"),
    ("Mo-Fr 09:00-12:00", "2026-07-14 10:00", V, "2026-07-14 12:00", "2026-07-15 09:00"),
    ("Mo-Fr 09:00-12:00", "2026-07-14 13:00", F, "2026-07-15 09:00", "2026-07-15 09:00"),
    ("PH,Su 10:00-12:00", "2026-07-14 11:00", O, "2026-07-14 12:00", "2026-07-19 10:00"),
    ("Mo-Fr 09:00-17:00; PH,Su 10:00-12:00", "2026-07-14 14:00", F, "2026-07-15 09:00", "2026-07-15 09:00"),
    ("Su,PH 10:00-12:00", "2026-05-25 10:30", O, "2026-05-25 12:00", "2026-05-31 10:00"),  # Whit Monday
    ("Mo-Sa,PH 09:00-12:00", "2026-05-14 09:00", O, "2026-05-14 12:00", "2026-05-15 09:00"),  # Ascension
    ("PH Mo-Fr 10:00-11:00", "2026-08-15 10:30", F, "2026-11-11 10:00", "2026-11-11 10:00"),  # a Saturday
    ("PH -1 day 09:00-12:00", "2026-07-13 10:00", O, "2026-07-13 12:00", "2026-08-14 09:00"),
    ("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-05-01 10:00", O, "2026-05-01 12:00", "2026-05-04 09:00"),
    ("Mo-Fr 09:00-17:00; Dec 25 off", "2026-12-25 10:00", F, "2026-12-28 09:00", "2026-12-28 09:00"),
    ("Mo-Fr 09:00-17:00; Dec 25 10:00-12:00", "2026-12-25 10:00", O, "2026-12-25 12:00", "2026-12-28 09:00"),
    ("Dec 25,PH 10:00-12:00", "2026-11-11 10:00", O, "2026-11-11 12:00", "2026-12-25 10:00"),
    ("Sa 21:00-03:00; PH off", "2026-07-12 01:00", O, "2026-07-12 03:00", "2026-07-18 21:00"),
    # the night of an ordinary eve ends as usual on a holiday; the holiday's own night is doubtful
    ("Mo-Th 22:00-02:00", "2026-07-14 01:00", O, "2026-07-14 02:00", "2026-07-15 22:00"),
    ("Mo-Th 22:00-02:00", "2026-07-14 23:00", V, "2026-07-15 02:00", "2026-07-15 22:00"),
    # school holidays of zone B: from 17 October to 1 November 2026, from 19 December to 3 January
    ("SH Mo-Fr 10:00-12:00", "2026-10-20 10:00", O, "2026-10-20 12:00", "2026-10-21 10:00"),
    ("SH Mo-Fr 10:00-12:00", "2026-11-03 10:00", F, "2026-12-21 10:00", "2026-12-21 10:00"),
    ("Mo-Fr 09:00-12:00; SH off", "2026-10-20 10:00", F, "2026-11-02 09:00", "2026-11-02 09:00"),
    ("Mo-Fr 09:00-12:00; SH 14:00-16:00", "2026-10-24 15:00", O, "2026-10-24 16:00", "2026-10-25 14:00"),
    # weeks of ISO 8601: 30 November 2026 is of week 49, 28 December of week 53, 4 January 2027 of week 1
    ("week 1-53/2 Mo 09:00-12:00", "2026-11-30 10:00", O, "2026-11-30 12:00", "2026-12-14 09:00"),
    ("week 2-52/2 Mo 09:00-12:00", "2026-11-30 10:00", F, "2026-12-07 09:00", "2026-12-07 09:00"),
    ("week 1-53/2 Mo 09:00-12:00", "2026-12-28 12:00", F, "2027-01-04 09:00", "2027-01-04 09:00"),
    ("week 53 Su 09:00-12:00", "2027-01-03 09:30", O, "2027-01-03 12:00", ""),
    ("week 49 Tu,Th 14:00-16:00", "2026-12-01 15:00", O, "2026-12-01 16:00", "2026-12-03 14:00"),
    # ranks in the month
    ("Tu[1] 09:00-12:00", "2026-12-01 11:00", O, "2026-12-01 12:00", "2027-01-05 09:00"),
    ("Tu[1] 09:00-12:00", "2026-12-08 11:00", F, "2027-01-05 09:00", "2027-01-05 09:00"),
    ("Sa[-1] 09:00-12:00", "2026-11-28 11:00", O, "2026-11-28 12:00", "2026-12-26 09:00"),
    ("We[2,4] 14:00-16:00", "2026-12-09 15:00", O, "2026-12-09 16:00", "2026-12-23 14:00"),
    ("Mo-Fr 09:00-12:00; Fr[1] off", "2026-12-04 10:00", F, "2026-12-07 09:00", "2026-12-07 09:00"),
    # dates, months, years
    ("Mo-Fr 09:00-12:00; Aug off", "2026-08-03 10:00", F, "2026-09-01 09:00", "2026-09-01 09:00"),
    ("Apr-Sep Mo-Fr 09:00-12:00", "2026-09-30 12:00", F, "2027-04-01 09:00", "2027-04-01 09:00"),
    ("Oct-Mar Sa 10:00-12:00", "2027-02-06 10:00", O, "2027-02-06 12:00", "2027-02-13 10:00"),
    ("Dec 20-Jan 05 10:00-12:00", "2026-12-31 11:00", O, "2026-12-31 12:00", "2027-01-02 10:00"),
    ("Aug 15-Sep 15 Mo 09:00-12:00", "2026-08-14 09:00", F, "2026-08-17 09:00", "2026-08-17 09:00"),
    ("2026 Dec 24 09:00-12:00", "2026-12-24 09:00", O, "2026-12-24 12:00", ""),
    ("2026 Dec 28-2027 Jan 08 Mo-Fr 10:00-12:00", "2027-01-08 12:00", F, "", ""),
    ("2027 Mo 09:00-12:00", "2026-12-28 10:00", F, "2027-01-04 09:00", "2027-01-04 09:00"),
    ("Mo-Fr 09:00-12:00; Dec 24-Jan 02 off", "2026-12-24 10:00", F, "2027-01-04 09:00", "2027-01-04 09:00"),
    ("Mo-Su 22:00-02:00", "2027-01-01 00:30", O, "2027-01-01 02:00", "2027-01-02 22:00"),
    ("Feb 29 10:00-12:00", "2028-02-29 10:00", O, "2028-02-29 12:00", ""),
    # easter
    ("easter 10:00-12:00", "2026-04-05 10:00", O, "2026-04-05 12:00", "2027-03-28 10:00"),
    ("Mo-Sa 09:00-12:00; easter -2 days off", "2026-04-03 10:00", F, "2026-04-04 09:00", "2026-04-04 09:00"),
    ("easter +1 day 10:00-12:00", "2026-04-06 11:00", O, "2026-04-06 12:00", "2027-03-29 10:00"),
    # what is only perhaps: comments, unknown, ends unsaid, conditions told in words
    ('Mo-Fr 09:00-12:00 "sur rendez-vous"', "2026-11-30 10:00", V, "2026-11-30 12:00", ""),
    ('Mo-Fr 09:00-12:00 open "sonnez"', "2026-11-30 10:00", O, "2026-11-30 12:00", "2026-12-01 09:00"),
    ("Mo-Fr 09:00-12:00 unknown", "2026-11-30 10:00", V, "2026-11-30 12:00", ""),
    ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "2026-11-30 15:00", V, "2026-12-01 09:00", "2026-12-01 09:00"),
    ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', "2026-11-30 10:00", O, "2026-11-30 12:00", "2026-12-01 09:00"),
    ("Mo-Fr 10:00+", "2026-11-30 11:00", V, "2026-12-01 00:00", ""),
    ("Mo-Fr 09:00-12:00+", "2026-11-30 11:00", O, "2026-11-30 12:00", "2026-12-01 09:00"),
    ("Mo-Fr 09:00-12:00+", "2026-11-30 13:00", V, "2026-12-01 00:00", "2026-12-01 09:00"),
    ("We", "2026-12-02 10:00", V, "2026-12-03 00:00", ""),
    ('Mo-Fr 09:00-17:00; "en été" off', "2026-11-30 10:00", V, "2026-11-30 17:00", ""),
    ('"sur rendez-vous"', "2026-11-30 10:00", V, "", ""),
    ("off", "2026-11-30 10:00", F, "", ""),
    ('off "travaux"', "2026-11-30 10:00", F, "", ""),
    ("unknown", "2026-11-30 10:00", V, "", ""),
    # the two Sundays when the clock changes: hours are those of the wall
    ("Sa 22:00-06:00", "2026-03-29 04:00", O, "2026-03-29 06:00", "2026-04-04 22:00"),
    ("Su 10:00-12:00", "2026-03-29 09:59", F, "2026-03-29 10:00", "2026-03-29 10:00"),
    ("Su 01:00-04:00", "2026-10-25 02:30", O, "2026-10-25 04:00", "2026-11-08 01:00"),  # 1 Nov.: not said
    # how people type it
    ("Mo - Fr  9h30 - 12.00", "2026-11-30 09:30", O, "2026-11-30 12:00", "2026-12-01 09:30"),
    ("mo-fr 09:00–12:00; ph OFF", "2026-07-14 10:00", F, "2026-07-15 09:00", "2026-07-15 09:00"),
    ("lundi matin", "2026-11-30 10:00", I, "", ""),
    ("", "2026-11-30 10:00", I, "", ""),
]  # fmt: skip


def instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize(("text", "at", "state", "until", "opens"), TABLE)
def test_table(text, at, state, until, opens):
    found = tell(HoraireLocal(text or None, "59"), instant(at))
    assert (found.etat, found.jusque, found.ouvre) == (state, instant(until), instant(opens))


def test_the_table_is_long_enough():
    assert len({text for text, *_ in TABLE}) >= 60


@pytest.mark.parametrize(
    ("departement", "day", "state"),
    [
        ("67", "2026-12-26", F),  # Saint Stephen's day, in Alsace and Moselle only
        ("57", "2026-04-03", F),  # Good Friday
        ("59", "2026-12-26", O),
        ("971", "2026-05-27", F),  # abolition of slavery
        ("59", "2026-05-27", O),
        ("", "2026-07-14", F),  # no known département: the country's
    ],
)
def test_public_holidays_are_those_of_the_departement(departement, day, state):
    assert tell(HoraireLocal("Mo-Sa 09:00-12:00; PH off", departement), instant(f"{day} 10:00")).etat == state


def test_school_holidays_of_no_known_calendar_leave_a_doubt():
    found = tell(HoraireLocal("Mo-Fr 09:00-12:00; SH off", "2A"), instant("2026-10-20 10:00"))
    assert found.etat == V
    assert any("vacances scolaires" in why for why in found.motifs)


@pytest.mark.parametrize(
    ("feries", "state", "opens"), [(True, O, None), (False, F, "2026-07-15 09:00"), (None, V, None)]
)
def test_what_the_source_says_of_holidays_holds_where_the_text_says_nothing(feries, state, opens):
    found = tell(HoraireLocal("Mo-Fr 09:00-12:00", "59", feries=feries), instant("2026-07-14 10:00"))
    assert found.etat == state
    assert opens is None or found.ouvre == instant(opens)
    written = HoraireLocal("Mo-Fr 09:00-12:00; PH 10:00-11:00", "59", feries=feries)
    assert tell(written, instant("2026-07-14 10:00")).etat == O


def test_a_structure_closed_in_august():
    closure = FermetureTemporaire(date(2026, 8, 1), date(2026, 8, 31), "congés")
    here = HoraireLocal("Mo-Fr 20:00-02:00", "59", fermetures=(closure,))
    assert tell(here, instant("2026-07-31 21:00")).jusque == instant("2026-08-01 00:00")
    shut = tell(here, instant("2026-08-14 21:00"))
    assert (shut.etat, shut.jusque, shut.ouvre) == (
        F,
        instant("2026-09-01 20:00"),
        instant("2026-09-01 20:00"),
    )
    assert shut.motifs == ("Fermeture annoncée du 01/08/2026 au 31/08/2026\u202f: congés.",)
    # The night of the last closed day does not run into the first open one.
    assert tell(here, instant("2026-09-01 01:00")).etat == F


def test_a_closure_of_unknown_hours_is_sure_and_what_follows_is_not():
    closure = FermetureTemporaire(date(2026, 8, 1), date(2026, 8, 31))
    found = tell(HoraireLocal(None, fermetures=(closure,)), instant("2026-08-14 10:00"))
    assert (found.etat, found.jusque, found.ouvre) == (F, instant("2026-09-01 00:00"), None)


def test_a_day_told_by_the_sun():
    lille = HoraireLocal("sunrise-sunset", "59", 50.63, 3.06)
    open_at = [at for at, state in list_states(lille, date(2026, 6, 21)) if state == 2]
    assert 5 * 60 + 30 < open_at[0] < 5 * 60 + 40  # 05:35 by the ephemeris of the IMCCE, to some minutes
    nowhere = HoraireLocal("sunrise-sunset", "59")
    states = {state for _, state in list_states(nowhere, date(2026, 6, 21))}
    assert states == {0, 1, 2}


def test_durations_are_real_when_the_clock_changes():
    here = HoraireLocal("Sa 22:00-06:00", "59")
    assert tell(here, instant("2026-03-29 01:00")).reste_min == 240
    assert tell(here, instant("2026-10-25 01:00")).reste_min == 360
    assert count_minutes(instant("2026-06-01 01:00"), instant("2026-06-01 06:00")) == 300


def test_an_instant_of_another_zone_is_put_on_the_clock_of_paris():
    here = HoraireLocal("Mo-Fr 09:00-12:00", "59")
    assert tell(here, datetime(2026, 7, 13, 7, 0, tzinfo=ZoneInfo("UTC"))).etat == O
    assert tell(here, datetime(2026, 11, 30, 7, 59, tzinfo=ZoneInfo("UTC"))).etat == F


def test_hours_of_a_prestation_else_of_its_structure():
    dated = {"source": "x", "nom": "CCAS", "date_maj": date(2026, 1, 1)}
    behind = Structure(**dated, id="s", code_postal="59740", horaires_accueil="Mo 09:00-12:00", latitude=50.0)
    own = Prestation(**dated, id="p", structure_id="s", horaires_accueil="Tu 09:00-12:00")
    said = Complement(id="p", feries=False)
    assert make_horaire(behind, own, said) == HoraireLocal("Tu 09:00-12:00", "59", feries=False)
    assert make_horaire(behind, replace(own, horaires_accueil=None)).texte == "Mo 09:00-12:00"
    assert make_horaire(None, own).departement == ""


def test_stops_of_a_visiting_structure_stop_with_it():
    away = FermetureTemporaire(date(2026, 12, 1), date(2026, 12, 6))
    stop = Permanence(nom="Trélon", horaires="Tu 14:00-16:00", code_insee="59601")
    bus = Complement(id="s", permanences=(stop,), fermetures=(away,))
    [found] = list_stops(bus, instant("2026-12-01 15:00"))
    assert (found.ouverture.etat, found.ouverture.ouvre) == (F, instant("2026-12-08 14:00"))


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 09:00-12:00,13:30-17:00; Sa[1] 09:00-12:00",
        'Mo-Fr 09:00-12:00 || "sur rendez-vous"',
        "Fr 22:00-03:00; Sa 10:00-12:00; We off",
        "week 5-8/2 Tu 14:00+; Th unknown",
        '"en été" 10:00-19:00, Mo 09:00-09:45',
        "Feb 10-20 Mo-Su 08:00-20:00; Sa off",
    ],
)
def test_the_typical_week_and_exact_days_say_the_same(text):
    """February 2027 has no public holiday; zone A has its winter holidays then, which no text here names."""
    week = read_week(text)
    start = reference_start()
    here = HoraireLocal(text, "59")
    for slot in range(0, DAYS * 288, 7):
        state = state_at(here, start + timedelta(minutes=5 * slot))
        assert (state == 2, state >= 1) == (week.sur[slot], week.possible[slot]), (text, slot)


@settings(max_examples=80, derandomize=True)
@given(
    st.lists(st.sampled_from([text for text, *_ in TABLE]), min_size=1, max_size=12),
    st.dates(date(2026, 1, 1), date(2027, 12, 30)),
    st.integers(0, 2 * 1440 - 1),
)
def test_the_table_of_many_places_agrees_with_one(texts, day, minute):
    places = [HoraireLocal(text or None, "59") for text in texts]
    table = TableauOuvertures(places, day)
    rows = np.arange(len(places))
    states, left = table.ask(rows, np.full(len(places), minute))
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    again = Ouvertures(places).ask(day, rows, np.full(len(places), minute))
    assert [one.tolist() for one in again] == [states.tolist(), left.tolist()]
    for place, state, minutes in zip(places, states, left, strict=True):
        assert state == state_at(place, wall)
        last = state_at(place, wall + timedelta(minutes=int(minutes) - 1))
        assert last == state
        if minute + minutes < table.span:
            assert state_at(place, wall + timedelta(minutes=int(minutes))) != state


def test_only_the_last_days_asked_are_kept():
    places = Ouvertures([HoraireLocal("Mo-Fr 09:00-12:00", "59")])
    for ahead in range(40):
        day = date(2026, 11, 30) + timedelta(days=ahead % 20)
        [state], _ = places.ask(day, np.array([0]), np.array([600]))
        assert (state == 2) == (day.weekday() < 5 and day != date(2026, 12, 25))
    assert len(places.tables) == JOURS_GARDES


@settings(max_examples=60, derandomize=True)
@given(st.integers(1, 53), st.integers(1, 4), st.dates(date(2020, 1, 1), date(2032, 12, 31)))
def test_weeks_are_those_of_iso_8601_in_any_year(first, step, day):
    week = day.isocalendar().week
    assert is_selected(f"week {first:02d}-53/{step}", day) == (week >= first and (week - first) % step == 0)
