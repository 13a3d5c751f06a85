"""Statistics about the same people, attacked together: every sum shown is an equation, for all at once."""

import numpy as np
import pytest
from scipy.optimize import linprog

from maillage.territoires.secret import find_minimum, list_families, suppress, suppress_together

MINIMUM = 5
PARTS = 3


def make_family(seed, communes=14, epcis=4):
    """Parts that add up to a total in each commune, then by EPCI and in the département."""
    rng = np.random.default_rng(seed)
    chances = [0.1, 0.05, 0.05, 0.05, 0.15, 0.2, 0.2, 0.2]
    parts = rng.choice([0.0, 1, 2, 4, 7, 12, 60, 200], (PARTS, communes), p=chances)
    up = np.sort(rng.integers(0, epcis, communes)).astype(np.int32)
    figures = np.vstack([parts.sum(axis=0), parts])
    tables = [[x, np.bincount(up, x, epcis), np.array([x.sum()])] for x in figures]
    return tables, [up, np.zeros(epcis, np.int32)]


def equations(tables, parents, hidden):
    """What is shown, on the unknowns x[statistic, commune]; ``hidden[statistic][level]``."""
    statistics, communes = len(tables), len(tables[0][0])
    left, right = [], []

    def show(statistic, members, value):
        row = np.zeros((statistics, communes))
        row[statistic, members] = 1
        left.append(row.ravel())
        right.append(value)

    for s, levels in enumerate(tables):
        for c in np.flatnonzero(~hidden[s][0]):
            show(s, c, levels[0][c])
        for e in np.flatnonzero(~hidden[s][1]):
            show(s, parents[0] == e, levels[1][e])
        if not hidden[s][2][0]:
            show(s, slice(None), levels[2][0])
    for c in range(communes):  # everybody knows that the total is the sum of its parts
        row = np.zeros((statistics, communes))
        row[0, c], row[1:, c] = 1, -1
        left.append(row.ravel())
        right.append(0.0)
    return np.array(left), np.array(right)


def guess(left, right, unknown):
    """Lowest and highest value of one unknown, counts being at least 0."""
    target = np.zeros(left.shape[1])
    target[unknown] = 1
    found = [linprog(sign * target, A_eq=left, b_eq=right, bounds=(0, None)).fun for sign in (1, -1)]
    return found[0], -found[1]


def attack(tables, parents, hidden):
    """The tightest guess on any small count: its width."""
    communes = len(tables[0][0])
    left, right = equations(tables, parents, hidden)
    widths = []
    for s, levels in enumerate(tables):
        for c in np.flatnonzero((levels[0] > 0) & (levels[0] < MINIMUM)):
            low, high = guess(left, right, s * communes + c)
            widths.append((high - low, high))
    return widths


@pytest.mark.parametrize("seed", range(5))
def test_no_small_count_comes_out_of_all_the_statistics_together(seed):
    tables, parents = make_family(seed)
    together = suppress_together(tables, parents, [MINIMUM] * len(tables))
    widths = attack(tables, parents, [together] * len(tables))
    assert widths, "nothing small: the table proves nothing"
    for width, high in widths:
        assert width >= MINIMUM - 1e-6
        assert high >= MINIMUM - 1e-6, "the attacker knows that it is a small count"


def test_each_statistic_protected_alone_would_leak():
    """The attack is able to win: somewhere, the total minus the other parts gives a small count."""
    widths = []
    for seed in range(5):
        tables, parents = make_family(seed)
        alone = [suppress(table, parents, MINIMUM) for table in tables]
        widths += [width for width, _ in attack(tables, parents, alone)]
    assert min(widths) < 1e-6


def test_the_same_count_published_twice_is_hidden_in_both():
    """Two files count the same households; the second hides another commune beside the small one."""
    first = [np.array([3.0, 9.0, 8.0, 50.0]), np.array([70.0])]
    second = [np.array([3.0, 7.0, 12.0, 50.0]), np.array([72.0])]
    up = [np.zeros(4, np.int32)]
    assert not np.array_equal(suppress(first, up, 5)[0], suppress(second, up, 5)[0])
    together = suppress_together([first, second], up, [5, 5])[0]
    assert together.tolist() == [True, False, True, False], "8 and 12 protect it in both"


def test_one_statistic_alone_is_hidden_as_before():
    tables, parents = make_family(1)
    alone, together = suppress(tables[1], parents, 5), suppress_together([tables[1]], parents, [5])
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_nothing_small_hides_nothing():
    counts = [np.array([5.0, 9.0]), np.array([14.0])]
    hidden = suppress_together([counts, counts], [np.zeros(2, np.int32)], [5, 5])
    assert not any(level.any() for level in hidden)


def test_families_are_of_statistics_that_have_a_threshold_and_each_is_in_one():
    every = [name for family in list_families() for name in family]
    assert len(every) == len(set(every))
    assert all(find_minimum(name) for name in every)
