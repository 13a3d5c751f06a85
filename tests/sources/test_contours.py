"""Outlines from GeoJSON and GeoPackage; the files are written by GDAL, an independent hand."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon, box

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import read
from maillage.sources.decouverte import recognise

LILLE = box(3.0, 50.6, 3.1, 50.7)
DOUAI = MultiPolygon([box(3.05, 50.35, 3.1, 50.4), box(3.2, 50.3, 3.25, 50.35)])
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:pyogrio", "ignore::RuntimeWarning:pyogrio")


def make_frame(
    geometries: list[object], codes: list[str | None], name: str = "INSEE_COM"
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({name: codes, "NOM": codes}, geometry=geometries, crs=4326)


@pytest.mark.parametrize("epsg", [4326, 2154])
@pytest.mark.parametrize("name", ["INSEE_COM", "code_insee"])
def test_geopackage_in_any_projection(epsg: int, name: str, tmp_path: Path) -> None:
    path = tmp_path / "ADMIN-EXPRESS.gpkg"
    frame = make_frame([LILLE, DOUAI], ["59350", "59178"], name).to_crs(epsg)
    frame.to_file(path, layer="commune", driver="GPKG")
    make_frame([LILLE], ["59"], "INSEE_DEP").to_file(path, layer="departement", driver="GPKG")
    assert recognise(path) == "contours"
    (table,) = read("contours", path)
    assert table.frame["code_insee"].to_list() == ["59178", "59350"]
    found = shapely.from_wkb(table.frame["wkb"].to_list())
    assert found[0].area == pytest.approx(DOUAI.area, rel=1e-6)
    assert found[1].bounds == pytest.approx(LILLE.bounds, abs=1e-6)


def test_geojson_faults_are_all_listed(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    swapped = Polygon([(y, x) for x, y in LILLE.exterior.coords])
    frame = make_frame(
        [LILLE, LILLE, swapped, box(-30, 40, -29, 41), LILLE], ["59350", "59350", "59001", "59002", "9001"]
    )
    path.write_text(frame.to_json())
    with pytest.raises(EntreeInvalide) as caught:
        read("contours", path)
    assert {(f.ligne, f.quoi.split(" (")[0]) for f in caught.value.fautes} == {
        (3, "59350 en double"),
        (4, "longitude et latitude inversées"),
        (5, "point hors de France"),
        (6, "code « 9001 » : le zéro initial est perdu"),
    }


def test_points_and_missing_outlines_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    path.write_text(make_frame([Point(3, 50), None, LILLE], ["59350", "59001", "59002"]).to_json())
    with pytest.raises(EntreeInvalide) as caught:
        read("contours", path)
    assert [f.ligne for f in caught.value.fautes] == [2, 3]


def test_outline_that_crosses_itself_is_mended_and_said(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    bow = Polygon([(3, 50.5), (3.1, 50.6), (3.1, 50.5), (3, 50.6)])
    path.write_text(make_frame([bow], ["59350"]).to_json())
    (table,) = read("contours", path)
    assert shapely.from_wkb(table.frame["wkb"][0]).is_valid
    assert "recoupe" in table.avertissements[0].quoi


def test_lambert_93_geojson_is_reprojected(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    document = json.loads(make_frame([LILLE], ["59350"]).to_crs(2154).to_json())
    document["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    path.write_text(json.dumps(document))
    (table,) = read("contours", path)
    assert shapely.from_wkb(table.frame["wkb"][0]).bounds == pytest.approx(LILLE.bounds, abs=1e-6)
    document["crs"]["properties"]["name"] = "ma projection"
    path.write_text(json.dumps(document))
    with pytest.raises(EntreeInvalide, match="Projection inconnue"):
        read("contours", path)


def test_qpv(tmp_path: Path) -> None:
    path = tmp_path / "qp.geojson"
    frame = gpd.GeoDataFrame(
        {"code_qp": ["QN05901M", "QP059002"], "lib_qp": ["Les Oliveaux", "Centre"]},
        geometry=[LILLE, DOUAI],
        crs=4326,
    )
    path.write_text(frame.to_json())
    assert recognise(path) == "qpv"
    (table,) = read("qpv", path)
    assert table.frame.select("code", "nom").rows() == [("QN05901M", "Les Oliveaux"), ("QP059002", "Centre")]
    frame.to_file(tmp_path / "qp.gpkg", layer="qp2024", driver="GPKG")
    assert recognise(tmp_path / "qp.gpkg") == "qpv"
    again = read("qpv", tmp_path / "qp.gpkg")[0].frame  # GDAL writes every polygon as a multipolygon
    assert again.select("code", "nom").equals(table.frame.select("code", "nom"))
    assert all(
        a.equals(b)
        for a, b in zip(*(shapely.from_wkb(f["wkb"].to_list()) for f in (again, table.frame)), strict=True)
    )
    frame["code_qp"] = ["QN05901M", "59002"]
    path.write_text(frame.to_json())
    with pytest.raises(EntreeInvalide, match="quartier prioritaire"):
        read("qpv", path)


def test_damaged_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    make_frame([LILLE], ["59350"]).to_file(path, layer="commune", driver="GPKG")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(EntreeInvalide):
        read("contours", path)
    make_frame([LILLE], ["59"]).to_file(tmp_path / "b.gpkg", layer="routes", driver="GPKG")
    make_frame([LILLE], ["59"]).to_file(tmp_path / "b.gpkg", layer="bois", driver="GPKG")
    with pytest.raises(EntreeInvalide, match="bois, routes"):
        read("contours", tmp_path / "b.gpkg")


def test_outlines_of_merged_communes_are_united(tmp_path: Path) -> None:
    path = tmp_path / "communes.geojson"
    west, east = box(3.70, 50.25, 3.75, 50.30), box(3.75, 50.25, 3.80, 50.30)
    path.write_text(make_frame([west, east, LILLE], ["59006", "59070", "59350"]).to_json())
    (table,) = read("contours", path)
    assert table.frame["code_insee"].to_list() == ["59006", "59350"]
    assert shapely.from_wkb(table.frame["wkb"][0]).equals(box(3.70, 50.25, 3.80, 50.30))
    assert "59006" in table.avertissements[0].quoi
