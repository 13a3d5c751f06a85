"""What a build says concerns the département built; what it did not do is not said."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.cli import maillage

BUILD = ["atlas", "build", "--departement", "59", "--sans-tuiles", "--sans-cache", "-q"]


def add_places(path: Path, rows: list[dict[str, str]]) -> None:
    """More France services, like the first but for what is said."""
    with path.open(encoding="utf-8", newline="") as stream:
        known = list(csv.DictReader(stream))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(known[0]))
        writer.writeheader()
        writer.writerows([*known, *(known[0] | row for row in rows)])


@pytest.fixture
def sources(petites_sources: Path) -> Path:
    """Three places whose hours cannot be read: one here, one in Isère, one in Haute-Corse."""
    away = [("38185", "38", "5.73", "45.17"), ("2B033", "2B", "9.45", "42.70")]
    rows = [{"id_fs": "901", "h_lundi": "le matin"}]
    for number, (commune, departement, lon, lat) in enumerate(away):
        row = {"id_fs": f"91{number}", "insee_com": commune, "insee_dep": departement}
        rows.append(row | {"longitude": lon, "latitude": lat, "h_lundi": "le matin"})
    add_places(petites_sources / "france_services.csv", rows)
    return petites_sources


def run(*words: str) -> str:
    done = CliRunner().invoke(maillage, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def test_warnings_about_rows_of_others_are_counted_in_one_line(sources: Path, tmp_path: Path) -> None:
    run(*BUILD, "--from", str(sources), "--out", str(tmp_path / "A"))
    told = run("atlas", "info", str(tmp_path / "A"))
    warnings = [line for line in told.splitlines() if "horaire illisible" in line]
    assert len(warnings) == 1
    assert "2\xa0avertissements sur des lignes d'autres départements" in told


def test_without_a_grid_nothing_is_said_to_be_on_carreaux(petites_sources: Path, tmp_path: Path) -> None:
    with_grid = run(*BUILD, "--from", str(petites_sources), "--out", str(tmp_path / "A"))
    assert "sur les carreaux" in with_grid
    (petites_sources / "carreaux.parquet").unlink()
    without = run(*BUILD, "--from", str(petites_sources), "--out", str(tmp_path / "B"))
    without += run("atlas", "info", str(tmp_path / "B"))
    assert "carreaux" not in without
    assert "faute d’une grille de population" in without
