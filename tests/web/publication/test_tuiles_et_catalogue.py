"""Tiles read back by GDAL, and the records of the catalogue."""

from datetime import UTC, datetime

import pyogrio
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import shape

from maillage.ogc.tuiles import find_box, find_tile
from maillage.web.socle.atlas import choose

WEB = Transformer.from_crs(3857, 4326, always_xy=True)
CENTRE = (3.15, 50.15)
"""The middle of commune 5: the twelve squares are all around."""


def read(path, body, zoom, row, col) -> tuple[dict, list]:
    """What GDAL reads of a tile: name → column, shapes in degrees."""
    path.write_bytes(body)
    meta, _, shapes, columns = pyogrio.raw.read(path, X=col, Y=row, Z=zoom)
    found = shapely.transform(shapely.from_wkb(shapes), WEB.transform, interleaved=False)
    return dict(zip(meta["fields"], columns, strict=True)), list(found)


def address(name: str, zoom: int) -> tuple[str, int, int]:
    col, row = find_tile(*CENTRE, zoom)
    return f"/ogc/collections/{name}/tiles/WebMercatorQuad/{zoom}/{row}/{col}", row, col


@pytest.mark.parametrize(
    ("name", "key"),
    [("communes", "code"), ("deficits-communes", "id"), ("implantations", "id"), ("carreaux", "code")],
)
@pytest.mark.parametrize("zoom", [9, 11])
def test_a_tile_holds_the_features_that_are_in_it(client, lire, tmp_path, name, key, zoom) -> None:
    """Drawn from an archive or from shapes: the same features as the box of the tile, where they are."""
    path, row, col = address(name, zoom)
    answer = client.get(path)
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    told, shapes = read(tmp_path / "t.mvt", answer.content, zoom, row, col)
    box = find_box(zoom, row, col)
    inner = shapely.box(*box).buffer(-0.03 * (box[2] - box[0]))
    held = {
        one["id"]: shape(one["geometry"])
        for one in lire(f"/ogc/collections/{name}/items", limit=2000)["features"]
    }
    sure = {ident for ident, one in held.items() if one.intersects(inner)}
    assert sure <= set(told[key]) <= set(held)
    assert sure
    step = 2 * 360 / 2**zoom / 4096
    for ident, drawn in zip(told[key], shapes, strict=True):
        assert held[ident].buffer(step).contains(drawn)
        if held[ident].within(inner):
            assert drawn.hausdorff_distance(held[ident]) < 2 * step


def test_what_a_drawn_tile_says(client, lire, tmp_path) -> None:
    path, row, col = address("deficits-communes", 10)
    told, _ = read(tmp_path / "t.mvt", client.get(path).content, 10, row, col)
    plain = {
        one["id"]: one["properties"] for one in lire("/ogc/collections/deficits-communes/items")["features"]
    }
    for rank, ident in enumerate(told["id"]):
        assert bool(told["en_deficit"][rank]) is plain[ident]["en_deficit"]
        assert told["population"][rank] == plain[ident]["population"]
        assert told["nom"][rank] == plain[ident]["nom"]
    assert "portrait" not in told


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("communes/tiles/WebMercatorQuad/9/0/0", 204),
        ("implantations/tiles/WebMercatorQuad/9/0/0", 204),
        ("communes/tiles/WebMercatorQuad/20/0/0", 404),
        ("communes/tiles/WebMercatorQuad/9/512/0", 404),
        ("communes/tiles/Autre/9/1/1", 404),
        ("programme-objectifs/tiles", 404),
        ("communes/tiles/WebMercatorQuad/9/1/1?f=png", 400),
        ("communes/tiles/WebMercatorQuad?rien=1", 400),
    ],
)
def test_tiles_that_hold_nothing_or_do_not_exist(client, programme, path, status) -> None:
    assert client.get(f"/ogc/collections/{path}").status_code == status


