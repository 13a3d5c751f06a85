"""Estimated times against published ones: the measure by hand, and the decision on the data lent."""

import numpy as np
import polars as pl
import pytest

from bench.temps_publies import (
    ABSENTS,
    COMPARABLES,
    TYPES,
    Monde,
    Nord,
    describe,
    measure_error,
    read_published,
)
from bench.temps_publies_page import compute_all
from bench.temps_publies_refit import PAS_CONSTANTE, PAS_EXPOSANT, Grille, split_services
from bench.temps_publies_tables import list_statistics, load_results, measure_gaps
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.temps_estimes import Formule, load_formule
from maillage.network.estimate.formula import Habitants
from maillage.network.travel_times import Points

DEGREE_KM = DEGREE_M / 1000
PLAIN = Formule(np.log(3.0), 0, 0, 0, 1.0, 0, 100, 3, 20, 200)  # 3 minutes a km, nobody around


def east(*km):
    """Points on the equator, kilometres east of the origin."""
    return Points(np.array(km, float) / DEGREE_KM, np.zeros(len(km)))


def places(km, numbers, precision="commune"):
    lon = np.array(km, float) / DEGREE_KM
    size = len(km)
    return pl.DataFrame(
        {"lon": lon, "lat": np.zeros(size), "effectif": numbers, "precision": [precision] * size}
    )


@pytest.fixture
def monde():
    """Two cells of 1 km, 10 km apart, 300 and 100 people; a French cell beyond the border at 13 km."""
    nobody = Habitants(Points(np.zeros(1), np.zeros(1)), np.zeros(1))
    known = {"X": places([0], [4]), "Y": places([0], [1], "adresse")}
    return Monde(east(0, 10), np.array([300.0, 100.0]), nobody, 1000.0, known, pl.DataFrame(), east(13))


def test_deciles_are_of_people():
    """Nine tenths of people do not exceed 5 minutes, one tenth is at 1."""
    assert describe(np.array([9.0, 5.0, 1.0]), np.array([10.0, 80.0, 10.0])).tolist() == [5.0, 5.0, 1.0, 5.0]
    assert measure_error(np.array([[2.0, 1.0]]), np.array([[1.0, 2.0]])) == pytest.approx(np.log(2))


def test_times_of_two_cells_by_hand(monde):
    """People of the first cell are 1/√6 km from its centre, those of the second √(100 + 1/6)."""
    nord = Nord(monde, ("X", "Y"))
    minutes = nord.compute_minutes(PLAIN)
    assert minutes[:, 0] == pytest.approx([3 / 6**0.5, 3 * (100 + 1 / 6) ** 0.5], abs=2e-3)
    mean, median, _, high = nord.describe(minutes)[0]
    assert mean == pytest.approx((3 * minutes[0, 0] + minutes[1, 0]) / 4)
    assert (median, high) == (minutes[0, 0], minutes[1, 0])


def test_the_other_extreme_of_the_border_shortens_what_is_not_known_there_only(monde):
    nord = Nord(monde, ("X", "Y"))
    near, far = (nord.describe(nord.compute_minutes(PLAIN), beyond=beyond) for beyond in (False, True))
    assert far[0, 3] == pytest.approx(3 * (9 + 1 / 6) ** 0.5, abs=2e-3)
    assert far[1].tolist() == near[1].tolist()


def test_places_spread_over_their_cell_are_nearer_when_many(monde):
    """Four of them: a²/12; at an address: a²/6 as before."""
    nord = Nord(monde, ("X", "Y"))
    nord.estimate.formule = PLAIN
    minutes = nord.compute_spread_minutes()
    assert minutes[0, :2] == pytest.approx([3 / 12**0.5, 3 / 6**0.5], abs=2e-3)


def test_halves_are_fixed_and_share_nothing():
    fitting, judging = split_services()
    assert sorted(fitting + judging) == sorted(COMPARABLES)
    assert len(fitting) == len(judging)
    assert (fitting, judging) == split_services(tuple(reversed(COMPARABLES)))


def test_refit_finds_the_scale_that_was_wrong():
    """Two services estimated a tenth too long, and an Isère that does not care: ln 1.1 less."""
    shape = len(PAS_CONSTANTE), len(PAS_EXPOSANT)
    error = np.abs(np.log(1.1) + PAS_CONSTANTE[:, None]) + np.abs(PAS_EXPOSANT)
    grid = Grille(PLAIN, ("A", "B"), np.stack([error, error]), np.stack([error, error]), np.ones(shape))
    found = grid.read(grid.refit(np.array([0, 1])))
    assert found.constante == pytest.approx(np.log(3.0 / 1.1), abs=0.006)
    assert found.exposant == 1.0


def test_the_file_holds_every_service_of_the_protocol(donnees):
    for departement in ("59", "FR"):
        assert set(read_published(donnees / "temps_acces_departements.csv", departement)) == {
            *TYPES,
            *ABSENTS,
        }


@pytest.mark.lent
def test_the_rule_decides_which_formula_ships(atlas_du_nord, donnees):
    """Recomputed on the data lent: the formula that ships is the one that the rule keeps."""
    everything = compute_all(atlas_du_nord, donnees)
    mean = {name: table[: len(COMPARABLES), 0].sum() for name, table in everything.tables.items()}
    assert mean["present_au_dela"] < mean["publie"] < mean["present"] < 1.05 * mean["publie"]
    assert measure_gaps("present", rare=False)[0] > 0 > measure_gaps("present", rare=True)[1]
    stored = list_statistics("present", ("juge", "ajuste", "approche"))
    assert everything.tables["present"] == pytest.approx(stored, abs=0.02), "bench.temps_publies_page"
    found = everything.decision
    results, shipped = load_results(), load_formule()
    kept = found.formule if found.adoptee else shipped
    assert (shipped.constante, shipped.exposant) == (kept.constante, kept.exposant)
    assert found.adoptee == results["decision"]["adoptee"]
    assert list(found.conditions) == results["decision"]["conditions"]
    assert found.jugement == pytest.approx(results["decision"]["jugement"], abs=0.01)
    assert (shipped.constante, shipped.exposant) == (
        results["present"]["constante"],
        results["present"]["exposant"],
    )
