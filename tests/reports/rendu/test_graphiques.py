"""Pictures: classes against a plain count, axes that hold every value, maps that keep every shape."""

import re
from itertools import combinations
from pathlib import Path

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
    slack = 1e-5 * max(1.0, float(np.ptp(known)))  # what floating point loses in rounding
    assert cuts.minimum <= known[0] + slack
    assert known[-1] <= cuts.bornes[-1] + slack
    assert len({text for _, text in cuts.libelles("")}) == len(cuts.bornes)


@given(VALUES, st.sampled_from(list(couleurs.METHODES)), st.integers(2, 6), st.sampled_from(["part", "min"]))
@example(np.array([0.0, 0.1, 0.3, 0.9993, 0.9996, 1.0]), "quantiles", 6, "part")
@example(np.array([0.875, 0.88, 0.923, 0.943, 0.9987, 1.0]), "quantiles", 6, "part")
def test_bounds_are_numbers_one_can_say(values, methode, count, unite) -> None:
    """At most one decimal, each class wider than what rounding can tell, all different in words."""
    cuts = couleurs.classes(values, methode, count, "moins", 3 if unite == "part" else 0, unite)
    if cuts is None:
        return
    said = [text for _, text in cuts.libelles(unite)]
    assert len(set(said)) == len(said)
    assert not any(re.search(r",\d\d", text) for text in said)
    assert not any(re.match(r"plus de 99,\d à 100", text) for text in said) or np.nanmin(values) > 0.9


def test_the_palette_is_that_of_the_style_sheet() -> None:
    """Live maps and pictures that leave the page take the colours of the classes."""
    sheet = (Path(__file__).parents[3] / "assets" / "styles" / "_graphiques.scss").read_text("utf-8")
    for name, colours in (("echelle", couleurs.ECHELLE), ("bivariee", couleurs.BIVARIEE)):
        assert f"${name}: {', '.join(colours)};" in sheet
    assert f"fill: {couleurs.SANS_VALEUR};" in sheet


def test_whole_minutes_are_kept_where_they_tell_as_many_classes() -> None:
    minutes = np.array([0.9, 3.02, 3.61, 4.93, 6.2, 8.1, 21.7])
    cuts = couleurs.classes(np.repeat(minutes, 5), "quantiles", 6, "moins", 0, "min")
    assert cuts is not None
    assert cuts.minimum == 0
    assert all(bound == round(bound) for bound in cuts.bornes)
    assert cuts.bornes[-1] == 22


# The same figures, on a page and in a report: which class, and in which words. Bounds 3, 4, 5, 7, 9 minutes.
EDGES = [
    (2.9, "jusqu’à 3"), (3.0, "jusqu’à 3"), (3.001, "plus de 3 à 4"), (7.0, "plus de 5 à 7"),
    (7.04, "plus de 7 à 9"), (9.0, "plus de 7 à 9"), (9.1, "plus de 9"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "words"), EDGES)
def test_a_value_on_an_edge_is_in_the_class_the_edge_ends(value, words) -> None:
    cuts = couleurs.fixed_classes((3, 4, 5, 7, 9), "moins")
    assert dict(cuts.libelles("min"))[cuts.classe(value)] == words


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


@pytest.mark.parametrize(
    "values", [[19_588.0, 22_450.0], [0.02, 0.98], [3.0, 5.5], [1_000_000.0, 9_000_000.0]]
)
@pytest.mark.parametrize("largeur", [560, 320])
def test_the_steps_of_a_band_stand_inside_its_picture(values, largeur) -> None:
    drawn = bande.bande(bande.nuage(np.array(values), largeur), values[0], values[1], "€", 0, None)
    for place, label in re.findall(r'<text x="([\d.]+)" y="43"[^>]*>([^<]+)</text>', drawn):
        half = len(label) * 12 * 0.66 / 2  # the widest figure, at the size of the style sheet
        assert half <= float(place) <= largeur - half
