"""What places say of themselves, counted by commune: only what is said counts, and by whom is kept."""

import numpy as np
import polars as pl
import pytest

from maillage.access.evaluation.horloge import Horloge
from maillage.atlas.etapes.grandeurs import Origines
from maillage.atlas.etapes.grandeurs_lieux import count_in_zones, count_places, find_waits, make_domains
from maillage.atlas.etapes.inventaires import COLUMNS, fit

PLACES = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "type": ["france_services"] * 3 + ["pmi"],
        "code_insee": ["59001", "59001", "59002", "59002"],
        "precision": ["adresse", "commune", "adresse", "adresse"],
        "effectif": [1, 1, 1, 2],
        "horaires": ["Mo 09:00-12:00", None, None, None],
        "source": ["france_services"] * 3 + ["lieux_departement"],
        "millesime": ["2024", "2024", "2024", ""],
        "fiabilite": ["observe"] * 4,
        "capacite": [100.0, None, 50.0, 10.0],
        "activite": [90.0, 20.0, 60.0, None],
        "delai_jours": [None, None, None, 12.0],
        "accessible": [True, None, False, None],
        "maj": [None, None, "2020-05-01", None],
        "complement_source": ["capacites", "capacites", "capacites", "lieux_departement"],
        "complement_millesime": ["2025", "2025", "2025", "2025"],
    }
)


@pytest.fixture
def places():
    return fit(PLACES)


@pytest.fixture
def contexte():
    communes = pl.DataFrame({"code_insee": ["59001", "59002", "59003"]})
    return Origines(communes, pl.DataFrame(), pl.DataFrame(), {}, {}, frozenset())


def test_published_hours_count_only_places_known_one_by_one(places, contexte):
    counts = count_places(places, contexte)
    assert counts["implantations_adresse"].valeurs.tolist() == [1, 2, 0]
    assert counts["implantations_horaires"].valeurs.tolist() == [1, 0, 0]


def test_capacity_and_activity_are_summed_over_the_places_that_state_both(places, contexte):
    counts = count_places(places, contexte)
    figures = {name: counts[f"{name}_france_services"].valeurs.tolist() for name in ("capacite", "activite")}
    assert figures == {"capacite": [100, 50, 0], "activite": [90, 60, 0]}
    assert counts["jauges_france_services"].valeurs.tolist() == [1, 1, 0]
    assert counts["lieux_france_services"].valeurs.tolist() == [2, 1, 0]
    assert counts["capacite_france_services"].sources == {"capacites"}
    assert counts["capacite_france_services"].millesime == "2025"
    assert "capacite_pmi" not in counts


def test_age_runs_from_the_last_check_else_from_the_list(places, contexte):
    """59002: one place checked in 2020 (four years before the newest), two facilities undated."""
    counts = count_places(places, contexte)
    assert counts["anciennete_ans"].valeurs.tolist() == [0, 4, 0]
    assert counts["lieux_dates"].valeurs.tolist() == [2, 1, 0]
    assert counts["lieux_recenses"].valeurs.tolist() == [2, 3, 0]


def test_accessibility_is_counted_only_where_it_is_stated(places, contexte):
    counts = count_places(places, contexte)
    assert counts["lieux_accessibles"].valeurs.tolist() == [1, 0, 0]
    assert counts["lieux_accessibilite_dite"].valeurs.tolist() == [1, 1, 0]


def test_nothing_said_makes_no_figure(places, contexte):
    silent = places.with_columns(
        pl.lit(None, COLUMNS[name]).alias(name)
        for name in ("capacite", "activite", "accessible", "delai_jours", "complement_source")
    )
    counts = count_places(silent, contexte)
    assert not [name for name in counts if name.startswith(("capacite", "activite", "lieux_acc"))]
    assert make_domains(silent) == {"jauge": (), "attente": ()}


def test_an_invented_source_makes_invented_figures(places):
    communes = pl.DataFrame({"code_insee": ["59001"]})
    invented = Origines(communes, pl.DataFrame(), pl.DataFrame(), {}, {}, frozenset({"capacites"}))
    counts = count_places(places, invented)
    assert counts["capacite_france_services"].fiabilite.tolist() == [3]
    assert counts["implantations_adresse"].fiabilite.tolist() == [3]


def test_the_wait_is_that_of_the_nearest_place(places, contexte):
    site = np.array([[0, 3], [1, -1]], np.int32)
    time_ds = np.array([[600, 900], [600, 2**32 - 1]], np.uint32)
    grade = np.zeros(4, np.uint8)
    clock = Horloge(time_ds, site, ("france_services", "pmi"), 2, grade, {}, frozenset())
    waits = find_waits(places, clock, contexte)
    assert list(waits) == ["delai_proche_pmi"]
    np.testing.assert_equal(waits["delai_proche_pmi"].valeurs, [12.0, np.nan])
    assert waits["delai_proche_pmi"].fiabilite.tolist() == [2, 2], "as sure as the times that chose the place"
    assert [v.id for v in make_domains(places)["attente"]] == ["pmi"]


def test_people_of_neighbourhoods_that_overlap_are_not_counted_twice():
    zones = pl.DataFrame({"carreau": [0, 0, 2], "zone": [0, 1, 1], "part": [0.5, 0.75, 0.2]})
    np.testing.assert_allclose(count_in_zones(zones, np.array([100.0, 50.0, 10.0])), [100.0, 0.0, 2.0])
