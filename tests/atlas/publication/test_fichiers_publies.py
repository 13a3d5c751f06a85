"""An atlas as files for others: read back by libraries that are not ours, equal to what the atlas holds."""

import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas
import numpy as np
import polars as pl
import pyogrio
import pytest
from frictionless import Package, system

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.publication import fichiers
from maillage.atlas.publication.fichiers import list_files, widen_figures, write_all, write_file
from maillage.atlas.publication.tables import find_years, list_tables, read_frame


@pytest.fixture(scope="module")
def dossier(petit_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publie")
    write_all(petit_atlas, folder, lambda _name, _share: None)
    return folder


def test_every_table_says_each_of_its_columns(petit_atlas: Atlas) -> None:
    for table in list_tables(petit_atlas):
        frame = read_frame(petit_atlas, table)
        assert frame.columns == [one.nom for one in table.champs], table.nom
        assert not frame.select(table.cle).is_duplicated().any(), table.nom
        assert all(one.description for one in table.champs)


def test_the_data_package_is_valid(dossier: Path) -> None:
    with system.use_context(trusted=True):
        package = Package(str(dossier / "datapackage.json"))
        report = package.validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])
    assert {"territoires", "deficits", "indicateurs-commune"} <= set(package.resource_names)


def test_shapes_are_read_by_geopandas(petit_atlas: Atlas, dossier: Path) -> None:
    for name, kind in (("territoires", "MultiPolygon"), ("carreaux", None), ("implantations", "Point")):
        parquet = geopandas.read_parquet(dossier / f"{name}.parquet")
        package = geopandas.read_file(dossier / f"{name}.gpkg")
        assert parquet.crs.equals("OGC:CRS84")
        assert package.crs.to_epsg() == 4326
        assert len(parquet) == len(package) == petit_atlas.table(name).height
        drawn = parquet.geometry.dropna()
        assert np.allclose(drawn.bounds, package.geometry.dropna().bounds)
        if kind and len(drawn):
            assert set(drawn.geom_type) == {kind}


@pytest.mark.parametrize("niveau", ["commune", "carreau"])
def test_figures_that_no_layer_holds_take_several(
    petit_atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, niveau: str
) -> None:
    file = next(one for one in list_files(petit_atlas) if one.nom == f"indicateurs-{niveau}.gpkg")
    whole = geopandas.read_file(write_file(petit_atlas, file, tmp_path, "entier.gpkg"))
    monkeypatch.setattr(fichiers, "CHIFFRES_PAR_COUCHE", 3)
    path = write_file(petit_atlas, file, tmp_path)
    layers = [name for name, _ in pyogrio.list_layers(path)]
    named = f"indicateurs_{niveau}"
    assert layers == [named, *(f"{named}_{rank}" for rank in range(2, len(layers) + 1))]
    held = [geopandas.read_file(path, layer=name) for name in layers]
    common = set(held[0].columns).intersection(*(one.columns for one in held))
    told = [name for one in held for name in one.columns if name not in common]
    assert sorted([*told, *common]) == sorted(whole.columns), "each figure once"
    for one in held:
        assert one.equals(whole[list(one.columns)])


def test_a_layer_holds_what_sqlite_allows(petit_atlas: Atlas) -> None:
    table = next(one for one in list_tables(petit_atlas) if one.nom == "indicateurs-carreau")
    first = widen_figures(petit_atlas, table)[0]
    index = set(petit_atlas.index()["indicateur"])
    beside = [name for name in first.columns if name.removesuffix("_fiabilite") not in index]
    assert 2 * fichiers.CHIFFRES_PAR_COUCHE + len(beside) + len({"fid", "geometrie"}) <= 2000


def test_a_square_has_the_place_and_the_size_of_its_cell(dossier: Path) -> None:
    cells = geopandas.read_parquet(dossier / "carreaux.parquet")
    sized = cells[cells.taille_m.notna()]
    if sized.empty:
        assert set(cells.geom_type) == {"Point"}  # without a grid, one point a commune stands for its people
        return
    flat = sized.to_crs(3035)
    assert np.allclose(flat.area, sized.taille_m**2, rtol=1e-4)
    assert np.allclose(flat.bounds.minx, sized.x_3035, atol=1)


def test_unknown_stays_empty_and_times_are_those_of_the_atlas(petit_atlas: Atlas, dossier: Path) -> None:
    mode = petit_atlas.modes[0]
    rows = pl.read_parquet(dossier / f"durees-{mode}.parquet")
    held = petit_atlas.durees(mode)
    wide = rows["duree_s"].to_numpy().reshape(held.time_ds.shape)
    reached = held.time_ds != 2**32 - 1
    assert np.array_equal(np.isnan(wide), ~reached)
    assert np.array_equal((wide[reached] * 10).round(), held.time_ds[reached])
    assert rows["implantation"].null_count() == int((held.site == -1).sum())
    assert rows["fiabilite"].unique().to_list() == [Lecteur(petit_atlas).fiabilite_temps]
    figures = pl.read_csv(dossier / "indicateurs-commune.csv", infer_schema_length=None)
    name = figures["indicateur"][0]
    told = figures.filter(pl.col("indicateur") == name).sort("code")["valeur"]
    assert told.null_count() == petit_atlas.indicateurs("commune")[name].null_count()


@pytest.mark.parametrize("essai", [True, False])
def test_each_row_says_whether_it_is_of_an_example(petit_atlas: Atlas, tmp_path: Path, essai: bool) -> None:
    atlas = replace(petit_atlas, manifest=replace(petit_atlas.manifest, jeu_essai=essai))
    for table in list_tables(atlas):
        assert read_frame(atlas, table)["jeu_essai"].unique().to_list() == [essai], table.nom
    file = next(one for one in list_files(atlas) if one.nom == "indicateurs-commune.gpkg")
    assert set(geopandas.read_file(write_file(atlas, file, tmp_path)).jeu_essai) == {essai}


def test_the_same_atlas_gives_the_same_bytes(petit_atlas: Atlas, dossier: Path, tmp_path: Path) -> None:
    sums = dict(line.split("  ")[::-1] for line in (dossier / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {one.nom for one in list_files(petit_atlas)} | {"datapackage.json"}
    for fichier in list_files(petit_atlas):
        if fichier.nom in {"territoires.gpkg", "implantations.parquet", "deficits.csv", "atlas.zip"}:
            again = write_file(petit_atlas, fichier, tmp_path)
            assert again.read_bytes() == (dossier / fichier.nom).read_bytes(), fichier.nom


def test_the_whole_atlas_holds_every_table(petit_atlas: Atlas, dossier: Path) -> None:
    with zipfile.ZipFile(dossier / "atlas.zip") as archive:
        held = {name.partition("/")[2] for name in archive.namelist()}
    assert held == {"manifest.json", *petit_atlas.manifest.tables}


def test_a_vintage_without_a_year_gives_none() -> None:
    assert find_years(["non daté", "édition 12"]) is None
