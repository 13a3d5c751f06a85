"""The assertions of the OGC's own suite (ets-ogcapi-features10) for Features 1.0 and 2, in our words.

Each test names the abstract test that it says: A.n of OGC 17-069r4 for Features, B.n of OGC 18-058r1 for CRS.
"""

import re
from datetime import datetime

import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from maillage.ogc.conformite import CLASSES
from maillage.ogc.openapi import OPENAPI

RACINE = "/ogc/"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
COUCHES = ["communes", "deficits-communes", "implantations", "carreaux"]
GEOJSON, HTML, JSON = "application/geo+json", "text/html", "application/json"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"


def links(document, rel) -> dict:
    """Type → address of the links of a relation; each must say what it leads to."""
    assert all(one.get("rel") and one.get("type") and one.get("href") for one in document["links"])
    return {one["type"]: one["href"] for one in document["links"] if one["rel"] == rel}


def items(name: str) -> str:
    return f"{RACINE}collections/{name}/items"


def test_landing_page(client, lire) -> None:
    """A.3, A.4: it leads to the definition, the conformance and the layers, as JSON and as a page."""
    page = lire(RACINE)
    assert {"service-desc", "conformance", "data", "self", "alternate"} <= {o["rel"] for o in page["links"]}
    assert OPENAPI in links(page, "service-desc")
    assert page["title"]
    for one in page["links"]:
        assert client.get(one["href"]).status_code == 200, one
    assert client.get(RACINE, headers={"Accept": HTML}).headers["Content-Type"].startswith(HTML)
    assert client.get(RACINE, headers={"Accept": "*/*"}).headers["Content-Type"] == JSON


def test_api_definition(client, lire) -> None:
    """A.5, A.6: an OpenAPI 3.0 document, whole: what it refers to is in it, each operation has its name."""
    answer = client.get(links(lire(RACINE), "service-desc")[OPENAPI], headers={"Accept": OPENAPI})
    assert answer.headers["Content-Type"] == OPENAPI
    document = answer.json()
    assert re.fullmatch(r"3\.0\.\d+", document["openapi"])
    assert document["info"]["title"]
    assert document["info"]["version"]
    for reference in set(re.findall(r'"#/([^"]+)"', answer.content.decode())):
        held = document
        for part in reference.split("/"):
            held = held[part]
    names = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(names) == len(set(names))
    for path, one in document["paths"].items():
        told = {p["name"] for p in one["get"]["parameters"] if p.get("in") == "path"}
        assert told == set(re.findall(r"\{(\w+)\}", path))


def test_every_address_of_the_definition_answers(client, lire) -> None:
    """A.7, A.9, A.11: each operation that the document describes is there."""
    for path in lire("/ogc/api")["paths"]:
        if "{" not in path:
            assert client.get(f"/ogc{path}").status_code == 200, path


def test_conformance(lire) -> None:
    """A.7, A.8."""
    told = lire("/ogc/conformance")["conformsTo"]
    assert told == list(CLASSES)
    assert {
        f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{n}"
        for n in ("core", "oas30", "geojson", "html")
    } <= set(told)


def test_collections(lire) -> None:
    """A.9, A.10, B.1 to B.3: each layer has an id, links, an extent, its systems; CRS84 first."""
    document = lire("/ogc/collections")
    assert links(document, "self")
    assert HTML in links(document, "alternate")
    assert document["crs"][0] == CRS84
    for one in document["collections"]:
        assert one["id"]
        assert one["title"]
        assert {GEOJSON, HTML} <= set(links(one, "items"))
        assert one["crs"][0] == CRS84
        assert one["storageCrs"] in one["crs"]
        assert all(
            re.fullmatch(r"http://www\.opengis\.net/def/crs/(OGC/1\.3/CRS84|EPSG/0/\d+)", c)
            for c in one["crs"]
        )
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert west <= east
        assert south <= north
    assert {one["id"] for one in document["collections"]} >= set(COUCHES)


@pytest.mark.parametrize("name", COUCHES)
def test_collection(lire, name) -> None:
    """A.11, A.12: a layer says of itself what the list says of it."""
    (listed,) = [one for one in lire("/ogc/collections")["collections"] if one["id"] == name]
    assert lire(f"/ogc/collections/{name}") == listed