@pytest.mark.parametrize("name", ["communes", "deficits-communes"])
def test_a_tileset_leads_to_its_tiles(client, lire, name) -> None:
    """From the layer to a tile by links alone; TileJSON says the same."""
    layer = lire(f"/ogc/collections/{name}")
    (tilesets,) = [
        o["href"] for o in layer["links"] if o["rel"].endswith("tilesets-vector") and "json" in o["type"]
    ]
    one = lire(tilesets)["tilesets"][0]
    (tileset,) = [o["href"] for o in one["links"] if o["rel"] == "self"]
    document = lire(tileset)
    assert document["dataType"] == "vector"
    (item,) = [o for o in document["links"] if o["rel"] == "item"]
    assert item["templated"] is True
    limits = {o["tileMatrix"]: o for o in document["tileMatrixSetLimits"]}
    nine = limits["9"]
    tile = item["href"].format(tileMatrix=9, tileRow=nine["minTileRow"], tileCol=nine["minTileCol"])
    assert client.get(tile).status_code == 200
    told = lire(f"/ogc/collections/{name}/tiles/WebMercatorQuad?f=tilejson")
    assert (str(told["minzoom"]), str(told["maxzoom"])) == (min(limits, key=int), max(limits, key=int))
    assert told["tiles"][0].format(z=9, y=nine["minTileRow"], x=nine["minTileCol"]) == tile
    assert told["vector_layers"][0]["id"] == document["layers"][0]["id"]
    (scheme,) = [o["href"] for o in one["links"] if o["rel"].endswith("tiling-scheme")]
    matrix = lire(scheme)["tileMatrices"][9]
    assert matrix["matrixWidth"] == 512
    assert matrix["scaleDenominator"] == pytest.approx(559082264.0287178 / 512)  # 17-083r4, annex D


def test_each_layer_has_its_record(lire, annuaire, programme) -> None:
    layers = {one["id"]: one for one in lire("/ogc/collections")["collections"]}
    assert layers.pop("catalogue")["itemType"] == "record"
    records = {one["id"]: one for one in lire("/ogc/collections/catalogue/items")["features"]}
    assert set(records) == set(layers)
    one = records["communes"]
    assert one["properties"]["type"] == "dataset"
    assert one["properties"]["language"] == {"code": "fr"}
    assert one["properties"]["jeu_essai"] is True
    assert "record-core" in one["conformsTo"][0]
    assert one["time"] is None
    updated = datetime.fromisoformat(one["properties"]["updated"])
    assert (updated.tzinfo, updated.date()) == (UTC, choose("essai-2026").construit_le)
    assert records["annuaire-structures"]["properties"]["updated"] is None
    assert records["annuaire-structures"]["time"] == {"interval": ["2026-01-31", "2026-01-31"]}
    assert {link["rel"] for link in one["links"]} == {"about", "item"}
    assert lire(one["links"][1]["href"])["numberMatched"] == one["properties"]["objets"] == 12


def test_a_record_is_found_by_what_it_says(lire) -> None:
    """The instant it says is one that a filter and a parameter take; what is not asked is not said."""
    one = lire("/ogc/collections/catalogue/items/communes")["properties"]
    said = {"filter": f"updated = TIMESTAMP('{one['updated']}')"}, {"updated": one["updated"]}
    for query in said:
        found = lire("/ogc/collections/catalogue/items", **query)["features"]
        assert "communes" in {record["id"] for record in found}
    (short,) = lire("/ogc/collections/catalogue/items", ids="communes", properties="title")["features"]
    assert "updated" not in short["properties"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "carreaux,annuaire"}, {"carreaux"}),
        ({"ids": "communes,epci,rien"}, {"communes", "epci"}),
        ({"type": "service"}, set()),
        ({"filter": "updated < DATE('2000-01-01')"}, set()),
        ({"filter": "title LIKE 'Déficits%' AND objets = 12"}, {"deficits-communes"}),
    ],
)
def test_records_are_searched(lire, query, found) -> None:
    told = lire("/ogc/collections/catalogue/items", **query)["features"]
    assert {one["id"] for one in told} == found
