"""``maillage annuaire``: a file read, tried, written twice, the whole given back and read again."""

import json

import pytest
from click.testing import CliRunner

from maillage.annuaire.regles import is_valid
from maillage.cli import annuaire as module
from maillage.cli.annuaire import annuaire

STRUCTURE = {"source": "essai", "id": "essai--1", "nom": "CCAS d’Essai", "date_maj": "2026-01-31"}
SERVICE = {
    "source": "essai", "structure_id": "essai--1", "id": "essai--s1", "nom": "Aide aux papiers",
    "description": "Remplir un dossier.", "date_maj": "2026-01-31",
}  # fmt: skip


@pytest.fixture
def call(monkeypatch):
    monkeypatch.setattr(module, "open_base", lambda base=None: None)

    def call(*words: object) -> str:
        found = CliRunner().invoke(annuaire, [str(word) for word in words], catch_exceptions=False)
        assert found.exit_code == 0
        return found.stdout

    return call


@pytest.fixture
def fichier(tmp_path):
    path = tmp_path / "annuaire.json"
    told = {
        "structures": [STRUCTURE, STRUCTURE | {"id": "essai--2"}],
        "services": [SERVICE],
        "complements": [{"id": "essai--1", "langues": ["nl"], "feries": False}],
    }
    path.write_text(json.dumps(told), "utf-8")
    return path


@pytest.mark.django_db
def test_what_is_imported_comes_back_and_changes_nothing(call, fichier, tmp_path):
    assert "3 nouvelles" in call("importer", fichier, "--essai")
    assert json.loads(call("exporter", "--json"))["structures"] == []
    assert "3 nouvelles" in call("importer", fichier)
    whole = tmp_path / "export.json"
    whole.write_text(call("exporter", "--lieux", "--json"), "utf-8")
    told = json.loads(whole.read_text("utf-8"))
    assert told.pop("lieux") == []
    assert all(is_valid(name, one) for name in ("structures", "services") for one in told[name])
    assert told["complements"] == [{"id": "essai--1", "langues": ["nl"], "feries": False}]
    assert "0 nouvelles, 0 changées, 0 disparues, 3 identiques" in call("importer", whole, "--essai")
    assert "0 nouvelles, 0 changées, 0 reparues, 0 disparues, 3 identiques" in call("importer", whole)
    read = json.loads(call("lire", whole, "--json"))
    assert {name: read[name] for name in told} == told
    assert read["fautes"] == []


@pytest.mark.django_db
def test_a_try_tells_fields_and_what_vanishes(call, fichier):
    call("importer", fichier)
    told = json.loads(fichier.read_text("utf-8"))
    told["structures"] = [STRUCTURE | {"telephone": "0320000000"}]
    fichier.write_text(json.dumps(told), "utf-8")
    said = call("importer", fichier, "--essai")
    assert "structure essai--1, telephone : None devient '0320000000'" in said
    assert "structure essai--2 : sa source ne la donne plus" in said
    assert "0 disparues" in call("importer", fichier, "--essai", "--partiel")
    assert "1 disparues" in call("importer", fichier)
    assert json.loads(call("exporter", "--json"))["structures"][0]["telephone"] == "0320000000"


def test_formats_say_which_met_a_real_file(call):
    told = {one["id"]: one for one in json.loads(call("formats", "--json"))}
    assert [name for name, one in told.items() if not one["eprouve"]] == [
        "data_inclusion", "dila", "soliguide", "mediation_numerique", "tableur",
    ]  # fmt: skip
    assert "jamais éprouvé" in call("formats")


def test_the_template_is_read_back(call, tmp_path):
    call("modele", tmp_path / "modele_2026-01.ods")
    assert "format tableur" in call("lire", tmp_path / "modele_2026-01.ods")


def test_one_place_of_two_files_is_told_once_with_its_score(call, tmp_path):
    """One door and one name in two lists; a bus of the second list stays apart from its garage."""
    door = {"adresse": "5 rue Haute", "code_insee": "59008", "commune": "Aniche", "nom": "Espace Dupont"}
    one, other = tmp_path / "une.json", tmp_path / "autre.json"
    one.write_text(json.dumps({"structures": [STRUCTURE | door]}), "utf-8")
    bus = STRUCTURE | door | {"source": "autre", "id": "autre--2"}
    told = {
        "structures": [
            STRUCTURE | door | {"source": "autre", "id": "autre--1", "adresse": "5 R. HAUTE"},
            bus,
        ],
        "complements": [{"id": "autre--2", "itinerante": True}],
    }
    other.write_text(json.dumps(told), "utf-8")
    found = json.loads(call("doublons", one, other, "--json"))
    assert [group["ids"] for group in found["groupes"]] == [["autre--1", "essai--1"]]
    assert found["groupes"][0]["score"] > 0.9
    assert "même rue et même numéro" in found["groupes"][0]["liens"][0]["raisons"]
    assert found["structures"] == 3
    assert "un seul lieu : Espace Dupont ; Espace Dupont" in call("doublons", one, other)