BOITES = {
    "monde": "-180,-90,180,90",
    "partie": "3.05,50.05,3.2,50.2",
    "greenwich": "-1.5,50,1.5,53",
    "equateur": "-80,-5,-70,5",
    "antimeridien": "177,65,-177,70",
    "nord": "-180,85,180,90",
    "sud": "-180,-90,180,-85",
    "altitudes": "3,50,0,3.1,50.1,9",
}
VARIANTES = {
    "tout": {},
    "une": {"limit": "1"},
    "dix": {"limit": "10"},
    "maximum": {"limit": "2000"},
    "au-dela": {"limit": "99999"},
    "bien-au-dela": {"limit": "99999999999"},
    **{name: {"bbox": box} for name, box in BOITES.items()},
}


@pytest.mark.parametrize("variant", VARIANTES)
@pytest.mark.parametrize("name", ["communes", "implantations"])
def test_features(client, db, name, variant) -> None:
    """A.2, A.13, A.15, A.17, A.22 to A.26: any answer tells its counts, links and time."""
    answer = client.get(items(name), VARIANTES[variant], headers={"Accept": GEOJSON})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == GEOJSON
    assert answer.headers["Content-Crs"] == f"<{CRS84}>"
    check_features(client, answer.json(), VARIANTES[variant])


def check_features(client, page, query) -> None:
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) <= int(query.get("limit", 100))
    assert datetime.fromisoformat(page["timeStamp"]).tzinfo
    assert GEOJSON in links(page, "self")
    assert HTML in links(page, "alternate")
    shapes = [shape(one["geometry"]) for one in page["features"] if one["geometry"]]
    assert all(shapely.box(-180, -90, 180, 90).contains(one) for one in shapes)
    assert all(one.exterior.is_ccw for one in shapes if one.geom_type == "Polygon")
    if query.get("bbox", "").count(",") == 3:
        west, south, east, north = map(float, query["bbox"].split(","))
        boxes = (
            [(west, south, east, north)]
            if west <= east
            else [(west, south, 180, north), (-180, south, east, north)]
        )
        assert all(any(shapely.box(*box).intersects(one) for box in boxes) for one in shapes)
    seen = {one["id"] for one in page["features"]}
    turns = 0
    while (following := links(page, "next").get(GEOJSON)) and turns < 12:
        page, turns = client.get(following).json(), turns + 1
        new = {one["id"] for one in page["features"]}
        assert not new & seen
        assert new
        seen |= new
    if not following:
        assert len(seen) == page["numberMatched"]


@pytest.mark.parametrize(
    ("variant", "count"),
    [("monde", 12), ("partie", 9), ("greenwich", 0), ("altitudes", 4), ("antimeridien", 0)],
)
def test_a_box_holds_what_touches_it(lire, variant, count) -> None:
    """A.15: counted by hand on the twelve squares of a tenth of a degree; a shared edge touches."""
    assert lire(items("communes"), bbox=BOITES[variant])["numberMatched"] == count


INSTANTS = {
    "2026-01-31T12:00:00Z": 1,
    "2026-01-31": 1,
    "2026-02-01": 0,
    "2026-01-01/2026-02-01": 1,
    "2025-01-01/..": 1,
    "/2025-12-31": 0,
    "2026-01-30/P2D": 1,
    "2025-12-01/P1M": 0,
    "2026-01-30T12:00:00Z/PT36H": 1,
    "2026-01-30T12:00:00Z/PT11H59M59.9S": 0,
    "2026-01-30T12:00:00Z/PT12H": 1,
    "2026-01-30T12:00:00Z/P1DT1M": 1,
    "2026-01-30T23:59:00Z/PT60S": 1,
    "../..": 1,
}


@pytest.mark.parametrize("instant", INSTANTS)
def test_features_at_a_time(client, annuaire, lire, instant) -> None:
    """A.13, A.18, A.19: an instant, an interval, open or with a duration."""
    page = lire(items("annuaire-structures"), datetime=instant)
    assert page["numberMatched"] == INSTANTS[instant]
    check_features(client, page, {})


def test_a_layer_without_time_answers_at_any_time(lire) -> None:
    """A.19: features that tell no time hold at all times."""
    assert lire(items("communes"), datetime="1900-01-01")["numberMatched"] == 12


def test_the_extent_in_time_is_that_of_the_features(annuaire, lire) -> None:
    """A.10: ``extent.temporal``."""
    told = lire("/ogc/collections/annuaire-structures")["extent"]["temporal"]["interval"]
    assert told == [["2026-01-31T00:00:00Z", "2026-01-31T23:59:59Z"]]


