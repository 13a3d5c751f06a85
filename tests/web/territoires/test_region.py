"""Several départements in one folder: none opens for another, the region shows each by its own atlas."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from django.core.exceptions import ImproperlyConfigured

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.web.serveur.verification import check_atlas
from maillage.web.settings import environnement
from maillage.web.socle import atlas as atlases
from maillage.web.territoires.evolution import choose_avant


@pytest.fixture
def region(
    une_fois: Callable[..., Path], mondes: ModuleType, dossier_atlas: Path, settings, tmp_path: Path
) -> Path:
    """The two atlases of the toy département, 90, and one of the Isère, built after them."""
    isere = une_fois("monde-38", lambda place: mondes.build_monde(place, "38")) / "atlas" / "essai-38"
    folder = tmp_path / "region"
    folder.mkdir()
    for name in ("essai-2025", "essai-2026"):
        (folder / name).symlink_to(dossier_atlas / name)
    shutil.copytree(isere, folder / "isere")
    (folder / "isere" / "journal.json").write_text(json.dumps({"construit_le": "2099-01-01T00:00:00+00:00"}))
    settings.MAILLAGE_ATLAS = folder
    settings.MAILLAGE_DEPARTEMENT = "90"
    return folder


def read_csv(client, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_another_departement_never_opens_by_itself(client, db, region: Path, settings) -> None:
    assert atlases.list_ids()[0] == "isere"
    assert atlases.choose(None).id == "essai-2026"
    assert not atlases.choose("isere").par_defaut
    assert choose_avant(atlases.choose("isere"), None) is None
    assert choose_avant(atlases.choose(None), None).id == "essai-2025"
    assert client.get("/?atlas=isere").status_code == 200
    settings.MAILLAGE_DEPARTEMENT = ""
    closed = client.get("/")
    assert closed.status_code == 503
    assert "MAILLAGE_DEPARTEMENT" in closed.content.decode()
    ready = client.get("/pret")
    assert (ready.status_code, client.get("/sante").status_code) == (503, 200)
    assert "MAILLAGE_DEPARTEMENT" in ready.json()["manques"][0]
    assert [point.etat.name for point in check_atlas()] == ["FAUTE"]
    settings.MAILLAGE_DEPARTEMENT = "59"
    assert atlases.choose(None) is None
    assert client.get("/region/").status_code == 200
    shutil.rmtree(region / "isere")
    settings.MAILLAGE_DEPARTEMENT = ""
    assert atlases.choose(None).id == "essai-2026"
    assert "Un seul département est ouvert ici" in client.get("/region/").content.decode()


def test_the_variable_is_a_departement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_DEPARTEMENT", "2a")
    assert environnement.read_departement() == "2A"
    monkeypatch.setenv("MAILLAGE_DEPARTEMENT", "999")
    with pytest.raises(ImproperlyConfigured, match="MAILLAGE_DEPARTEMENT"):
        environnement.read_departement()


def test_each_is_shown_by_its_own_atlas_and_what_differs_is_said(
    client, db, region: Path, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        page = client.get("/region/").content.decode()
    held = {"90": open_atlas(region / "essai-2026"), "38": open_atlas(region / "isere")}
    rows = {row["code"]: row for row in read_csv(client, "/region/departements.csv")}
    assert set(rows) == set(held)
    for code, atlas in held.items():
        whole = atlas.territoires("departement")
        assert float(rows[code]["population"]) == whole["population"].sum()
        judged = atlas.deficits().filter(niveau="epci")
        assert int(rows[code]["epci_en_deficit"] or 0) == judged["en_deficit"].fill_null(value=False).sum()
        assert f'href="/?atlas={rows[code]["atlas"]}"' in page
    assert len(re.findall(r'<path class="c\d', page)) == sum(
        a.territoires("commune").height for a in held.values()
    )
    assert page.count('class="contour"') == 2
    assert "Avant de comparer" in page
    assert "déficit ne se" in page
    communes = read_csv(client, "/region/communes.csv?indicateur=duree_france_services")
    assert len(communes) == sum(a.territoires("commune").height for a in held.values())
    known = [
        float(row["duree_france_services"].replace(",", "."))
        for row in communes
        if row["duree_france_services"]
    ]
    assert known == sorted(known, reverse=True)
    assert {row["departement"] for row in communes} == {"90", "38"}
