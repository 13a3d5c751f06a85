"""The Nord's real lists as a directory: what is taken, what is refused, and what is open when."""

import csv
import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage import cli
from maillage.annuaire.fiche import FonctionAccueil
from maillage.annuaire.ouverture import EtatOuverture, make_horaire, tell
from maillage.annuaire.regles import is_valid
from maillage.sources import read as read_source
from maillage.sources.annuaire.recueil import LectureAnnuaire
from maillage.sources.annuaire.registre import read
from maillage.sources.rattachement import index_communes

FICHIERS = {
    "france_services": ("france_services_2024-08.csv", 52),
    "france_travail": ("france_travail_agences.csv", 40),
    "conseillers_numeriques": ("conseillers_numeriques_2022.csv", None),
}


@pytest.fixture(scope="module")
def lectures(donnees: Path) -> dict[str, LectureAnnuaire]:
    communes = index_communes(read_source("cog", donnees / "communes_59.csv"))
    return {
        name: read(donnees / file, departement="59", communes=communes)
        for name, (file, _) in FICHIERS.items()
    }


@pytest.mark.parametrize("name", FICHIERS)
def test_real_lists_of_the_nord_are_recognised_and_valid(lectures, name):
    found, count = lectures[name], FICHIERS[name][1]
    assert found.format == name
    assert count is None or len(found.annuaire.structures) == count
    told = found.write()
    assert all(is_valid(one, record) for one in ("structures", "services") for record in told[one])
    assert len(told["services"]) == len(told["structures"])
    assert all((one.code_insee or "").startswith("59") for one in found.annuaire.structures)


def test_what_is_refused_of_them_has_a_row_and_a_reason(lectures):
    assert lectures["france_services"].fautes == ()
    assert all(one.ligne and one.colonne for found in lectures.values() for one in found.fautes)


def test_functions_come_from_the_network(lectures):
    kinds = {
        name: {
            function
            for one in found.annuaire.prestations
            for function in found.annuaire.complements[one.id].fonctions
        }
        for name, found in lectures.items()
    }
    assert kinds == {
        "france_services": {FonctionAccueil.PREMIER_NIVEAU},
        "france_travail": {FonctionAccueil.SECOND_NIVEAU},
        "conseillers_numeriques": set(),
    }


def test_open_on_a_saturday_morning_by_their_own_words(lectures, donnees):
    """The list says a span for Saturday, or nothing; 9 May 2026 is an ordinary one, 15 August a holiday."""
    found = lectures["france_services"].annuaire
    with (donnees / "france_services_2024-08.csv").open(encoding="utf-8") as stream:
        raw = {f"france-services--{row['id_fs']}": row for row in csv.DictReader(stream)}
    for one in found.structures:
        told = raw[one.id]["h_samedi"]
        spans = [part.split("-") for part in told.replace(" ", "").split("/")] if told else []
        said = any(first <= "10:30" < last for first, last in spans)
        moving = raw[one.id]["format_fs"] in {"Itinérante", "Bus_équivalent"}
        horaire = make_horaire(one, None, found.complements.get(one.id))
        state = tell(horaire, datetime(2026, 5, 9, 10, 30)).etat  # noqa: DTZ001
        expected = EtatOuverture.OUVERT if said else EtatOuverture.FERME
        assert state == (EtatOuverture.INCONNU if moving or not one.horaires_accueil else expected), one.nom
        on_holiday = tell(horaire, datetime(2026, 8, 15, 10, 30)).etat  # noqa: DTZ001
        assert on_holiday != EtatOuverture.OUVERT


def test_the_command_prints_the_shape_of_the_contract_and_it_reads_itself(donnees, tmp_path):
    asked = [
        "annuaire",
        "lire",
        str(donnees / "france_services_2024-08.csv"),
        "--departement",
        "59",
        "--json",
    ]
    first = CliRunner().invoke(cli.maillage, asked)
    assert first.exit_code == 0
    told = json.loads(first.stdout)
    assert list(told) == ["structures", "services", "complements", "fautes", "incertain"]
    again = tmp_path / "export.json"
    again.write_text(first.stdout, "utf-8")
    second = json.loads(CliRunner().invoke(cli.maillage, ["annuaire", "lire", str(again), "--json"]).stdout)
    assert all(second[name] == told[name] for name in ("structures", "services", "complements"))
    assert second["fautes"] == []
