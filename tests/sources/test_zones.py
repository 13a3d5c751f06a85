"""Zones that a département draws itself: polygons or lists of communes, recognised by content."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely import Polygon, box

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.decouverte import recognise
from maillage.sources.registre import read

EST, OUEST = box(3.4, 50.3, 3.5, 50.4), box(2.8, 50.4, 2.9, 50.5)
LISTE = """code_zone;nom_zone;type_zone;code_insee
RURAL-1;Secteur rural 1;secteur rural;59001
RURAL-1;Secteur rural 1;secteur rural;59070
RURAL-2;Secteur rural 2;secteur rural;59002
"""


def draw(**columns: list[str | None]) -> gpd.GeoDataFrame:
    values = {
        "code": ["BM-EST", "BM-OUEST"],
        "nom": ["Est", "Ouest"],
        "type": ["bassin minier"] * 2,
    } | columns
    return gpd.GeoDataFrame(values, geometry=[EST, OUEST], crs=4326)


def write_geojson(path: Path, frame: gpd.GeoDataFrame) -> Path:
    path.write_text(frame.to_json())
    return path


def refused(*paths: Path) -> list[str]:
    with pytest.raises(EntreeInvalide) as caught:
        read("zones", *paths)
    return [str(faute) for faute in caught.value.fautes]


def test_polygons(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "n_importe_quoi.json", draw())
    assert recognise(path) == "zones"
    (table,) = read("zones", path)
    assert table.frame.select("code", "nom", "type").rows() == [
        ("BM-EST", "Est", "bassin minier"),
        ("BM-OUEST", "Ouest", "bassin minier"),
    ]
    assert shapely.from_wkb(table.frame["wkb"][0]).equals(EST)
    assert table.frame["communes"].null_count() == 2


def test_a_geopackage_layer_of_zones(tmp_path: Path) -> None:
    draw().to_crs(2154).to_file(tmp_path / "z.gpkg", layer="zones_departementales", driver="GPKG")
    assert recognise(tmp_path / "z.gpkg") == "zones"
    (table,) = read("zones", tmp_path / "z.gpkg")
    assert shapely.from_wkb(table.frame["wkb"][0]).bounds == pytest.approx(EST.bounds, abs=1e-6)


def test_communes_with_a_type_are_still_communes(tmp_path: Path) -> None:
    frame = draw(code=["59350", "2A004"], type=["commune-actuelle"] * 2)
    assert recognise(write_geojson(tmp_path / "c.json", frame)) == "contours"


def test_a_list_of_communes_is_carried_to_present_ones(tmp_path: Path) -> None:
    path = tmp_path / "rural.csv"
    path.write_text(LISTE)
    assert recognise(path) == "zones"
    (table,) = read("zones", path)
    assert table.frame.select("code", "communes").rows() == [
        ("RURAL-1", ["59001", "59006"]),  # Bermeries is in L'Orée de Mormal since 2025
        ("RURAL-2", ["59002"]),
    ]
    (both,) = read("zones", write_geojson(tmp_path / "z.json", draw()), path)
    assert both.frame["code"].to_list() == ["BM-EST", "BM-OUEST", "RURAL-1", "RURAL-2"]


def test_every_fault_of_polygons_is_listed(tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "z.json", draw(code=["BM EST", None], type=["bassin minier", None]))
    faults = refused(path)
    assert len(faults) == 3
    assert any("BM EST" in fault and "BASSIN-MINIER" in fault for fault in faults)
    assert any("code absent" in fault for fault in faults)
    assert any("« type »" in fault and "valeur absente" in fault for fault in faults)


def test_every_fault_of_a_list_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "rural.csv"
    path.write_text(LISTE + "RURAL-2;Autre nom;secteur rural;59002\nRURAL-2;Secteur rural 2;;5903\n")
    faults = refused(path)
    expected = ("Autre nom", "deux fois", "zéro initial", "absente")
    assert [part for part in expected if part not in " ".join(faults)] == []
    path.write_text(LISTE.replace("type_zone", "genre"))
    assert "« type_zone »" in refused(path)[0]


def test_swapped_coordinates_and_a_zone_twice_are_refused(tmp_path: Path) -> None:
    document = json.loads(draw().to_json())
    ring = Polygon([(y, x) for x, y in EST.exterior.coords])
    document["features"][0]["geometry"] = shapely.geometry.mapping(ring)
    swapped = tmp_path / "z.json"
    swapped.write_text(json.dumps(document))
    assert "inversées" in refused(swapped)[0]
    again = [write_geojson(tmp_path / name, draw()) for name in ("a.json", "b.json")]
    assert ["plusieurs fichiers" in fault for fault in refused(*again)] == [True, True]
