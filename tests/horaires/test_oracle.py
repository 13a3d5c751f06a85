"""Weeks against a naive evaluation, moment by moment, and against opening-hours-py where it is right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, State

from maillage.catalogue.lecture import read_toml
from maillage.horaires.heures import SLOT_MIN
from maillage.horaires.jours import DAYS, reference_start
from maillage.horaires.semaine import read_week

NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = 24 * 60
WEEK = 7 * DAY // SLOT_MIN
MOMENTS = [reference_start() + timedelta(minutes=SLOT_MIN * k) for k in range(WEEK)]
STATES = {"": 2, " open": 2, " off": 0, " unknown": 1, ' "sur rendez-vous"': 1}


@dataclass(frozen=True)
class Rule:
    link: str
    days: frozenset[int]
    spans: tuple[tuple[int, int], ...]
    word: str

    def write(self) -> str:
        times = ",".join(f"{a // 60:02d}:{a % 60:02d}-{b // 60:02d}:{b % 60:02d}" for a, b in self.spans)
        return f"{','.join(NAMES[day] for day in sorted(self.days))} {times}{self.word}"

    def covers(self, moment: datetime) -> bool:
        minute, today = moment.hour * 60 + moment.minute, moment.weekday()
        mine = today in self.days and any(a <= minute < b for a, b in self.spans)
        eve = (today - 1) % 7 in self.days and any(a <= minute + DAY < b for a, b in self.spans)
        return mine or eve


def evaluate(rules: list[Rule], moment: datetime) -> int:
    """0 closed, 1 perhaps, 2 open: each rule in turn, at one moment."""
    state = 0
    for rule in rules:
        if rule.link == "; " and rule.word != " off" and moment.weekday() in rule.days:
            state = 0
        if rule.covers(moment) and not (rule.link == " || " and state):
            state = STATES[rule.word]
    return state


def write(rules: list[Rule]) -> str:
    return "".join((rule.link if k else "") + rule.write() for k, rule in enumerate(rules))


@st.composite
def spans(draw: st.DrawFn, *, nights: bool) -> tuple[tuple[int, int], ...]:
    """One or two spans of whole five minutes, apart, the last one perhaps past midnight."""
    slots = st.integers(0, DAY // SLOT_MIN - 1)
    cuts = sorted(draw(st.lists(slots, min_size=2, max_size=4, unique=True)))
    if len(cuts) % 2:
        cuts.append(cuts[0] + DAY // SLOT_MIN if nights else DAY // SLOT_MIN)
    return tuple((a * SLOT_MIN, b * SLOT_MIN) for a, b in list(pairwise(cuts))[::2])


def rules(links: tuple[str, ...], words: tuple[str, ...], *, nights: bool) -> st.SearchStrategy[list[Rule]]:
    days = st.frozensets(st.integers(0, 6), min_size=1, max_size=7)
    rule = st.builds(Rule, st.sampled_from(links), days, spans(nights=nights), st.sampled_from(words))
    return st.lists(rule, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rules(("; ", ", ", " || "), tuple(STATES), nights=True))
def test_rules_agree_with_a_naive_evaluation(found):
    found = [Rule("; ", found[0].days, found[0].spans, found[0].word), *found[1:]]
    expected = np.array([evaluate(found, moment) for moment in MOMENTS])
    week = read_week(write(found))
    np.testing.assert_array_equal(week.sur[:WEEK], expected == 2, err_msg=write(found))
    np.testing.assert_array_equal(week.possible[:WEEK], expected >= 1, err_msg=write(found))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rules(("; ", ", "), ("", " open", " off", " unknown"), nights=False))
def test_rules_agree_with_another_reader_where_it_follows_the_specification(found):
    text = write(found)
    start = reference_start()
    expected = np.zeros(len(MOMENTS), np.int8)
    for begin, end, state, _ in OpeningHours(text).intervals(start, start + timedelta(days=7)):
        first, last = ((at - start) // timedelta(minutes=SLOT_MIN) for at in (begin, end))
        expected[first:last] = 2 if state == State.OPEN else 1 if state == State.UNKNOWN else 0
    week = read_week(text)
    np.testing.assert_array_equal(week.sur[:WEEK], expected == 2, err_msg=text)
    np.testing.assert_array_equal(week.possible[:WEEK], expected >= 1, err_msg=text)


@pytest.mark.parametrize("event", ["dawn", "sunrise", "sunset", "dusk"])
@pytest.mark.parametrize(
    ("lat", "lon", "zone"),
    [
        (48.4, -5.1, "Europe/Paris"),  # Ouessant
        (48.6, 8.2, "Europe/Paris"),  # Lauterbourg
        (51.1, 2.5, "Europe/Paris"),  # Bray-Dunes
        (41.4, 9.2, "Europe/Paris"),  # Bonifacio
        (16.2, -61.5, "America/Guadeloupe"),
        (14.6, -61.0, "America/Martinique"),
        (4.0, -54.5, "America/Cayenne"),
        (4.9, -51.7, "America/Cayenne"),
        (-21.1, 55.5, "Indian/Reunion"),
        (-12.8, 45.2, "Indian/Mayotte"),
    ],
)
def test_the_sun_of_the_reference_period_is_within_the_catalogue(event, lat, lon, zone):
    bounds = read_toml("horaires.toml")["soleil"][event]
    here = ZoneInfo(zone)
    rule = OpeningHours(f"{event}-24:00", timezone=here, coords=(lat, lon))
    start = reference_start().replace(tzinfo=here)
    seen = [
        begin.strftime("%H:%M")
        for begin, _, state, _ in rule.intervals(start, start + timedelta(days=DAYS))
        if state == State.OPEN
    ]
    assert len(seen) == DAYS
    assert all(bounds["plus_tot"] <= at <= bounds["plus_tard"] for at in seen)
