"""Capacity and effective access in an atlas: totals kept, hours counted, nothing counted twice."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from maillage.access.apl import load_professions
from maillage.access.evaluation.portee import EXACT
from maillage.atlas.etapes.acces import Acces, make_domains, measure_distances
from maillage.atlas.etapes.inventaires import PLACES, fit
from maillage.network.travel_times import Within

CELLS = pl.DataFrame(
    {
        "lon": [3.0, 3.1],
        "lat": [50.5, 50.5],
        "population": [100.0, 100.0],
        "moins_15": [20.0, None],
        "de_15_a_64": [60.0, None],
        "plus_65": [20.0, 17.0],
        "dans_departement": [True, True],
    }
)
SITES = pl.DataFrame(
    {
        "id": ["a", "b", "c"],
        "lon": [3.0, 3.005, 3.1],
        "lat": [50.5, 50.5, 50.5],
        "type": ["france_services"] * 3,
        "itinerant": [False, False, True],
        "horaires": ["Mo 09:00-12:00", "Mo 11:00-19:00", "Tu 09:00-12:00"],
        "code_insee": ["59001", "59001", "59002"],
        "precision": ["adresse", "commune", "adresse"],
        "source": ["france_services"] * 3,
        "millesime": ["2024"] * 3,
        "effectif": [1, 1, 1],
        "fiabilite": ["observe", "impute", "observe"],
    }
)
KIND = "france_services"


class Nearby:
    """Every site within reach of the first cell only."""

    fiabilite = "observe"

    def within(self, sites, budget_ds):
        rows = np.arange(len(sites), dtype=np.int32)
        return Within(np.array([0, len(rows), len(rows)]), rows, np.zeros(len(rows), np.uint32))


def make_acces(sites: pl.DataFrame = SITES, seats: pl.DataFrame | None = None) -> Acces:
    inventaires = pl.DataFrame({"type": [KIND], "fixe": [True], "horaires": [True]})
    supply = {
        "implantations": fit(sites),
        "sieges": pl.DataFrame(schema=PLACES) if seats is None else fit(seats, PLACES),
        "inventaires": inventaires,
    }
    lots: dict[str, Any] = {"lieux": {"carreaux": CELLS}, "offre": supply, "reseau": {}}
    return Acces(lots, {"relief": "plaine", "convention": "mairie", "panier": "quotidien"}, Nearby)


def test_itinerant_sites_are_no_permanent_access():
    assert make_acces().scheduled == [KIND]
    # the bus opens on Tuesdays, and adds nothing
    assert make_acces().find(f"heures_{KIND}_voiture").valeurs.tolist() == [10, 0]


def test_hours_by_mode_evening_and_saturday():
    acces = make_acces()
    assert acces.error is EXACT
    assert acces.find(f"soir_{KIND}").valeurs.tolist() == [1, 0]
    assert acces.find(f"samedi_{KIND}").valeurs.tolist() == [0, 0]
    # on foot, without roads: 350 m are near, 7 km are not
    assert acces.find(f"heures_{KIND}_marche").valeurs.tolist() == [10, 0]
    # times do not err and hours are sure: nothing is in doubt
    assert acces.find(f"heures_{KIND}_voiture_bas") is None


def test_a_row_is_as_reliable_as_the_worst_of_its_sites():
    acces = make_acces()
    # one of the two sites within reach is seated by a convention, and the second cell reaches none
    for name in (f"heures_{KIND}_voiture", f"soir_{KIND}", f"samedi_{KIND}"):
        assert acces.find(name).fiabilite.tolist() == [1, 1]
    assert acces.find(f"heures_{KIND}_marche").fiabilite.tolist() == [2, 2]


def test_hours_only_possible_make_the_upper_end():
    rdv = ["Mo 09:00-12:00", 'Mo 11:00-13:00 || Tu 18:00-20:00 "rdv"', None]
    acces = make_acces(SITES.with_columns(horaires=pl.Series(rdv)))
    for mode in ("voiture", "marche"):
        name = f"heures_{KIND}_{mode}"
        ends = [acces.find(f"{name}{end}").valeurs.tolist() for end in ("_bas", "", "_haut")]
        assert ends == [[4, 0], [4, 0], [6, 0]]


def test_places_by_appointment_only_leave_every_hour_unknown():
    acces = make_acces(SITES.with_columns(horaires=pl.lit('"sur rendez-vous"')))
    for name in (f"heures_{KIND}_voiture", f"soir_{KIND}", f"samedi_{KIND}"):
        np.testing.assert_array_equal(acces.find(name).valeurs, [np.nan, 0], err_msg=name)


def test_distances_are_metres():
    metres = measure_distances(CELLS, SITES)
    expected = 0.1 * 111_320 * np.cos(np.radians(50.5))
    assert metres[0, 2] == pytest.approx(expected, rel=0.01)
    assert metres[0, 0] == 0


def test_heads_known_by_commune_are_shared_and_imputed():
    statistique = load_professions()["medecin"].statistique
    seats = SITES.head(1).with_columns(
        usage=pl.lit("statistique"), type=pl.lit(statistique), fiabilite=pl.lit("impute")
    )
    acces = make_acces(seats=seats)
    figure = acces.find("apl_medecin")
    # the first cell alone reaches the only doctor: 5 400 consultations for the mean use of its 100 people
    assert figure.valeurs.tolist() == pytest.approx([54, 0])
    assert figure.fiabilite.tolist() == [1, 1]
    assert acces.types("apl_medecin") == (f"statistique:{statistique}",)
    domains = make_domains(acces)
    assert [v.id for v in domains["profession"]] == ["medecin"]
    assert domains["soin"][0].unite == load_professions()["medecin"].unite
    assert [v.id for v in domains["horaire"]] == [KIND]
    assert domains["plein"] == ()


def test_a_type_whose_last_place_closes_is_out_of_reach_not_unknown():
    acces = make_acces(SITES.clear())
    assert acces.find(f"heures_{KIND}_voiture").valeurs.tolist() == [0, 0]
