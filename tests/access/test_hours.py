from datetime import timedelta

import numpy as np
import pytest
from opening_hours import OpeningHours

from maillage.access.hours import (
    SATURDAY,
    evening,
    mask,
    parse_hours,
    parse_schedules,
    weekly_hours,
)
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.horaires.heures import SLOT_MIN
from maillage.horaires.jours import DAYS, reference_start


def test_the_reference_period_is_four_weeks_from_a_monday():
    start = reference_start()
    assert start.weekday() == 0
    assert start.day == 1
    assert (start + timedelta(days=DAYS)).day == 1


@pytest.mark.parametrize(
    "text", ["Mo-Fr 08:30-12:00,13:30-17:20; Sa[1] 09:00-12:00", "Tu 22:00-02:00", "24/7"]
)
def test_bits_agree_with_asking_every_slot(text):
    start, rule = reference_start(), OpeningHours(text)
    slots = [rule.is_open(start + timedelta(minutes=SLOT_MIN * k)) for k in range(DAYS * 24 * 60 // SLOT_MIN)]
    bits = parse_hours(text)
    assert np.unpackbits(bits.view(np.uint8), bitorder="little").astype(bool).tolist() == slots


def test_evening_starts_at_six_and_leaves_the_weekend_out():
    assert weekly_hours(parse_hours("Mo 17:00-18:00"), evening()) == 0
    assert weekly_hours(parse_hours("Mo 18:00-18:05"), evening()) == pytest.approx(5 / 60)
    assert weekly_hours(parse_hours("Sa 10:00-23:00"), evening()) == 0
    assert weekly_hours(parse_hours("24/7"), mask([SATURDAY])) == 24


def test_by_appointment_is_not_open():
    assert weekly_hours(parse_hours('Mo 09:00-12:00 unknown "sur rendez-vous"')) == 0


def test_unknown_hours_are_not_closed():
    schedules = parse_schedules(["Mo 09:00-12:00", None, "off"])
    assert schedules.known.tolist() == [True, False, True]
    assert weekly_hours(schedules.bits).tolist() == [3, 0, 0]


@pytest.mark.parametrize(
    ("text", "sure", "possible"),
    [
        ('Mo-Fr 09:00-12:00 || "sur rendez-vous"', 15, 168),
        ("Mo-Fr 09:00-12:00; PH Mo-Fr off", 15, 15),
        ("Mo-Fr 09:00-12:00; SH Mo-Sa off", 15, 15),
        ("Mo-Fr 16:30-18:30; SH Mo-We 10:00-12:00", 10, 10),
        ("SH Mo-Fr 14:00-16:00", 0, 0),
        ("Mo 10:00-12:00+", 2, 14),
    ],
)
def test_sure_and_possible_hours_are_kept_apart(text, sure, possible):
    schedules = parse_schedules([text])
    assert schedules.known.tolist() == [True]
    assert weekly_hours(schedules.bits).tolist() == [sure]
    assert weekly_hours(schedules.possible).tolist() == [possible]


@pytest.mark.parametrize(
    "text", ['"sur rendez-vous"', 'Mo-Fr 09:00-12:00; "sur rendez-vous"', "Mo-Fr", "Mo 10:00+", "unknown"]
)
def test_hours_that_say_nothing_for_sure_are_unknown(text):
    schedules = parse_schedules([text])
    assert schedules.known.tolist() == [False]
    assert not schedules.bits.any()
    assert not schedules.possible.any()


def test_every_bad_schedule_is_named_at_once():
    with pytest.raises(EntreeInvalide) as raised:
        parse_schedules(["Mo 09:00-12:00", "lundi matin", "9h-12h"])
    assert [fault.ligne for fault in raised.value.fautes] == [3, 4]
    assert "lundi matin" in str(raised.value)
