"""Every extract of a folder becomes a network; a bad one is named and does not stop the others."""

import shutil
from pathlib import Path

import pytest
from distributed import LocalCluster

from maillage.atlas.reseau.departements import build_networks
from maillage.atlas.reseau.osm import open_reseau
from maillage.catalogue.erreurs import EntreeInvalide


def test_a_folder_without_extracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="aucun fichier"):
        build_networks(tmp_path, ["voiture"], tmp_path / "out")


@pytest.mark.lent
def test_a_bad_extract_is_named_and_the_others_are_built(donnees: Path, tmp_path: Path) -> None:
    shutil.copy(donnees / "osm" / "saint_barthelemy.osm.pbf", tmp_path)
    (tmp_path / "abime.osm.pbf").write_bytes(b"?")
    with pytest.raises(EntreeInvalide, match="1 sur 2") as refusal:
        build_networks(tmp_path, ["voiture"], tmp_path / "out")
    assert [faute.fichier for faute in refusal.value.fautes] == ["abime"]
    assert open_reseau(tmp_path / "out" / "saint_barthelemy").modes == ("voiture",)


@pytest.mark.lent
def test_a_scheduler_builds_the_same_bytes(donnees: Path, tmp_path: Path) -> None:
    shutil.copy(donnees / "osm" / "saint_barthelemy.osm.pbf", tmp_path)
    here = build_networks(tmp_path, ["voiture"], tmp_path / "ici")
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        there = build_networks(tmp_path, ["voiture"], tmp_path / "la", cluster.scheduler_address)
    one, other = here["saint_barthelemy"] / "manifest.json", there["saint_barthelemy"] / "manifest.json"
    assert one.read_bytes() == other.read_bytes()
