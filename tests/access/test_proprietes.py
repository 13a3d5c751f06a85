"""Properties and oracles of the formulas of access: scale, monotony, totals, laws drawn by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from maillage.access.accueil import places_per_hundred, second_choice
from maillage.access.equity import concentration_index, fgt, gini
from maillage.access.evaluation.agregation import Maille, carry
from maillage.access.evaluation.registre import Resultat
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.indicateurs.durees import part_au_dela
from maillage.access.indicateurs.equite import fgt_deux, fgt_un
from maillage.access.indicateurs.information import a_portee
from maillage.access.saturation import find_no_room, saturation
from maillage.catalogue.temps_estimes import Residus, load_residus
from maillage.network.estimate.formula import Habitants
from maillage.network.estimate.residuals import chance_beyond, excess_beyond, range_of
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import Points, Sites

EXAMPLES = settings(max_examples=60, deadline=None)
TIMES = arrays(np.float64, 12, elements=st.floats(30, 3000))
PEOPLE = arrays(np.float64, 12, elements=st.floats(1, 500))
LAW = load_residus("plaine", "panier")


def one_territory(n):
    return Maille(np.arange(n, dtype=np.int32), np.zeros(n, np.int32), np.ones(n), 1, n)


def draw_residuals(law, band, size, seed=1):
    """Residuals of one band, drawn from its quantiles."""
    return np.interp(np.random.default_rng(seed).random(size), law.quantiles, law.ln_rapport[band])


@pytest.mark.parametrize("seed", range(4))
def test_adding_a_service_never_lengthens_the_way_to_the_nearest(seed):
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(3, 3.3, (2, 60))
    places = Points(lon, lat + 47)
    times = Estimate(places, Habitants(places, rng.uniform(1, 900, 60)))
    sites = Points(*(rng.uniform(low, low + 0.3, 9) for low in (3, 50)))
    kinds = rng.integers(0, 2, 9).astype(np.int32)
    before = times.nearest(Sites(Points(sites.lon[:-1], sites.lat[:-1]), kinds[:-1], 2)).time_ds
    after = times.nearest(Sites(sites, kinds, 2)).time_ds
    assert (after <= before).all()
    k = times.k_nearest(Sites(sites, kinds, 2), 2).time_ds
    assert (k[:, :, 0] <= k[:, :, 1]).all()


@EXAMPLES
@given(TIMES)
def test_a_second_choice_never_comes_before_the_first(first):
    second = first * 1.5
    second[::3] = np.inf
    extra, exists = second_choice(first[:, None], second[:, None])
    assert (extra[exists] >= 0).all()
    np.testing.assert_allclose(extra[exists], 0.5 * first[:, None][exists])
    assert np.isnan(extra[~exists]).all()


@EXAMPLES
@given(PEOPLE, st.floats(0.1, 9))
def test_places_are_all_given_out_and_follow_their_number(children, factor):
    rng = np.random.default_rng(3)
    weights = csr_array(rng.choice([0.1, 0.3, 1.0], (12, 4)))
    places = rng.integers(1, 60, 4).astype(float)
    found = places_per_hundred(weights, places, children)
    assert found @ children / 100 == pytest.approx(places.sum())
    np.testing.assert_allclose(places_per_hundred(weights, factor * places, children), factor * found)


def test_full_is_at_capacity_exactly_and_more_room_never_condemns():
    reach = csr_array(np.array([[1.0, 1.0], [0.0, 1.0]]))
    full = find_no_room(reach, saturation(np.array([100.0, 99.9]), np.array([100.0, 99.9])))
    assert full.tolist() == [1.0, 1.0]
    roomier = find_no_room(reach, saturation(np.array([100.0, 99.9]), np.array([100.1, 99.9])))
    assert roomier.tolist() == [0.0, 1.0]
    assert (roomier <= full).all()


@EXAMPLES
@given(TIMES, PEOPLE)
def test_fgt_by_places_is_fgt_of_everybody(times, people):
    """The mean of each place's term, weighted by people, is the index of Foster, Greer and Thorbecke."""
    panier = times[:, None]
    for alpha, term in ((1, fgt_un), (2, fgt_deux)):
        mean = term(panier, 7) @ people / people.sum()
        assert mean == pytest.approx(fgt(times, people, 420.0, alpha), abs=1e-9)