def test_parameters_are_defined(lire) -> None:
    """A.14, A.16, A.18, B.4, B.8: in the document, each parameter as the standard writes it."""
    document = lire("/ogc/api")
    held = document["components"]["parameters"]
    for name in COUCHES:
        told = {
            p.get("$ref", "").rpartition("/")[2]
            for p in document["paths"][f"/collections/{name}/items"]["get"]["parameters"]
        }
        assert {"bbox", "limit", "datetime", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs"} <= told
    for name in ("bbox", "limit", "datetime", "crs", "bbox-crs"):
        one = held[name]
        assert (one["name"], one["in"], one["required"], one["style"], one["explode"]) == (
            name,
            "query",
            False,
            "form",
            False,
        )
    assert held["bbox"]["schema"] == {
        "type": "array",
        "minItems": 4,
        "maxItems": 6,
        "items": {"type": "number"},
    }
    limit = held["limit"]["schema"]
    assert limit["type"] == "integer"
    assert 1 <= limit["minimum"] <= limit["default"] <= limit["maximum"]
    assert held["datetime"]["schema"]["type"] == "string"


@pytest.mark.parametrize(
    "query",
    [
        "limit=unlimited",
        "limit=0",
        "limit=-1",
        "unknownQueryParameter=1",
        "bbox=1,2,3",
        "bbox=3,51,4,50",
        "bbox=a,b,c,d",
        "bbox=nan,0,1,1",
        "datetime=hier",
        "datetime=2026-01-02/2026-01-01",
        "datetime=2026-13-01",
        "datetime=2026-02-30",
        "datetime=2026-01-31T24:99:99Z",
        "datetime=2026-01-30/P",
        "datetime=2026-01-30/PT",
        "datetime=2026-01-30/PT1X",
        "datetime=9999-12-31T12:00:00Z/PT36H",
        "limit=1.5",
        "limit=00",
        "bbox=51,3,50,4&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326",
        "bbox=350000,6400000,300000,6500000&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3857",
        "bbox=190,50,170,51",
        "filter=S_INTERSECTS(geometry,BBOX(3,51,4,50))",
        "crs=EPSG:2154",
        "bbox-crs=http://www.opengis.net/def/crs/OGC/1.3/CRS0",
        "filter=nom%20=",
        "filter-lang=cql2-json",
        "offset=x",
        "properties=rien",
        "sortby=rien",
        "population=douze",
        "partiel=peut-etre",
        "f=xml",
        "limit=1&limit=2",
        "q=mots",
    ],
)
def test_what_cannot_be_answered_is_refused(client, db, query) -> None:
    """A.20, A.21, B.5, B.9: a value that means nothing, a parameter that does not exist: 400, and why."""
    answer = client.get(f"{items('communes')}?{query}")
    assert answer.status_code == 400
    told = answer.json()
    assert told["code"]
    assert query.partition("=")[0] in told["description"]


@pytest.mark.parametrize(
    "path",
    [
        "api",
        "conformance",
        "collections",
        "collections/communes",
        "collections/communes/queryables",
        "collections/communes/items/90001",
        "",
    ],
)
def test_other_addresses_refuse_parameters_too(client, db, path) -> None:
    """A.20, A.21."""
    assert client.get(f"/ogc/{path}?unknownQueryParameter=1").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "collections/rien",
        "collections/rien/items",
        "collections/communes/items/rien",
        "collections?atlas=rien",
    ],
)
def test_what_does_not_exist(client, db, path) -> None:
    assert client.get(f"/ogc/{path}").status_code == 404


@pytest.mark.parametrize("name", COUCHES)
def test_feature(client, lire, name) -> None:
    """A.27 to A.29: each feature alone is the one of the list, with its links."""
    first = lire(items(name), limit=1)["features"][0]
    answer = client.get(f"{items(name)}/{first['id']}", headers={"Accept": GEOJSON})
    assert answer.headers["Content-Type"] == GEOJSON
    one = answer.json()
    assert {key: one[key] for key in first} == first
    assert GEOJSON in links(one, "self")
    assert HTML in links(one, "alternate")
    assert links(one, "collection")[JSON].endswith(f"/ogc/collections/{name}")


REPERES = {CRS84: "OGC:CRS84", **{f"{EPSG}{n}": f"EPSG:{n}" for n in (4326, 3857, 2154, 3035)}}


