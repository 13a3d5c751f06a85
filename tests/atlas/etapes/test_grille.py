"""Which cells are the département's: not those cut for a neighbour; a commune may have none."""

import numpy as np
import polars as pl
import shapely

from maillage.atlas.etapes.grille import mark_inside, overlaps_half, says_inside
from maillage.atlas.projection import LAEA, WGS84, find_transformer

X, Y = 3_830_000, 3_050_000


def square(x: int, y: int, side: int) -> bytes:
    """A square of the grid, in degrees."""
    turn = find_transformer(LAEA, WGS84).transform
    ring = [turn(x + a, y + b) for a, b in ((0, 0), (side, 0), (side, side), (0, side))]
    return bytes(shapely.to_wkb(shapely.Polygon(ring)))


def test_a_grid_that_marks_the_cells_of_a_neighbour_is_cut_by_the_outlines() -> None:
    corners = [X, X + 1000, X + 2000, X + 3000]
    turn = find_transformer(LAEA, WGS84).transform
    lon, lat = turn(np.array(corners) + 500, np.full(4, Y + 500))
    grid = pl.DataFrame({"id": list("abcd"), "x_3035": corners, "y_3035": [Y] * 4, "taille_m": [1000] * 4})
    grid = grid.with_columns(lon=pl.Series(lon), lat=pl.Series(lat))
    ours = pl.DataFrame({"code_insee": ["59001"], "wkb": [square(X, Y, 1000)]})
    for marked, believed, expected in (("a", True, ["a"]), ("ab", True, ["a", "b"]), ("cd", False, ["a"])):
        told = grid.with_columns(dans_departement=pl.col("id").is_in(list(marked)))
        assert says_inside(told, ours) is believed
        assert mark_inside(told, ours).filter("dans_departement")["id"].to_list() == expected


def test_a_commune_without_any_cell_claims_none() -> None:
    grid = pl.DataFrame({"x_3035": [X], "y_3035": [Y], "taille_m": [200]})
    outlines = np.array([shapely.box(X, Y, X + 1000, Y + 1000), shapely.box(X, Y + 1000, X + 1000, Y + 2000)])
    assert overlaps_half(grid, outlines).tolist() == [True]
