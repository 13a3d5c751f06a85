"""The picture: what is drawn is where the ground is, in the colour of the figure."""

import re

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maillage.atlas.projection import LAEA, WGS84, find_transformer, project
from maillage.reports.rendu import couches
from maillage.web.carte import fixe, lieu
from maillage.web.socle.atlas import open_folder

CELLS = [(3850000 + 1000 * x, 3050000 + 1000 * y) for y in range(6) for x in range(9) if (x, y) != (4, 3)]


@pytest.fixture
def atlas(dossier_atlas, tmp_path):
    """The toy atlas with a grid over its communes, one square missing."""
    folder = tmp_path / "grille"
    import shutil  # noqa: PLC0415

    shutil.copytree(dossier_atlas / "essai-2026", folder)
    x0, y0 = project(np.array([3.05]), np.array([50.05]))[0]
    rows = [
        (f"c{i}", int(x0) + dx, int(y0) + dy)
        for i, (dx, dy) in enumerate((x - 3850000, y - 3050000) for x, y in CELLS)
    ]
    pl.DataFrame(rows, schema=["id", "x_3035", "y_3035"], orient="row").with_columns(
        taille_m=pl.lit(1000), dans_departement=True, population=pl.lit(10.0)
    ).write_parquet(folder / "carreaux.parquet")
    return open_folder(folder)


def polygons(svg: str) -> dict[str, shapely.Geometry]:
    """Class → what its path covers, in picture units, read back from the text."""
    found = {}
    for name, path in re.findall(r'<path class="(\w+)" d="(.*?)"', svg):
        quads = []
        for start, moves in re.findall(r"M([-\d. ]+)l([-\d. ]+)z", path):
            steps = np.array(moves.split(), dtype=float).reshape(-1, 2)
            quads.append(
                shapely.Polygon(
                    np.vstack([[0, 0], np.cumsum(steps, axis=0)]) + np.array(start.split(), dtype=float)
                )
            )
        found[name] = shapely.union_all(quads)
    return found


