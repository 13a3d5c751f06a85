import numpy as np
import pytest

from maillage.access.effective import effective_access, weight_by_car
from maillage.access.hours import evening, parse_schedules, weekly_hours
from maillage.network.travel_times import Within

TEXTS = ["Mo-Fr 09:00-12:00", "Mo 11:00-19:00", "Sa 09:00-12:00", None, "We 14:00-18:00", "24/7"]


def make_within(rows):
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    site = np.array([s for row in rows for s in row], np.int32)
    return Within(indptr, site, np.zeros(len(site), np.uint32))


@pytest.mark.lent
def test_union_agrees_with_a_plain_loop():
    schedules = parse_schedules(TEXTS)
    rows = [[0, 1], [], [3], [2, 3, 4], [0, 5], [1]]
    expected = []
    for row in rows:
        union = np.zeros_like(schedules.bits[0])
        for site in row:
            union |= schedules.bits[site]
        expected.append(weekly_hours(union) if row != [3] else np.nan)
    result = effective_access(make_within(rows), schedules)
    np.testing.assert_array_equal(result.hours, expected)
    assert result.unknown_sites.tolist() == [0, 0, 1, 1, 0, 0]


def test_opening_one_more_place_never_shortens_the_week():
    schedules = parse_schedules(TEXTS)
    fewer = effective_access(make_within([[0], [1, 2]]), schedules).hours
    more = effective_access(make_within([[0, 4], [1, 2, 5]]), schedules).hours
    assert (more >= fewer).all()


def test_unknown_motorisation_gives_no_figure():
    assert np.isnan(weight_by_car(np.array([10.0]), np.array([2.0]), np.array([np.nan])))[0]
    assert weight_by_car(np.array([10.0]), np.array([2.0]), np.array([0.0]))[0] == pytest.approx(10)


def test_hours_only_possible_widen_what_may_be_and_nothing_else():
    schedules = parse_schedules(["Mo 09:00-12:00", 'Mo 10:00-13:00 || Tu 09:00-10:00 "sur rendez-vous"'])
    found = effective_access(make_within([[0], [0, 1], [1]]), schedules)
    assert found.hours.tolist() == [3, 4, 3]
    assert found.possible_hours.tolist() == [3, 5, 4]


def test_by_appointment_alone_is_neither_closed_nor_open_all_week():
    schedules = parse_schedules(['"sur rendez-vous"', "Mo 09:00-12:00", "off"])
    found = effective_access(make_within([[0], [0, 1], [2], []]), schedules)
    np.testing.assert_array_equal(found.hours, [np.nan, 3, 0, 0])
    np.testing.assert_array_equal(found.possible_hours, [np.nan, 3, 0, 0])


def test_an_evening_of_unknown_hours_is_unknown():
    schedules = parse_schedules([None, "Mo 09:00-12:00"])
    found = effective_access(make_within([[0], [1]]), schedules)
    np.testing.assert_array_equal(found.hours_within(evening()), [np.nan, 0])
