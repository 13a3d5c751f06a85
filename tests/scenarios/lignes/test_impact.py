"""Hours gained by lines on trial, counted by hand on one bus line and a place open on Saturday mornings."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.reports.scenario.note import tell_essential
from maillage.scenarios.lignes.application import apply_lines
from maillage.scenarios.lignes.impact import ImpactLignes
from maillage.scenarios.lignes.modifications import ExtensionJours, SuppressionLigne, TransportDemande
from maillage.scenarios.lignes.rapport import describe_lines, tell_lines
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.rapport import describe_trial
from tests.flux_gtfs import FEED, write_feed

ROWS = """T1,08:00:00,08:00:00,A,1
T1,08:20:00,08:21:00,B,2
T1,08:40:00,08:40:00,C,3
T2,09:40:00,09:40:00,C,1
T2,10:00:00,10:00:00,B,2
T2,10:20:00,10:20:00,A,3
"""
CELLS = pl.DataFrame({"lon": [4.0450, 4.1030, 5.0], "lat": [50.0170, 50.0600, 51.0]})
PEOPLE = np.array([10.0, 20.0, 30.0])
NAMES = {"59001": "Ici", "59002": "Loin", "59003": "Trélon"}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Transports:
    folder = tmp_path_factory.mktemp("impact")
    rows = {"stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n" + ROWS}
    return build_transports([write_feed(folder, rows)], folder / "T")


def places(*hours: str | None) -> pl.DataFrame:
    n = len(hours)
    return pl.DataFrame(
        {
            "id": [f"p{k}" for k in range(n)],
            "nom": [f"Lieu {k}" for k in range(n)],
            "type": ["poste"] * n,
            "code_insee": ["59003"] * n,
            "lon": [4.1030] * n,
            "lat": [50.0600] * n,
            "horaires": list(hours),
        },
        schema_overrides={"horaires": pl.String},
    )


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


def measure(base: Transports, edits, before: pl.DataFrame, after: pl.DataFrame | None = None) -> ImpactLignes:
    terrain = SimpleNamespace(transports=base, communes={}, atlas=None)
    tried, refused = apply_lines(Scenario(nom="E", modifications=edits), terrain)
    assert refused == ()
    shares = (
        np.array([0, 1, 2, 0]),
        np.array(["59001", "59003", "59002", "59002"]),
        np.array([8.0, 20, 30, 2]),
    )
    return ImpactLignes(base, tried, CELLS, PEOPLE, shares, before, before if after is None else after, "59")


def test_a_line_extended_to_saturday_morning_gives_its_hours(base: Transports) -> None:
    impact = measure(
        base,
        (ExtensionJours(ligne="L1", jours=("samedi",)), ExtensionJours(ligne="L2", jours=("samedi",))),
        places("Mo-Sa 08:30-12:00"),
    )
    found = impact.measure("poste")
    # From A on Saturdays: there from 8:40 having left at 8:00, until 9:00; home at 10:20 by the bus of 9:40,
    # having left from 9:20 on, after 30 minutes there: from 8:50. 8:50, 8:55 and 9:00, three times 5 minutes.
    assert found.net.tolist() == pytest.approx([0.25, 0.0, 0.0])
    assert found.periodes_gagnees == {"le samedi matin": 1.0}
    assert found.periodes_perdues == {}
    assert found.lieu == "p0"
    assert impact.base.horaires.trips is not impact.essai.horaires.trips
    # The typical Saturday is one on which nothing ran before.
    assert impact.days["samedi_scolaire"].jour is not None
    communes = impact.by_commune(found.net)
    assert communes["59001"].gagnants.habitants == 8
    assert communes["59002"].gagnants.habitants == 2
    assert communes["59002"].par_habitant == pytest.approx(2 * 0.25 / 32)
    assert "59003" not in communes


def test_it_is_told_in_a_sentence_with_its_days(base: Transports) -> None:
    edits = tuple(ExtensionJours(ligne=line, jours=("samedi",)) for line in ("L1", "L2"))
    impact = measure(base, edits, places("Mo-Sa 08:30-12:00"))
    told = describe_lines(impact, NAMES.__getitem__)
    first, last = tell_lines(told)
    assert plain(first) == (
        "Point de contact postal : 10 habitants de 2 communes gagnent en moyenne 15 min par semaine "
        "sans voiture à « Lieu 0, Trélon », le samedi matin. D’abord à Ici, Loin."
    )
    assert "samedi en période scolaire (" in last
    assert "Marche estimée, à vol d’oiseau allongé." in last
    assert told["fiabilite"] == "simule"
    assert [row["nom"] for row in told["services"][0]["communes"]] == ["Ici", "Loin"]


def test_hours_of_a_transport_on_demand_are_said_to_be_a_bound(base: Transports) -> None:
    asked = TransportDemande(nom="TAD", communes=("59001",), vers=("A",), de="09:00", a="10:00")
    saturday = ExtensionJours(ligne="L1", jours=("samedi",))
    impact = measure(base, (saturday,), places("Mo-Fr 08:30-12:00"))
    for edits, said in (((asked,), True), ((), False)):
        simulation = SimpleNamespace(lignes=impact, scenario=SimpleNamespace(modifications=edits))
        told = describe_trial(simulation)
        assert any("un maximum" in one for one in tell_lines(told)) is said


def test_a_line_removed_takes_what_it_gave(base: Transports) -> None:
    impact = measure(base, (SuppressionLigne(ligne="L1"),), places("Mo-Fr 08:30-12:00"))
    found = impact.measure("poste")
    assert found.net.tolist() == pytest.approx([-1.25, 0.0, 0.0])
    assert found.periodes_perdues == {"en semaine, le matin": 1.0}
    assert found.lieu is None
    (first, _) = tell_lines(describe_lines(impact, NAMES.__getitem__))
    assert "perdent en moyenne 1,2 h par semaine" in plain(first)


def test_two_places_share_what_is_gained_and_none_is_named(base: Transports) -> None:
    edits = tuple(ExtensionJours(ligne=line, jours=("samedi",)) for line in ("L1", "L2"))
    assert measure(base, edits, places("Sa 08:50-08:55", "Sa 08:55-12:00")).measure("poste").lieu is None


def test_unknown_hours_are_no_gain(base: Transports) -> None:
    edits = tuple(ExtensionJours(ligne=line, jours=("samedi",)) for line in ("L1", "L2"))
    found = measure(base, edits, places(None, "Sa 08:50-12:00")).measure("poste")
    # Before, whoever reached nothing but a place of unknown hours had an unknown access.
    assert found.horaires_inconnus == 1
    assert np.isnan(found.net[0])
    assert not found.moves


def test_only_who_is_near_the_line_is_looked_at(base: Transports) -> None:
    impact = measure(base, (SuppressionLigne(ligne="L1"),), places("Mo-Fr 08:30-12:00"))
    assert impact.rows.tolist() == [0, 1]
    whole = [impact.reach(CELLS, impact.avant, tried=tried).hours for tried in (False, True)]
    assert impact.measure("poste").net.tolist() == (whole[1] - whole[0]).tolist()


def test_the_note_begins_with_the_hours_gained(base: Transports) -> None:
    edits = tuple(ExtensionJours(ligne=line, jours=("samedi",)) for line in ("L1", "L2"))
    told = describe_lines(measure(base, edits, places("Mo-Sa 08:30-12:00")), NAMES.__getitem__)
    assert "10 habitants de 2 communes gagnent" in plain(tell_essential({"services": [], "transports": told}))
    assert tell_essential({"services": [], "transports": None}) == "Aucun temps de trajet ne change."