@given(tints=st.lists(st.integers(0, 3), min_size=len(CELLS), max_size=len(CELLS)))
def test_runs_cover_each_square_in_its_colour(tints) -> None:
    side, columns = 5.0, np.array([(x - 3850000) // 1000 for x, _ in CELLS])
    rows = np.array([(y - 3050000) // 1000 for _, y in CELLS])
    west, south = columns * side, -rows * side
    corners = np.stack(
        [np.stack([west + a * side, south - b * side], 1) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))], 1
    )
    grid = couches.Grille(tuple(map(str, range(len(CELLS)))), corners, rows, columns)
    drawn = polygons(couches.draw_cells(grid, {str(i): tint for i, tint in enumerate(tints)}, "c"))
    assert set(drawn) == {f"c{tint}" for tint in tints}
    for corner, tint in zip(corners, tints, strict=True):
        square = shapely.Polygon(corner)
        for name, shape in drawn.items():
            expected = square.area if name == f"c{tint}" else 0
            assert shapely.intersection(shape, square).area == pytest.approx(expected, abs=1e-6)


def test_a_point_finds_its_square_and_its_commune(atlas) -> None:
    cells = pl.read_parquet(atlas.dossier / "carreaux.parquet")
    assert lieu.find_code(atlas, "carreau", 3.0500001, 50.0500001) == cells["id"][0]
    assert lieu.find_code(atlas, "commune", 3.15, 50.05) == "99002"
    assert lieu.find_code(atlas, "commune", 8.0, 50.05) is None
    missing = (cells["x_3035"][0] + 4500, cells["y_3035"][0] + 3500)
    lon, lat = find_transformer(LAEA, WGS84).transform(*missing)
    assert lieu.find_code(atlas, "carreau", lon, lat) is None


def test_squares_stand_over_their_commune(atlas) -> None:
    frame, grid = fixe.cadre(atlas), fixe.grille(atlas)
    assert frame is not None
    assert grid is not None
    west_south = grid.coins[0, 0]
    # The corner was cut to whole metres, and a unit of the picture is 45 m or more here.
    assert west_south == pytest.approx(np.array(frame.place(3.05, 50.05)), abs=2 / 45)
    assert shapely.Polygon(grid.coins[0]).is_valid


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("narrow", [False, True])
def test_names_of_towns_never_touch(atlas, narrow) -> None:
    # Measured afresh: 13 px letters at most 0.53 em wide; doubled by the style sheet at 390 pixels.
    size = 26.0 if narrow else 13.0
    shown = [v for v in fixe.list_villes(atlas) if not (narrow and v.seulement_large)]
    boxes = [
        (v.x - len(v.nom) * size * 0.265, v.y - size, v.x + len(v.nom) * size * 0.265, v.y) for v in shown
    ]
    assert len(shown) >= 2
    assert not [(i, j) for i, a in enumerate(boxes) for j, b in enumerate(boxes) if i < j and overlap(a, b)]


def test_the_picture_keeps_each_commune_and_its_colour(client, db) -> None:
    page = client.get("/carte/?niveau=commune&indicateur=duree_pharmacie").content.decode()
    groups = dict(re.findall(r'<g class="(c\d)">(.*?)</g>', page))
    assert re.findall('data-c="(.*?)"', groups["c1"]) == ["99001", "99002"]
    assert re.findall('data-c="(.*?)"', groups["c6"]) == ["99011", "99012"]
    assert sum(len(re.findall("data-c", g)) for g in groups.values()) == 12


def test_the_legend_counts_people(client, db) -> None:
    # Communes hold 500 × rank people: the first class (99001, 99002) 1,500 of 39,000, the last 11,500.
    page = client.get("/carte/?niveau=commune&indicateur=duree_pharmacie").content.decode()
    legend = page[page.index('class="legende en-colonne"') :]
    shares = re.findall(r'class="part doux">(\d+)', legend)
    assert (shares[0], shares[5]) == ("4", "29")


def test_zones_are_drawn_over_the_map_and_may_be_the_map(client, db, atlas, settings, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = atlas.dossier
    zone = shapely.to_wkb(shapely.box(3.02, 50.02, 3.08, 50.08))
    outlines = pl.read_parquet(atlas.dossier / "contours.parquet")
    new = pl.DataFrame([("zone", "QN1", zone)], schema=outlines.schema, orient="row")
    pl.concat([outlines, new]).write_parquet(atlas.dossier / "contours.parquet")
    rows = pl.read_parquet(atlas.dossier / "territoires.parquet")
    first = rows.filter(pl.col("niveau") == "commune").head(1)
    added = first.with_columns(niveau=pl.lit("zone"), code=pl.lit("QN1"), nom=pl.lit("Quartier d’essai"))
    named = added.with_columns(type_zone=pl.lit("quartier prioritaire (QPV)"))
    pl.concat([rows, named], how="diagonal").write_parquet(atlas.dossier / "territoires.parquet")
    page = client.get("/carte/?contours=zone").content.decode()
    assert 'name="contours" value="zone" checked' in page
    path = re.search(r'class="contour zone" d="M([\d.]+) ([\d.]+)', page)
    assert path is not None
    assert "zones : quartier prioritaire (QPV)" in page
    assert client.get("/carte/contours/zone.geojson").json()["features"][0]["properties"]["code"] == "QN1"


def test_the_places_are_listed_beside_the_map(client, db) -> None:
    page = client.get("/carte/?lieux=france_services").content.decode()
    rows = page[page.index('id="lieux-listes"') : page.index('id="tableau"')]
    assert "France services d’essai" in rows
    assert "lun.–ven. 9\u00a0h–17\u00a0h" in rows
    assert "lon=3.05&amp;lat=50.05" in rows
