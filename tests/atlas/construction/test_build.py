"""An atlas is whole or is not; the same inputs give the same bytes; bad input is said in French."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.stages import Annulation
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.catalogue.erreurs import EntreeInvalide

SANS_TUILES = Parametres(tuiles=False)


def read_all(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "journal.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "sources")


@pytest.mark.lent
def test_the_same_bytes_again_elsewhere_and_from_the_cache(
    petit_atlas: Atlas, petites_sources: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    for out in (tmp_path / "ailleurs" / "B", tmp_path / "C"):
        build("59", petites_sources, out, SANS_TUILES, cache=cache)
        assert read_all(out) == read_all(petit_atlas.dossier)
    before = {path.name for path in cache.iterdir()}
    build("59", petites_sources, tmp_path / "D", Parametres(relief="plaine", tuiles=False), cache=cache)
    fresh = {path.name.rsplit("-", 1)[0] for path in cache.iterdir() if path.name not in before}
    assert "indicateurs" in fresh
    assert not fresh & {"lieux", "offre", "durees"}


def test_the_manifest_holds_neither_path_nor_date(petit_atlas: Atlas) -> None:
    text = (petit_atlas.dossier / "manifest.json").read_text("utf-8")
    assert str(petit_atlas.dossier.parent) not in text
    assert "construit_le" not in text
    assert petit_atlas.manifest.sources["bpe_2013"]["fichier"] == "bpe2013.csv"
    assert petit_atlas.manifest.controles
    assert all(petit_atlas.manifest.controles.values())
    assert "construit_le" in json.loads((petit_atlas.dossier / "journal.json").read_text("utf-8"))


def test_check_finds_a_changed_file(petit_atlas: Atlas, tmp_path: Path) -> None:
    copy = tmp_path / "copie"
    shutil.copytree(petit_atlas.dossier, copy)
    assert all(check.passe for check in check_atlas(copy))
    path = copy / "indicateurs" / "commune.parquet"
    pl.read_parquet(path).with_columns(pl.col("densite") + 1).write_parquet(path)
    (copy / "ajout.txt").write_text("x")
    failed = {check.nom: check.detail for check in check_atlas(copy) if not check.passe}
    assert failed == {"fichiers_intacts": "indicateurs/commune.parquet", "rien_de_plus": "ajout.txt"}


def refuse(departement: str, sources: Path, out: Path) -> str:
    with pytest.raises(EntreeInvalide) as caught:
        build(departement, sources, out, SANS_TUILES)
    assert left_in(out.parent) == []
    return str(caught.value)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_unknown_departement(petites_sources: Path, tmp_path: Path) -> None:
    assert "Vouliez-vous dire 59 (Nord)" in refuse("Nord", petites_sources, tmp_path / "A")
    assert "n'existe pas" in refuse("99", petites_sources, tmp_path / "A")


def test_departement_without_communes(petites_sources: Path, tmp_path: Path) -> None:
    assert "aucune commune du département 62" in refuse("62", petites_sources, tmp_path / "A")


def test_no_folder_and_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    assert "n'existe pas" in refuse("59", tmp_path / "rien", tmp_path / "A")
    assert "Aucun fichier connu" in refuse("59", tmp_path / "sources", tmp_path / "A")


def test_everything_that_is_missing_is_listed_at_once(petites_sources: Path, tmp_path: Path) -> None:
    for name in ("communes.csv", "communes.geojson", "carreaux.parquet"):
        (petites_sources / name).unlink()
    message = refuse("59", petites_sources, tmp_path / "A")
    assert "la liste des communes manque" in message
    assert "ni contours ni coordonnées" in message
    assert "ni carreaux ni populations" in message


@pytest.mark.lent
def test_a_missing_optional_source_is_said(petites_sources: Path, tmp_path: Path) -> None:
    (petites_sources / "bpe2013.csv").unlink()
    (petites_sources / "sup.parquet").unlink()
    atlas = build("59", petites_sources, tmp_path / "A", SANS_TUILES)
    assert {gap["quoi"] for gap in atlas.manifest.manques} >= {"offre_commune", "statistiques", "qpv"}
    departement = atlas.indicateurs("departement")
    assert "duree_panier_quotidien" not in departement.columns
    assert departement["superficie_km2_fiabilite"].to_list() == ["impute"]
    assert departement["superficie_km2"][0] == pytest.approx(72, rel=1e-3)


@pytest.mark.lent
def test_without_outlines_nor_grid_communes_stand_for_their_people(
    petites_sources: Path, tmp_path: Path
) -> None:
    (petites_sources / "communes.geojson").unlink()
    (petites_sources / "carreaux.parquet").unlink()
    atlas = build("59", petites_sources, tmp_path / "A", SANS_TUILES)
    assert atlas.carreaux()["population"].to_list() == [300 * (c + 1) for c in range(6)]
    assert atlas.indicateurs("commune")["duree_pharmacie"].null_count() == 0


def test_outlines_of_another_vintage(petites_sources: Path, tmp_path: Path) -> None:
    edit(petites_sources / "communes.geojson", '"code": "59102"', '"code": "59999"')
    message = refuse("59", petites_sources, tmp_path / "A")
    assert "commune 59102 sans contour" in message
    assert "même millésime" in message


def test_two_vintages_mixed(petites_sources: Path, tmp_path: Path) -> None:
    shutil.copy(petites_sources / "communes.csv", petites_sources / "communes_2024.csv")
    assert "les millésimes ne se mélangent pas" in refuse("59", petites_sources, tmp_path / "A")


def test_every_fault_of_a_file_is_listed(petites_sources: Path, tmp_path: Path) -> None:
    edit(petites_sources / "communes.csv", "59101,", "59100,")
    edit(petites_sources / "communes.csv", ",900,", ",-900,")
    message = refuse("59", petites_sources, tmp_path / "A")
    assert "59100 en double" in message
    assert "-900" in message


def test_wrong_file_under_a_right_name(petites_sources: Path, tmp_path: Path) -> None:
    shutil.copy(petites_sources / "communes.csv", petites_sources / "carreaux.parquet")
    assert "les millésimes ne se mélangent pas" in refuse("59", petites_sources, tmp_path / "A")


@pytest.mark.lent
def test_a_file_that_resembles_nothing_is_named(petites_sources: Path, tmp_path: Path) -> None:
    (petites_sources / "releves.csv").write_text("jour;pluie\n2026-01-01;3\n")
    atlas = build("59", petites_sources, tmp_path / "A", SANS_TUILES)
    assert "releves.csv : fichier non reconnu, laissé de côté" in atlas.manifest.avertissements


@pytest.mark.lent
def test_an_atlas_is_not_written_over(petit_atlas: Atlas, petites_sources: Path, tmp_path: Path) -> None:
    out = tmp_path / "A"
    shutil.copytree(petit_atlas.dossier, out)
    with pytest.raises(EntreeInvalide, match="un atlas ne se modifie pas"):
        build("59", petites_sources, out, SANS_TUILES)
    build("59", petites_sources, out, SANS_TUILES, replace=True)
    assert left_in(tmp_path) == ["A"]
    other = tmp_path / "documents"
    other.mkdir()
    (other / "lettre.txt").write_text("précieux")
    with pytest.raises(EntreeInvalide, match="n'est pas vide"):
        build("59", petites_sources, other, SANS_TUILES, replace=True)
    assert (other / "lettre.txt").read_text() == "précieux"


class Stop:
    """Asks to stop at a stage."""

    def __init__(self, stage: str) -> None:
        self.stage, self.seen = stage, ""

    def progress(self, etape: str, share: float) -> None:
        self.seen = etape

    def cancelled(self) -> bool:
        return self.seen == self.stage


def test_a_cancelled_build_leaves_nothing(petites_sources: Path, tmp_path: Path) -> None:
    with pytest.raises(Annulation):
        build("59", petites_sources, tmp_path / "A", SANS_TUILES, suivi=Stop("offre"))
    assert left_in(tmp_path) == []


def command(sources: Path, out: Path) -> list[str]:
    arguments = ["atlas", "build", "--departement", "59", "--from", str(sources), "--out", str(out)]
    return [sys.executable, "-m", "maillage", *arguments, "--sans-cache", "--sans-tuiles", "--silencieux"]


def limit_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.mark.lent
@pytest.mark.usefixtures("petit_atlas")  # compiled code is on disk before files are limited
def test_a_full_disk_is_said_and_leaves_nothing(petites_sources: Path, tmp_path: Path) -> None:
    answer = subprocess.run(
        command(petites_sources, tmp_path / "A"),
        capture_output=True, text=True, check=False, preexec_fn=limit_files,
    )  # fmt: skip
    assert answer.returncode == 1
    assert "Plus de place" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert left_in(tmp_path) == []


@pytest.mark.lent
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing(petites_sources: Path, tmp_path: Path, stop: signal.Signals) -> None:
    with subprocess.Popen(
        command(petites_sources, tmp_path / "A"), stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".A.partiel-*")) and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(stop)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Traceback" not in errors
    assert left_in(tmp_path) == []


def test_not_an_atlas(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="n'est pas un atlas"):
        open_atlas(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 99}')
    with pytest.raises(EntreeInvalide, match="format 99"):
        open_atlas(tmp_path)
