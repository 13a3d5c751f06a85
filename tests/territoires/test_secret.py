"""Play the attacker: everything shown is an equation; nothing hidden may come out of them."""

import numpy as np
import pytest
from scipy.optimize import linprog

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.territoires.secret import check_nested, find_minimum, suppress

MINIMUM = 5


def make_table(seed, communes=40, epcis=6):
    rng = np.random.default_rng(seed)
    count = rng.choice(
        [0, 1, 2, 3, 4, 6, 9, 20, 150], communes, p=[0.1] * 4 + [0.05] + [0.1] * 2 + [0.2, 0.15]
    )
    up = np.sort(rng.integers(0, epcis, communes)).astype(np.int32)
    epci = np.bincount(up, count, epcis)
    return [count.astype(float), epci, np.array([count.sum()], float)], [up, np.zeros(epcis, np.int32)]


def guess_range(counts, parents, hidden, commune):
    """Lowest and highest count of a commune that all that is shown allows, counts being at least 0."""
    n = len(counts[0])
    totals = [(np.eye(n)[i], counts[0][i]) for i in np.flatnonzero(~hidden[0])]
    totals += [
        ((parents[0] == e).astype(float), counts[1][e])
        for e in np.flatnonzero(~hidden[1])
        if (parents[0] == e).any()
    ]
    totals += [(np.ones(n), counts[2][0])] if not hidden[2][0] else []
    left, right = np.array([row for row, _ in totals]), np.array([value for _, value in totals])
    bounds = [
        linprog(sign * np.eye(n)[commune], A_eq=left, b_eq=right, bounds=(0, None)).fun for sign in (1, -1)
    ]
    return bounds[0], -bounds[1]


@pytest.mark.parametrize("seed", range(6))
def test_no_hidden_count_can_be_found_by_difference(seed):
    counts, parents = make_table(seed)
    hidden = suppress(counts, parents, MINIMUM)
    secret = np.flatnonzero((counts[0] > 0) & (counts[0] < MINIMUM))
    assert hidden[0][secret].all()
    for commune in secret:
        low, high = guess_range(counts, parents, hidden, commune)
        assert low == pytest.approx(0)
        assert high >= MINIMUM, "the attacker knows that it is a small count"


def test_primary_suppression_alone_would_leak():
    """The attack above is able to win."""
    counts = [np.array([3.0, 20.0, 50.0]), np.array([73.0]), np.array([73.0])]
    parents = [np.zeros(3, np.int32), np.zeros(1, np.int32)]
    hidden = [counts[0] < MINIMUM, np.array([False]), np.array([False])]
    assert guess_range(counts, parents, hidden, 0) == pytest.approx((3, 3))


def test_a_lonely_small_commune_hides_its_epci_and_another_one():
    counts = [np.array([3.0, 40.0, 60.0]), np.array([3.0, 100.0]), np.array([103.0])]
    parents = [np.array([0, 1, 1], np.int32), np.zeros(2, np.int32)]
    hidden = suppress(counts, parents, MINIMUM)
    assert hidden[0].tolist() == [True, False, True]
    assert hidden[1].tolist() == [True, True]


def test_nothing_small_nothing_hidden():
    counts = [np.array([0.0, 5.0, 60.0]), np.array([65.0])]
    assert not any(level.any() for level in suppress(counts, [np.zeros(3, np.int32)], MINIMUM))


def test_what_the_source_already_hides_is_protected_too():
    counts = [np.array([np.nan, 12.0, 60.0]), np.array([75.0])]
    assert suppress(counts, [np.zeros(3, np.int32)], MINIMUM)[0].tolist() == [True, True, False]


def test_a_second_mesh_that_is_not_nested_is_refused():
    check_nested(["commune", "epci", "departement"])
    with pytest.raises(EntreeInvalide) as raised:
        check_nested(["commune", "epci", "arrondissement", "canton"])
    assert [("arrondissement" in f.quoi, "canton" in f.quoi) for f in raised.value.fautes] == [
        (True, False),
        (False, True),
    ]


def test_two_meshes_that_cross_would_let_a_count_be_found():
    """Why it is refused: EPCI {a, b, c} and arrondissement {b, c} give a."""
    a, b, c = 3.0, 4.0, 50.0
    assert (a + b + c) - (b + c) == a


def test_rules_come_from_the_catalogue():
    assert find_minimum("css_gratuite") == 10
    assert find_minimum("revenu_median") is None
