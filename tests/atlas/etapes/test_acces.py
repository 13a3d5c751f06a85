"""Capacity and effective access in an atlas: totals kept, hours counted, nothing counted twice."""

import numpy as np
import polars as pl
import pytest

from maillage.access.apl import load_professions
from maillage.access.decay import ErreurTemps
from maillage.atlas.etapes.acces import (
    list_schedules,
    make_domains,
    measure_distances,
    measure_hours,
    measure_slow_hours,
    read_figures,
)
from maillage.network.travel_times import Within

CELLS = pl.DataFrame({"lon": [3.0, 3.1], "lat": [50.5, 50.5]})
SITES = pl.DataFrame(
    {
        "lon": [3.0, 3.005, 3.1],
        "lat": [50.5, 50.5, 50.5],
        "type": ["france_services"] * 3,
        "itinerant": [False, False, True],
        "horaires": ["Mo 09:00-12:00", "Mo 11:00-19:00", "Tu 09:00-12:00"],
        "code_insee": ["59001", "59001", "59002"],
        "precision": ["adresse", "commune", "adresse"],
        "source": ["france_services"] * 3,
        "millesime": ["2024"] * 3,
    }
)


EXACT = ErreurTemps(np.array([np.inf]), np.ones((1, 3)))


class Nearby:
    """Every site within reach of the first cell only."""

    def within(self, sites, budget_ds):
        rows = np.arange(len(sites), dtype=np.int32)
        return Within(np.array([0, len(rows), len(rows)]), rows, np.zeros(len(rows), np.uint32))


def test_itinerant_sites_are_no_permanent_access():
    ((kind, sites),) = list_schedules(SITES)
    assert kind == "france_services"
    assert sites.height == 2


def test_hours_by_mode_evening_and_saturday():
    ((kind, sites),) = list_schedules(SITES)
    figures = measure_hours(kind, sites, Nearby(), EXACT)
    assert figures["heures_france_services_voiture"].tolist() == [10, 0]
    assert figures["soir_france_services"].tolist() == [1, 0]
    assert figures["samedi_france_services"].tolist() == [0, 0]
    # on foot 350 m are near, 7 km are not; on roads, what the roads say
    for times in (None, Nearby()):
        on_foot = measure_slow_hours(kind, "marche", sites, times, CELLS)
        assert on_foot["heures_france_services_marche"].tolist() == [10, 0]


def test_hours_only_possible_make_the_upper_end():
    ((kind, sites),) = list_schedules(SITES)
    rdv = sites.with_columns(horaires=pl.Series(["Mo 09:00-12:00", 'Mo 11:00-13:00 || Tu 18:00-20:00 "rdv"']))
    figures = measure_hours(kind, rdv, Nearby(), EXACT)
    slow = measure_slow_hours(kind, "marche", rdv, Nearby(), CELLS)
    for mode, found in (("voiture", figures), ("marche", slow)):
        ends = [found[f"heures_france_services_{mode}{end}"].tolist() for end in ("_bas", "", "_haut")]
        assert ends == [[4, 0], [4, 0], [6, 0]]
    assert figures["soir_france_services"].tolist() == [0, 0]


def test_places_by_appointment_only_leave_every_hour_unknown():
    ((kind, sites),) = list_schedules(SITES)
    rdv = sites.with_columns(horaires=pl.lit('"sur rendez-vous"'))
    figures = measure_hours(kind, rdv, Nearby(), EXACT)
    for name, values in figures.items():
        np.testing.assert_array_equal(values, [np.nan, 0], err_msg=name)


def test_distances_are_metres():
    metres = measure_distances(CELLS, SITES)
    expected = 0.1 * 111_320 * np.cos(np.radians(50.5))
    assert metres[0, 2] == pytest.approx(expected, rel=0.01)
    assert metres[0, 0] == 0


def test_simulated_supply_stays_so():
    lot = {
        "acces": pl.DataFrame({"apl_medecin": [1.0, None]}),
        "origine": pl.DataFrame(
            {"nom": ["apl_medecin"], "source": ["faux"], "millesime": ["2020"], "fiabilite": ["estime"]}
        ),
    }
    figure = read_figures(lot, frozenset({"faux"}))["acces_apl_medecin"]
    assert figure.fiabilite.tolist() == [3, 3]
    assert np.isnan(figure.valeurs[1])
    domains = make_domains(lot)
    assert [v.id for v in domains["profession"]] == ["medecin"]
    assert domains["soin"][0].unite == load_professions()["medecin"].unite
    assert domains["horaire"] == ()
