"""What the service owes to its readers besides the standard: who reads what, marks, rates, pages."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from maillage.web.annuaire.commands import correct
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes import commands
from maillage.web.programme.models import Declinaison
from maillage.web.publication.couches import get_couche, list_couches
from maillage.web.socle import debit
from maillage.web.socle.atlas import choose
from tests.web.publication.conftest import NOM_DU_CONTACT

COMMUNES = "/ogc/collections/communes/items"


@pytest.fixture
def minute(monkeypatch):
    """A clock that stands still."""
    monkeypatch.setattr(debit, "minute", lambda: 100)


def test_every_layer_is_there_with_what_makes_a_figure_readable(lire, annuaire, programme) -> None:
    held = {one["id"]: one for one in lire("/ogc/collections")["collections"]}
    assert {
        "communes",
        "epci",
        "cantons",
        "bassins-de-vie",
        "arrondissements",
        "departement",
        "carreaux",
        "implantations",
        "deficits-communes",
        "programme-declinaisons",
        "programme-objectifs",
        "annuaire-structures",
        "annuaire-prestations",
    } <= set(held)
    commune = lire(f"{COMMUNES}/90004")["properties"]
    assert commune["revenu_median"] == 19_500  # commune 3 of the sources: 18 000 + 3 · 500
    assert (commune["revenu_median_fiabilite"], commune["revenu_median_millesime"]) == ("simule", "2021")
    assert (commune["atlas"], commune["jeu_essai"]) == ("essai-2026", True)
    unknown = lire(f"{COMMUNES}/90009")["properties"]
    assert (unknown["revenu_median"], unknown["revenu_median_fiabilite"]) == (None, None)
    schema = lire("/ogc/collections/communes/queryables")["properties"]["revenu_median"]
    assert schema["x-ogc-unit"] == "€/an"
    assert "jeu d’essai" in schema["description"].replace("'", "’")


def test_a_deficit_is_what_the_atlas_says(lire) -> None:
    atlas = choose("essai-2026")
    kept = {code for code, one in atlas.deficits("commune").items() if one.en_deficit}
    found = lire("/ogc/collections/deficits-communes/items", filter="en_deficit = TRUE")["features"]
    assert {one["id"] for one in found} == kept
    assert 0 < len(kept) < 12


def test_no_account_reads_more_than_anyone(lire, client, compte, annuaire, programme, settings) -> None:
    """The name of a contact and what an install reserves are in no answer, not even to who may read them."""
    Declinaison.objects.update(commentaire_meteo="Ce qui bloque")
    settings.MAILLAGE_RESERVES = ("meteo",)
    client.force_login(compte("charge_mission"))
    offer = client.get("/ogc/collections/annuaire-prestations/items?f=json")
    assert offer.json()["features"][0]["geometry"]["coordinates"] == [3.05, 50.05]  # where its structure is
    assert NOM_DU_CONTACT not in offer.content.decode()
    asked = client.get("/ogc/collections/annuaire-prestations/items?properties=contact_nom_prenom")
    assert asked.status_code == 400
    shown = client.get("/ogc/collections/programme-declinaisons/items?f=json")
    assert "Ce qui bloque" not in shown.content.decode()
    assert {one["properties"]["meteo"] for one in shown.json()["features"]} == {None}
    settings.MAILLAGE_RESERVES = ()
    assert (
        "Ce qui bloque" in client.get("/ogc/collections/programme-declinaisons/items?f=json").content.decode()
    )


def test_a_correction_of_the_directory_shows_at_once_and_is_said(lire, client, annuaire, compte) -> None:
    address = "/ogc/collections/annuaire-structures/items"
    before = client.get(address)
    correct(compte("charge_mission"), FicheTenue.objects.get(ident="essai--1"), "telephone", "+33320000009")
    after = client.get(address, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    told = after.json()["features"][0]["properties"]
    assert (told["telephone"], told["corrections"]) == ("+33320000009", "telephone")
    assert told["licence"] == "Licence Ouverte 2.0"


def test_the_mark_is_that_of_the_answer(client, db) -> None:
    first = client.get(COMMUNES)
    again = client.get(COMMUNES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for other in (f"{COMMUNES}?atlas=essai-2025", f"{COMMUNES}?limit=3", f"{COMMUNES}?f=html"):
        assert client.get(other, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


PAGES = ("", "collections", "collections/communes", "collections/communes/items", "api", "conformance",
         "collections/communes/items/90001", "collections/communes/tiles", "tileMatrixSets")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_names_somebody_is_shared_with_nobody(client, compte, path) -> None:
    """Before, while and after an account is open: each page is that of who reads, whatever was held."""
    address, somebody = f"/ogc/{path}?f=html", compte()
    anonymous = client.get(address)
    client.force_login(somebody)
    held = {"If-None-Match": anonymous.headers.get("ETag", "*")}
    mine = client.get(address, headers=held)
    assert (mine.status_code, str(somebody) in mine.content.decode()) == (200, True)
    assert "ETag" not in mine.headers
    assert mine.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept", "Cookie"} <= set(mine.headers["Vary"].split(", "))
    client.logout()
    after = client.get(address, headers={"If-None-Match": mine.headers.get("ETag", "*")})
    assert (after.status_code, str(somebody) in after.content.decode()) == (200, False)
    assert {"Accept", "Cookie"} <= set(after.headers["Vary"].split(", "))


def test_a_document_is_the_same_for_everybody(client, compte) -> None:
    """Its mark holds with and without an account, and 304 says what 200 said."""
    first = client.get(COMMUNES)
    client.force_login(compte())
    again = client.get(COMMUNES, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    for name in ("ETag", "Cache-Control"):
        assert again.headers[name] == first.headers[name]
    assert {"Accept", "Accept-Encoding"} <= set(again.headers["Vary"].split(", "))


def test_a_new_atlas_appears_without_restart(lire, dossier_atlas, tmp_path, settings) -> None:
    shutil.copytree(dossier_atlas / "essai-2025", tmp_path / "ici" / "essai-2025")
    settings.MAILLAGE_ATLAS = tmp_path / "ici"
    assert lire(COMMUNES, limit=1)["features"][0]["properties"]["atlas"] == "essai-2025"
    shutil.copytree(dossier_atlas / "essai-2026", Path(tmp_path / "ici" / "essai-2026"))
    assert lire(COMMUNES, limit=1)["features"][0]["properties"]["atlas"] == "essai-2026"
    former = lire(COMMUNES, limit=1, atlas="essai-2025")
    assert former["features"][0]["properties"]["atlas"] == "essai-2025"
    assert all("atlas=essai-2025" in one["href"] for one in former["links"])


def test_other_sites_may_read_and_nobody_writes(client, db) -> None:
    answer = client.get("/ogc/", headers={"Origin": "https://ailleurs.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options(COMMUNES)
    assert asked.status_code == 204
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    for method in (client.post, client.put, client.delete, client.patch):
        refused = method(COMMUNES)
        assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    whole, head = client.get("/ogc/conformance"), client.head("/ogc/conformance")
    assert (head.content, int(head.headers["Content-Length"])) == (b"", len(whole.content))


def test_the_rate_is_that_of_the_api(client, compte, minute) -> None:
    clear = commands.create_jeton(compte(), "essai")
    statuses = [client.get("/ogc/conformance").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    refused = client.get("/ogc/conformance")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/ogc/conformance", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    unknown = client.get("/ogc/conformance", headers={"Authorization": "Bearer faux"})
    assert (unknown.status_code, unknown.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_no_atlas_is_told(client, db, settings, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = tmp_path
    answer = client.get("/ogc/collections")
    assert (answer.status_code, answer.json()["code"]) == (503, "SansAtlas")


def test_pages_are_ours_and_lead_on(client, annuaire, programme, lire) -> None:
    """Each page in our frame, in French; the form filters; a wrong filter is told on a page."""
    for path in (
        "",
        "api",
        "conformance",
        "collections",
        "collections/communes",
        "collections/communes/queryables",
        "collections/communes/items",
        "collections/communes/items/90001",
        "collections/programme-objectifs/items",
        "collections/annuaire-structures/items/essai--1",
    ):
        page = client.get(f"/ogc/{path}", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert page.status_code == 200, path
        assert "<main" in page.content.decode()
    found = client.get("/ogc/collections/communes/items?f=html&filter=nom LIKE 'Val%25'").content.decode()
    assert "Valbrune" in found
    assert "Rochefagne" not in found
    wrong = client.get("/ogc/collections/communes/items?f=html&filter=nom LIKE")
    assert wrong.status_code == 400
    assert "s’arrête trop tôt" in wrong.content.decode()
    assert "https" not in {one["href"].partition(":")[0] for one in lire("/ogc/")["links"]}


def test_how_many_queries_a_page_asks(client, annuaire, programme, django_assert_max_num_queries) -> None:
    """Layers are read once: then an answer asks the base for its state alone, whatever its features."""
    client.get("/ogc/collections")
    with django_assert_max_num_queries(3):
        client.get(f"{COMMUNES}?limit=1")
    with django_assert_max_num_queries(6):
        client.get("/ogc/collections/annuaire-structures/items")


def test_a_layer_is_made_once(annuaire, db) -> None:
    atlas = choose("essai-2026")
    assert get_couche(atlas, "communes") is list_couches(atlas)["communes"]


LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
HOSTILES = [
    "bbox=1e400,0,1,1",
    "bbox=-1e300,-1e300,1e300,1e300",
    f"bbox=0,0,1,1&bbox-crs={LAMBERT}",
    f"bbox=1e12,1e12,2e12,2e12&bbox-crs={LAMBERT}",
    "limit=99999999999999999999",
    "offset=999999999",
    "datetime=9999-12-31/P9999Y",
    "datetime=0000-00-00",
    "datetime=/",
    "filter=1 = 1",
    "filter='a' < 'b'",
    "filter=1 IN (1, 'a')",
    "filter=nom IN (1)",
    "filter=TRUE = 5",
    "filter=population = TRUE",
    "filter=CASEI(population) = 'a'",
    "filter=nom LIKE nom",
    "filter=S_INTERSECTS(geometry, POLYGON((0 0, 9 99, 9 0, 0 99, 0 0)))",
    "filter=S_CONTAINS(POINT EMPTY, geometry)",
    "filter=S_WITHIN(geometry, geometry)",
    "filter=population BETWEEN 'a' AND 3",
    "filter=nom = '\U0001f600'",
    "filter=%27",
    "filter=S_INTERSECTS(geometry, POINT(1e999 0))",
    f"filter=S_EQUALS(geometry, POINT(1e30 1e30))&filter-crs={LAMBERT}",
    "properties=",
    "sortby=,",
    "sortby=-",
    "nom=",
    "population=1e9",
    "f=",
    "atlas=",
    "atlas=../essai",
    "crs=",
    "filter=",
    "filter=NOT NOT NOT oui",
    f"filter={'CASEI(' * 450}nom{')' * 450}='x'",
    f"filter={'ACCENTI(' * 450}nom{')' * 450}='x'",
    f"filter={'(' * 3000}",
    f"filter={'NOT ' * 1900}oui",
    f"filter=S_WITHIN(geometry,{'GEOMETRYCOLLECTION(' * 300}POINT(3 50){')' * 300})",
    "filter=S_INTERSECTS(geometry,BBOX(3,50,2,1e15))",
    "bbox=400,0,-400,1",
]


def test_nothing_that_is_asked_breaks_it(client, db) -> None:
    """Each is answered, or refused with its reason: the client of the tests would raise any exception."""
    for query in HOSTILES:
        answer = client.get(f"{COMMUNES}?{query}")
        assert answer.status_code in {200, 400, 404}, query
        assert answer.status_code == 200 or answer.json()["description"], query


GDAL = """
import json, sys, pyogrio
source = sys.argv[1]
meta, _, shapes, columns = pyogrio.raw.read(source, layer="communes")
kept = pyogrio.raw.read(source, layer="deficits-communes", where="en_deficit = 1 AND population < 3000")
def read(meta, columns):
    return [str(one) for one in columns[list(meta["fields"]).index("code")]]
names = [name for name, _ in pyogrio.list_layers(source)]
print(json.dumps([names, len(shapes), read(meta, columns), read(kept[0], kept[3])]))
"""


@pytest.mark.django_db(transaction=True)
def test_gdal_reads_layers_and_has_the_service_filter(live_server) -> None:
    """GDAL's own OAPIF driver: layers, all features of one, and a filter that it hands over as CQL.

    In a process of its own: it would hold Python while our server has to answer it.
    """
    command = [sys.executable, "-W", "ignore", "-c", GDAL, f"OAPIF:{live_server.url}/ogc/"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    layers, shapes, codes, kept = json.loads(said.stdout)
    assert {"communes", "deficits-communes", "implantations"} <= set(layers)
    assert shapes == len(codes) == len(set(codes)) == 12
    atlas = choose("essai-2026")
    small = {one.code for one in atlas.territoires("commune") if (one.population or 0) < 3000}
    sure = {code for code, one in atlas.deficits("commune").items() if one.en_deficit} & small
    assert set(kept) == sure
    assert sure
