"""The picture: what is drawn is where the ground is, in the colour of the figure."""

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
import shapely
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from maillage.atlas.projection import LAEA, WGS84, find_transformer, project
from maillage.reports.rendu import couches
from maillage.web.carte import fixe, lieu, queries, vue
from maillage.web.socle.atlas import open_folder

CELLS = [(3850000 + 1000 * x, 3050000 + 1000 * y) for y in range(6) for x in range(9) if (x, y) != (4, 3)]


@pytest.fixture
def atlas(dossier_atlas):
    """The toy atlas: a square in the middle of each commune, none between."""
    return open_folder(dossier_atlas / "essai-2026")


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


def first_square(atlas) -> tuple[str, int, int]:
    """Id, easting and northing of the square in the middle of the first commune."""
    x, y = (int(value // 1000) * 1000 for value in project(np.array([3.05]), np.array([50.05]))[0])
    return f"CRS3035RES1000mN{y}E{x}", x, y


def test_a_point_finds_its_square_and_its_commune(atlas) -> None:
    name, x, y = first_square(atlas)
    assert lieu.find_code(atlas, "carreau", 3.0500001, 50.0500001) == name
    assert lieu.find_code(atlas, "commune", 3.15, 50.05) == "90002"
    assert lieu.find_code(atlas, "commune", 8.0, 50.05) is None
    lon, lat = find_transformer(LAEA, WGS84).transform(x + 1500, y + 500)
    assert lieu.find_code(atlas, "carreau", lon, lat) is None


def test_squares_stand_over_their_commune(atlas) -> None:
    frame, grid = fixe.cadre(atlas), fixe.grille(atlas)
    assert frame is not None
    assert grid is not None
    name, x, y = first_square(atlas)
    rank = grid.codes.index(name)
    west_south = find_transformer(LAEA, WGS84).transform(x, y)
    assert grid.coins[rank, 0] == pytest.approx(np.array(frame.place(*west_south)), abs=1e-3)
    assert shapely.Polygon(grid.coins[rank]).is_valid


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
    page = client.get("/carte/?niveau=commune&indicateur=densite").content.decode()
    groups = dict(re.findall(r'<g class="(c\d)">(.*?)</g>', page))
    assert re.findall('data-c="(.*?)"', groups["c1"]) == ["90001", "90002"]
    assert re.findall('data-c="(.*?)"', groups["c6"]) == ["90011", "90012"]
    assert sum(len(re.findall("data-c", g)) for g in groups.values()) == 12


def test_the_legend_counts_people(client, db) -> None:
    # Communes hold 500 × rank people: the first class (90001, 90002) 1,500 of 39,000, the last 11,500.
    page = client.get("/carte/?niveau=commune&indicateur=densite").content.decode()
    legend = page[page.index('class="legende en-colonne"') :]
    shares = re.findall(r'class="part doux">(\d+)', legend)
    assert (shares[0], shares[5]) == ("4", "29")


def test_zones_are_drawn_over_the_map_and_may_be_the_map(client, db, settings, dossier_zone) -> None:
    settings.MAILLAGE_ATLAS = dossier_zone
    page = client.get("/carte/?contours=zone").content.decode()
    assert 'name="contours" value="zone" checked' in page
    path = re.search(r'class="contour zone" d="M([\d.]+) ([\d.]+)', page)
    assert path is not None
    assert "zones : secteur d’essai" in page
    assert client.get("/carte/contours/zone.geojson").json()["features"][0]["properties"]["code"] == "QN1"


def test_the_places_are_listed_beside_the_map(client, db) -> None:
    page = client.get("/carte/?lieux=france_services").content.decode()
    rows = page[page.index('id="lieux-listes"') : page.index('id="tableau"')]
    assert "France services d’essai" in rows
    assert "lun.–ven. 9\u00a0h–17\u00a0h" in rows
    assert "lon=3.05&amp;lat=50.05" in rows


def test_main_roads_are_drawn_over_the_colours_and_told(dossier_atlas, tmp_path, monkeypatch) -> None:
    """Only what lies in the picture; names stay above."""
    shutil.copytree(dossier_atlas / "essai-2026", tmp_path / "routes")
    roads = {
        "rapide": shapely.to_wkb(shapely.LineString([(3.0, 50.02), (3.1, 50.02), (9.0, 50.02)])),
        "principale": shapely.to_wkb(shapely.LineString([(9.0, 50.0), (9.1, 50.0)])),
    }
    monkeypatch.setattr(fixe, "read_grandes_routes", lambda _: roads)
    held = open_folder(tmp_path / "routes")
    asked = vue.read_vue(QueryDict("niveau=commune&indicateur=duree_pharmacie"), held)
    drawn = vue.compute_dessin(held, asked)
    svg = queries.dessin_fixe(held, drawn)
    frame = fixe.cadre(held)
    path = re.search(r'class="route rapide" d="M([-\d. ]+)l([-\d. ]+)"', svg)
    start = [float(value) for value in path[1].split()]
    steps = np.array(path[2].split(), dtype=float).reshape(-1, 2)
    assert start[0] + steps[:, 0].sum() == pytest.approx(frame.largeur, abs=0.2)
    assert "principale" not in svg
    assert svg.index("route rapide") < svg.index('class="ville')
    assert queries.list_routes(held) == [("route rapide", "autoroute ou voie rapide")]
    assert [f["properties"]["rang"] for f in queries.routes(held)["features"]] == ["rapide", "principale"]


def test_a_small_seat_is_named_before_a_larger_commune_beside_it(atlas) -> None:
    """Avesnes-sur-Helpe (4 500 people) is on the map of its département, whatever grew beside it."""
    frame = fixe.cadre(atlas)
    small, large, *_ = couches.rank_villes(atlas.territoires("commune"))[::-1]
    beside = [replace(small, lon=3.05, lat=50.03), replace(large, lon=3.05, lat=50.03)]
    assert [v.nom for v in couches.choose_villes(frame, beside)] == [large.nom]
    assert [v.nom for v in couches.choose_villes(frame, beside, {small.code})] == [small.nom]
    names = {t.code: t.nom for t in atlas.territoires("arrondissement")}
    communes = {t.code: t for t in atlas.territoires("commune")}
    for code in fixe.chefs_lieux(atlas):
        assert names[communes[code].parents["arrondissement"]] == communes[code].nom
