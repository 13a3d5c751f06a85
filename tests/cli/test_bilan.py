"""``maillage bilan AAAA --out DIR``: the four forms, and what is missing, said."""

import json
from pathlib import Path

from click.testing import CliRunner

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.bilan import bilan


def test_a_bilan_is_written_without_any_contribution(tmp_path: Path) -> None:
    found = CliRunner().invoke(bilan, ["2025", "--out", str(tmp_path / "b")])
    assert found.exit_code == 0
    names = {path.name for path in (tmp_path / "b").iterdir()}
    assert names == {f"bilan-2025.{form}" for form in ("docx", "pdf", "ods", "json")}
    told = json.loads((tmp_path / "b" / "bilan-2025.json").read_text("utf-8"))
    assert (told["etat"], told["empreinte"], told["bilan"]["annee"]) == ("ouvert", None, 2025)
    assert "aucune n’a encore été demandée" in found.output


def test_a_file_in_the_place_of_the_folder_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("à moi", "utf-8")
    found = CliRunner().invoke(bilan, ["2025", "--out", str(tmp_path / "b")])
    assert isinstance(found.exception, EntreeInvalide)
    assert (tmp_path / "b").read_text("utf-8") == "à moi"


def test_an_evaluation_takes_every_year_and_refuses_those_before(tmp_path: Path) -> None:
    asked = ["--evaluation", "--out", str(tmp_path / "b")]
    assert CliRunner().invoke(bilan, ["2026", *asked]).exit_code == 0
    told = json.loads((tmp_path / "b" / "evaluation-2026.json").read_text("utf-8"))
    assert [one["contenu"]["annee"] for one in told["evaluation"]["annees"]] == [2025, 2026]
    assert isinstance(CliRunner().invoke(bilan, ["2024", *asked]).exception, EntreeInvalide)