@EXAMPLES
@given(TIMES)
def test_the_excess_under_errors_is_that_of_times_drawn_by_hand(times):
    """Oracle: the mean over many drawn residuals, band by band."""
    law = LAW
    for alpha in (1, 2):
        found = excess_beyond(times, 420.0, law, alpha).expected
        bands = np.searchsorted(law.borne_haute_s[:-1], times, side="right")
        for time, band, value in zip(times[:3], bands[:3], found[:3], strict=True):
            drawn = time * np.exp(draw_residuals(law, band, 40_000))
            by_hand = (np.maximum(drawn / 420 - 1, 0) ** alpha).mean()
            assert value == pytest.approx(by_hand, rel=0.12, abs=2e-3)


@EXAMPLES
@given(TIMES)
def test_intervals_hold_their_figure_and_widen_with_what_errors_share(times):
    low, high = range_of(times, LAW)
    assert (low <= times).all()
    assert (times <= high).all()
    shared = Residus(LAW.borne_haute_s, LAW.quantiles, LAW.ln_rapport, correlation=1.0)
    widest = range_of(times, shared)
    assert (widest[0] <= low + 1e-9).all()
    assert (widest[1] >= high - 1e-9).all()
    for found in (excess_beyond(times, 420.0, LAW, 1), chance_beyond(times, 420.0, LAW)):
        assert (found.low <= found.expected).all()
        assert (found.expected <= found.high).all()


def test_without_errors_expectations_are_the_figures_themselves():
    law = Residus((np.inf,), (0.0, 1.0), ((0.0, 0.0),), correlation=0.3)
    times = np.array([419.0, 420.0, 840.0])
    assert excess_beyond(times, 420.0, law, 1).expected.tolist() == [0, 0, 1]
    np.testing.assert_allclose(range_of(times, law), [times, times])


@EXAMPLES
@given(TIMES)
def test_within_reach_and_beyond_share_everybody(times):
    within, beyond = a_portee(times, 20, LAW), part_au_dela(times, 20, LAW)
    assert isinstance(within, Resultat)
    assert isinstance(beyond, Resultat)
    np.testing.assert_allclose(within.valeurs + beyond.valeurs, 1)
    np.testing.assert_allclose(within.bas + beyond.haut, 1)


@EXAMPLES
@given(TIMES, PEOPLE, st.floats(0.1, 10))
def test_a_group_spread_as_everybody_has_no_gap_and_scale_changes_nothing(times, people, factor):
    one, figure = one_territory(12), Valeurs.observe(times)
    same = carry(figure, one, "ecart", factor * people, people)
    assert same.valeurs[0] == pytest.approx(0, abs=1e-7)
    group = people * np.linspace(0, 1, 12)
    gap = carry(figure, one, "ecart", group, people).valeurs[0]
    assert carry(figure, one, "ecart", factor * group, people).valeurs[0] == pytest.approx(gap, abs=1e-7)
    expected = times @ group / group.sum() - times @ people / people.sum()
    assert gap == pytest.approx(expected, abs=1e-7)


@EXAMPLES
@given(TIMES, PEOPLE)
def test_concentration_by_the_figure_itself_is_gini_and_reversed_is_its_opposite(times, people):
    one, figure = one_territory(12), Valeurs.observe(times)
    found = carry(figure, one, "concentration", people, times).valeurs[0]
    assert found == pytest.approx(gini(times, people))
    assert carry(figure, one, "concentration", people, -times).valeurs[0] == pytest.approx(-found)
    assert abs(concentration_index(times, people, np.arange(12.0))) <= found + 1e-9


def test_places_whose_rank_or_group_is_unknown_are_out_of_the_figure():
    one, figure = one_territory(3), Valeurs.observe([300, 500, 900])
    people = np.array([10.0, 10.0, 80.0])
    rank = np.array([1.0, 2.0, np.nan])
    two = concentration_index(np.array([300.0, 500.0]), people[:2], rank[:2])
    assert carry(figure, one, "concentration", people, rank).valeurs[0] == pytest.approx(two)
    everybody = np.array([10.0, 10.0, np.nan])
    gap = carry(figure, one, "ecart", np.array([5.0, 0.0, 0.0]), everybody).valeurs[0]
    assert gap == pytest.approx(300 - 400)
