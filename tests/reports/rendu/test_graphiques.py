"""Pictures: classes against a plain count, axes that hold every value, maps that keep every shape."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maillage.reports.rendu import axes, bande, couleurs, naturelles, profil

VALUES = st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), min_size=1, max_size=60).map(np.array)


@given(VALUES)
@example(np.array([0.0, 5e-324]))
@example(np.array([1e6, 1e6 + 2e-10]))
def test_an_axis_holds_every_value(values) -> None:
    known = values[np.isfinite(values)]
    scale = axes.axe(values, 0, 100)
    slack = 1e-6 * scale.pas
    assert all(scale.bas - slack <= v <= scale.haut + slack for v in known)
    assert 2 <= len(scale.graduations) <= 12


@given(VALUES, st.sampled_from(["quantiles", "egales"]), st.integers(2, 6))
def test_classes_are_ordered_and_cover_all(values, methode, count) -> None:
    cuts = couleurs.classes(values, methode, count, "moins", 1)
    known = np.sort(values[np.isfinite(values)])
    if cuts is None:
        assert not len(known)
        return
    tints = [cuts.classe(float(v)) for v in known]
    assert tints == sorted(tints)
    assert set(tints) <= set(range(1, 7))
    assert cuts.classe(float("nan")) == 0
    assert cuts.bornes[-1] == pytest.approx(known[-1])


def test_quantiles_share_out() -> None:
    values = np.arange(1.0, 601.0)
    cuts = couleurs.classes(values, "quantiles", 6, "moins", 0)
    assert cuts is not None
    tints = [cuts.classe(v) for v in values]
    assert [tints.count(c) for c in range(1, 7)] == [100] * 6


def test_natural_breaks_find_the_gap() -> None:
    values = np.array([1.0, 1.1, 1.2, 9.0, 9.1, 9.2])
    cuts = couleurs.classes(values, "naturelles", 2, "moins", 1)
    assert cuts is not None
    assert cuts.bornes == pytest.approx((1.2, 9.2))


@given(st.lists(st.integers(0, 60), min_size=1, max_size=9), st.integers(2, 4))
def test_natural_breaks_are_the_best_of_all_cuts(whole, count) -> None:
    """Against every way of cutting the sorted values; the best may be reached by several."""
    values = np.sort(np.array(whole, dtype=float))

    def gaps(runs) -> float:
        return sum(float(((run - run.mean()) ** 2).sum()) for run in runs if len(run))

    bounds = naturelles.natural_breaks(values, count)
    assert bounds[-1] == values[-1]
    assert list(bounds) == sorted(set(bounds))
    assert set(bounds) <= set(values)
    ours = gaps(np.split(values, np.searchsorted(values, bounds[:-1], side="right")))
    every = combinations(range(1, len(values)), min(count, len(values)) - 1)
    assert ours == pytest.approx(min(gaps(np.split(values, list(cut))) for cut in every), abs=1e-6)


def test_natural_breaks_of_many_values_stay_near_the_exact_ones() -> None:
    rng = np.random.default_rng(59)
    values = np.concatenate([rng.normal(mean, 1, 3000) for mean in (10, 40, 90)])
    bounds = naturelles.natural_breaks(values, 3)
    assert 12 < bounds[0] < 38
    assert 42 < bounds[1] < 88
    assert bounds[2] == values.max()


def test_an_unknown_place_draws_no_dot() -> None:
    values = np.array([1.0, 2.0, float("nan")])
    drawn = bande.bande(bande.nuage(values), None, 1.5, "min", 0, None)
    assert "<circle" not in drawn
    assert drawn.count("h0") == 2
    assert "non renseigné" in drawn
    assert "<circle" not in profil.ligne(None)
