import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner

from maillage.cli.sdaasp import sdaasp


def test_stats_as_json_hold_the_contract():
    result = CliRunner().invoke(sdaasp, ["stats", "--format", "json"])
    counts = json.loads(result.output)
    assert counts["themes"] == 10
    assert counts["objectifs_prioritaires"] == 27
    assert counts["orientations_fne"] == 5
    assert counts["actions_fne"] == 17
    assert counts["declinaisons"] == {
        "a_confirmer": 5,
        "identifiee": 39,
        "non_identifiee": 2,
        "non_traitee": 2,
    }
    assert counts["dimensions_sans_fiche"] == 2
    assert counts["op_sans_cible"] == 27


def test_completude_says_the_law_is_not_met():
    output = CliRunner().invoke(sdaasp, ["completude"]).output
    assert output.startswith("Programmation incomplète au sens de la loi")
    assert output.count("[manque]") == 5
    asked = json.loads(run("completude", "--format", "json").output)
    assert [e["attendu"] == e["manque"] and len(e["attendu"]) for e in asked["exigences"]] == [5, 5, 5, 5, 6]


def run(*arguments):
    return CliRunner().invoke(sdaasp, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.mark.lent
def test_import_is_a_dry_run_then_writes_what_comes_back(schema_de_reference, tmp_path):
    text = schema_de_reference / "sdaasp-nord-2025-2030.txt"
    questions = tmp_path / "questions.toml"
    result = run("import", text, "--questions", questions)
    assert "justes sans aide" in result.output
    assert "Essai à blanc" in result.output
    answered = questions.read_text("utf-8").replace(
        '["theme:724"]\nreponse = ""', '["theme:724"]\nreponse = "sante"'
    )
    questions.write_text(answered, "utf-8")
    for name in ("programme.json", "programme.ods", "programme.xlsx"):
        run("import", text, "--decisions", questions, "--ecrire", tmp_path / name)
    again = [
        run("import", tmp_path / name).output
        for name in ("programme.json", "programme.ods", "programme.xlsx")
    ]
    assert len(set(again)) == 1
    assert "retrait" not in again[0]


def test_questions_can_be_answered_one_by_one(schema_de_reference):
    text = schema_de_reference / "sdaasp-nord-2025-2030.txt"
    result = CliRunner().invoke(sdaasp, ["import", str(text), "--confirmer"], input="sante\n" + "\n" * 80)
    assert result.exit_code == 0
    assert "[Entrée" not in result.output
    assert "questions en attente" in result.output
    assert "De quel thème parle cette table" not in result.output.split("questions en attente")[1]


@pytest.mark.lent
def test_the_base_is_loaded_once_and_counted(tmp_path, base_migree):
    """In a process of its own: the command line starts Django itself."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = kept | {"MAILLAGE_VAR": str(tmp_path), "MAILLAGE_CLE": "une-cle-de-test-" * 5}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    shutil.copy(base_migree, tmp_path)

    def call(*arguments):
        command = [sys.executable, "-m", "maillage", "sdaasp", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    refused = call("stats", "--base")
    assert (refused.returncode, "charger" in refused.stderr) == (1, True)
    assert call("charger").returncode == 2
    loaded = call("charger", "--programme", "nord-2025-2030")
    assert loaded.returncode == 0
    assert f"Base : {tmp_path / 'maillage.sqlite3'} ; « maillage serve --var {tmp_path} »" in loaded.stderr
    assert call("charger", "--programme", "nord-2025-2030").returncode == 1
    base = tmp_path / base_migree.name
    alone, held = (
        json.loads(call("completude", "--format", "json", *more).stdout) for more in ((), ("--base", base))
    )
    assert alone == held
    (tmp_path / "vide.sqlite3").touch()
    refused = call("completude", "--base", tmp_path / "vide.sqlite3")
    assert (refused.returncode, "n’est pas celle de l’application" in refused.stderr) == (1, True)
    assert (tmp_path / "vide.sqlite3").stat().st_size == 0
    assert json.loads(call("stats", "--base", "--format", "json").stdout) == json.loads(
        call("stats", "--format", "json").stdout
    )
    with closing(sqlite3.connect(base)) as older:
        older.execute("DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)")
        older.commit()
        older.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = base.read_bytes()
    refused = call("completude", "--base", base)
    assert (refused.returncode, "maillage mise-a-jour" in refused.stderr) == (1, True)
    assert base.read_bytes() == before


def test_a_new_schema_begins_in_a_file_that_can_be_filled(tmp_path):
    path = tmp_path / "schema.json"
    assert run("nouveau", "--departement", "2a", "--debut", "2027", "--ecrire", path).exit_code == 0
    begun = json.loads(path.read_text("utf-8"))["programme"]
    assert begun["schema"]["departement"] == "2A"
    assert [place["nom"] for place in begun["territoires"]] == ["Ajaccio", "Sartène"]
    assert "Collectivité de Corse" in begun["schema"]["pilotes"]
    assert run("export", tmp_path / "s.ods", "--depuis", path).exit_code == 0


def test_a_departement_without_arrondissement_is_one_place(tmp_path):
    path = tmp_path / "schema.json"
    run("nouveau", "--departement", "976", "--ecrire", path)
    assert [p["code"] for p in json.loads(path.read_text("utf-8"))["programme"]["territoires"]] == ["976"]


def test_the_templates_are_listed_by_name():
    told = run("nouveau", "--departement", "38", "--modele", "liste").output
    assert told.startswith("neutre : ")
    assert "nord-2025-2030 : " in told


def test_a_schema_does_not_begin_on_another_departements_atlas(petit_atlas, tmp_path):
    asked = ["nouveau", "--departement", "38", "--atlas", str(petit_atlas.dossier)]
    done = CliRunner().invoke(sdaasp, [*asked, "--ecrire", str(tmp_path / "s.json")])
    assert "autre département" in str(done.exception)
    assert not (tmp_path / "s.json").exists()
