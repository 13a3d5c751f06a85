"""Spoiling, cutting, half copying, taking away an atlas, even under a running server: the others are served.

The bad one is set aside and said to administrators; ``/sante`` says that the process lives, ``/pret`` whether
pages can be served; both in JSON, both true.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from django.test import Client


def rewrite_manifest(**changes: object) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        (folder / "manifest.json").write_text(json.dumps(manifest | changes), "utf-8")

    return spoil


def write(name: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(content) and None


def cut(name: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    return spoil


def lose_columns(folder: Path) -> None:
    pl.DataFrame({"rien": [1]}).write_parquet(folder / "territoires.parquet")


def alter(folder: Path) -> None:
    """Eight bytes in the middle of a table whose hash the manifest gives."""
    rewrite_manifest(tables={"territoires.parquet": {"sha256": "0" * 64}})(folder)


def write_other_roads(folder: Path) -> None:
    """Roads of a format that this version does not read: pages that ask for a way would answer 500."""
    description = "reseau/voiture/reseau.json"
    (folder / description).parent.mkdir(parents=True)
    (folder / description).write_text('{"format": 1}', "utf-8")
    rewrite_manifest(tables={description: {}})(folder)


SPOILT = {
    "manifeste « { »": write("manifest.json", b"{"),
    "manifeste vide": write("manifest.json", b""),
    "manifeste en octets": write("manifest.json", bytes(range(256))),
    "manifeste très profond": write("manifest.json", b"[" * 200_000),
    "manifeste qui est une liste": write("manifest.json", b"[1, 2]"),
    "manifeste sans tables": rewrite_manifest(tables=None),
    "manifeste sans sources": rewrite_manifest(sources=3),
    "manifeste aux tables sans description": rewrite_manifest(tables={"territoires.parquet": None}),
    "autre format": rewrite_manifest(format=99),
    "journal coupé": write("journal.json", b"{"),
    "table coupée": cut("territoires.parquet"),
    "table vide": write("indicateurs/index.parquet", b""),
    "table d'un niveau coupée": cut("indicateurs/commune.parquet"),
    "table sans ses colonnes": lose_columns,
    "table promise, pas encore copiée": rewrite_manifest(tables={"amas.parquet": {}}),
    "carte promise, pas encore copiée": rewrite_manifest(tables={"tuiles/routes.pmtiles": {}}),
    "table altérée": alter,
    "routes d’une autre version": write_other_roads,
}


@pytest.fixture
def atlases(settings, tmp_path: Path, dossier_atlas: Path) -> Path:
    """Two atlases, both good; the newest, and so the one that opens, is to be spoilt."""
    folder = tmp_path / "atlas"
    shutil.copytree(dossier_atlas / "essai-2025", folder / "bon")
    shutil.copytree(dossier_atlas / "essai-2026", folder / "mauvais")
    settings.MAILLAGE_ATLAS = folder
    return folder


def check_served_without(client: Client, name: str) -> None:
    for path in ("/", "/territoires/commune/99001/", "/classements/", "/carte/", "/sources/", "/api/1/atlas"):
        answer = client.get(path)
        assert answer.status_code in {200, 404}, path
        assert name not in answer.content.decode()
    assert client.get("/").status_code == 200
    alive, ready = client.get("/sante"), client.get("/pret")
    assert (alive.status_code, ready.status_code) == (200, 200)
    assert ready.json()["atlas"] == 1


@pytest.mark.parametrize("case", SPOILT)
def test_a_spoilt_atlas_is_set_aside_and_said_to_administrators(client, compte, atlases, case) -> None:
    SPOILT[case](atlases / "mauvais")
    check_served_without(client, "mauvais")
    aside = client.get("/sante").json()["ecartes"]
    assert [one["atlas"] for one in aside] == ["mauvais"]
    assert str(atlases) not in aside[0]["raison"]
    client.force_login(compte("administration"))
    assert "«\xa0mauvais\xa0»" in client.get("/accessibilite/").content.decode()


def test_a_folder_being_copied_is_not_seen(client, db, atlases) -> None:
    (atlases / "mauvais" / "manifest.json").unlink()
    check_served_without(client, "mauvais")
    assert client.get("/sante").json()["ecartes"] == []


def test_an_atlas_taken_away_under_the_server(client, db, atlases) -> None:
    assert client.get("/?atlas=mauvais").status_code == 200
    assert client.get("/sante").json()["atlas"] == 2
    shutil.rmtree(atlases / "mauvais")
    check_served_without(client, "mauvais")


def test_the_only_one_taken_away_is_said_by_pret_alone(client, db, atlases) -> None:
    for name in ("bon", "mauvais"):
        shutil.rmtree(atlases / name)
    assert client.get("/sante").status_code == 200
    ready = client.get("/pret")
    assert ready.status_code == 503
    assert ready.json()["manques"] == ["aucun atlas lisible"]
    assert client.get("/").status_code == 503


def test_a_table_spoilt_while_it_is_served_is_told_once_then_the_others_serve(db, atlases) -> None:
    client = Client(raise_request_exception=False)
    assert client.get("/sante").json()["atlas"] == 2  # both were looked at, and passed
    spoilt = [atlases / "mauvais" / name for name in ("deficits.parquet", "indicateurs/commune.parquet")]
    whole = [path.read_bytes() for path in spoilt]
    for path in spoilt:
        path.write_bytes(b"PAR1")
    first = client.get("/classements/")
    assert first.status_code == 503
    assert int(first.headers["Retry-After"]) > 0
    assert "ne peut plus être lu" in first.content.decode()
    check_served_without(client, "mauvais")
    for path, content in zip(spoilt, whole, strict=True):
        path.write_bytes(content)
    assert client.get("/sante").json()["atlas"] == 2  # mended, served again