@pytest.mark.parametrize("crs", REPERES)
def test_coordinates_in_each_system(client, lire, crs) -> None:
    """B.4, B.6, B.7: the header says the system, and the coordinates come back to those of CRS84."""
    plain = {one["id"]: shape(one["geometry"]) for one in lire(items("communes"))["features"]}
    answer = client.get(items("communes"), {"crs": crs})
    assert answer.headers["Content-Crs"] == f"<{crs}>"
    back = Transformer.from_crs(REPERES[crs], "OGC:CRS84")
    for one in answer.json()["features"]:
        moved = shapely.transform(shape(one["geometry"]), back.transform, interleaved=False)
        assert shapely.hausdorff_distance(moved, plain[one["id"]]) < 1e-5
    alone = client.get(f"{items('communes')}/90001", {"crs": crs})
    assert alone.headers["Content-Crs"] == f"<{crs}>"
    assert alone.json()["geometry"] == answer.json()["features"][0]["geometry"]


def test_latitude_comes_first_where_the_authority_says_so(lire) -> None:
    """B.7: the order of axes, read on a point that everybody knows."""
    told = {
        crs: lire(f"{items('implantations')}/boulangerie-90001-0", crs=crs)["geometry"]["coordinates"]
        for crs in REPERES
    }
    lon, lat = told[CRS84]
    assert told[f"{EPSG}4326"] == [lat, lon]
    x, y = told[f"{EPSG}2154"]
    assert 600_000 < x < 800_000
    assert 6_900_000 < y < 7_100_000


@pytest.mark.parametrize("crs", REPERES)
def test_a_box_in_each_system(lire, crs) -> None:
    """B.8, B.10: a box given in another system keeps the same features."""
    box = Transformer.from_crs("OGC:CRS84", REPERES[crs]).transform_bounds(3.08, 50.04, 3.12, 50.06)
    found = lire(items("communes"), **{"bbox": ",".join(map(str, box)), "bbox-crs": crs})["features"]
    assert [one["id"] for one in found] == ["90001", "90002"]


def test_queryables(lire) -> None:
    """Features 3: a JSON schema of what a filter may name, to which the layer leads."""
    (address,) = links(lire("/ogc/collections/communes"), QUERYABLES).values()
    schema = lire(address)
    assert schema["$id"] == address
    assert schema["type"] == "object"
    assert schema["properties"]["population"]["type"] == "integer"
    assert schema["properties"]["geometry"]["x-ogc-role"] == "primary-geometry"
    first = lire(items("communes"), limit=1)["features"][0]["properties"]
    assert set(first) <= set(schema["properties"])


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"filter": "population >= 5000"}, 3),
        ({"filter": "nom LIKE '%-%'", "filter-lang": "cql2-text"}, 7),
        ({"filter": "revenu_median IS NULL"}, 1),
        ({"nom": "Valbrune"}, 1),
        ({"population": "500", "niveau": "commune"}, 1),
        ({"partiel": "false"}, 12),
        ({"filter": "population > 500", "bbox": "3.01,50.01,3.02,50.02"}, 0),
        ({"filter": "S_INTERSECTS(geometry, POINT(50.05 3.05))", "filter-crs": f"{EPSG}4326"}, 1),
        ({"filter": "S_INTERSECTS(geometry, BBOX(3.35, 49, 2.9, 51))"}, 3),
        ({"bbox": "3.35,49,2.9,51"}, 3),
        ({"bbox": "49,3.35,51,2.9", "bbox-crs": f"{EPSG}4326"}, 3),
        (
            {"filter": "S_INTERSECTS(geometry, BBOX(49, 3.35, 51, 2.9))", "filter-crs": f"{EPSG}4326"},
            3,
        ),
    ],
)
def test_filters(lire, query, count) -> None:
    """Features 3: filter, filter-lang, filter-crs, and properties as parameters, on the twelve communes."""
    assert lire(items("communes"), **query)["numberMatched"] == count


def test_chosen_properties_and_order(lire) -> None:
    """What is asked, with its reliability and its vintage, in the order that is asked."""
    found = lire(items("communes"), properties="nom,duree_pharmacie", sortby="-population", limit=2)[
        "features"
    ]
    assert [one["id"] for one in found] == ["90012", "90011"]
    assert list(found[0]["properties"]) == [
        "nom",
        "duree_pharmacie",
        "duree_pharmacie_fiabilite",
        "duree_pharmacie_couverture",
        "duree_pharmacie_millesime",
    ]
