"""Hours a week without a car, on one bus line of two buses a day and a place counted by hand."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from maillage.atlas.transports.acces import measure_access
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.catalogue.erreurs import EntreeInvalide
from tests.flux_gtfs import FEED, write_feed

ROWS = """T1,08:00:00,08:00:00,A,1
T1,08:20:00,08:21:00,B,2
T1,08:40:00,08:40:00,C,3
T2,10:00:00,10:00:00,C,1
T2,10:20:00,10:20:00,B,2
T2,10:40:00,10:40:00,A,3
"""


@dataclass
class PetitAtlas:
    """Three squares of ten, twenty and thirty people: by the stop A, by the place, far from all."""

    horaires: str | None = "Mo-Fr 09:00-12:00"
    dossier = Path("petit")
    manifest = SimpleNamespace(departement="59")

    def carreaux(self) -> pl.DataFrame:
        return pl.DataFrame(
            {
                "id": ["a", "c", "loin"],
                "lon": [4.0450, 4.1030, 5.0],
                "lat": [50.0170, 50.0600, 51.0],
                "population": [10.0, 20.0, 30.0],
                "dans_departement": True,
            }
        )

    def implantations(self) -> pl.DataFrame:
        places = {"type": ["poste"], "lon": [4.1030], "lat": [50.0600], "horaires": [self.horaires]}
        return pl.DataFrame(places | {"itinerant": [False]}, schema_overrides={"horaires": pl.String})

    def fragments(self) -> pl.DataFrame:
        people = {
            "carreau": [0, 1, 2],
            "code_insee": ["59001", "59001", "59002"],
            "population": [10.0, 20.0, 30.0],
        }
        return pl.DataFrame(people, schema_overrides={"carreau": pl.Int32})

    def indicateurs(self, niveau: str, ids: list[str]) -> pl.DataFrame:
        return pl.DataFrame({"code": ["59001", "59002"], "nom": ["Ici", "Loin"], ids[0]: [15.0, 12.0]})


@pytest.fixture
def horaires(tmp_path: Path) -> Transports:
    rows = {"stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n" + ROWS}
    return build_transports([write_feed(tmp_path, rows)], tmp_path / "T")


def test_hours_are_those_when_one_is_there_and_gets_home(horaires: Transports) -> None:
    found = measure_access(horaires, PetitAtlas(), "poste")
    # From A: there from 8:40, having left at 8, until 9:00; home at 10:40 after 30 minutes: from 9:10 on.
    # One hour each way is too short; on foot, whoever lives by the place has its fifteen hours.
    assert found.carreaux["heures"].to_list() == [0.0, 15.0, 0.0]
    assert found.communes.rows() == [("59001", "Ici", 30.0, 10.0, 15.0), ("59002", "Loin", 30.0, 0.0, 12.0)]
    assert (found.moyenne, found.part_sans) == (5.0, pytest.approx(40 / 60))
    assert found.jours["samedi_scolaire"].jour is None


def test_a_longer_budget_counts_the_moments_between_two_buses(horaires: Transports, monkeypatch) -> None:
    monkeypatch.setattr("maillage.atlas.transports.acces.read_budget_s", lambda: 90 * 60)
    # There until 9:30; home having left the place from 10:40 - 1:30 = 9:10, less 30 minutes there: 8:40.
    # Open from 9:00 to 9:30, both included: seven moments of five minutes, five days.
    assert measure_access(horaires, PetitAtlas(), "poste").carreaux["heures"][0] == pytest.approx(7 * 5 / 12)


def test_unknown_hours_are_unknown_and_an_absent_type_is_said(horaires: Transports) -> None:
    found = measure_access(horaires, PetitAtlas(horaires=None), "poste")
    assert found.carreaux["heures"].to_list() == [0.0, None, 0.0]
    assert found.horaires_inconnus == 1
    with pytest.raises(EntreeInvalide, match="aucun lieu fixe"):
        measure_access(horaires, PetitAtlas(), "gare")
