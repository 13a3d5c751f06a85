"""Which carreaux are the département's, when the grid does not say it: that is how producers publish them."""

from types import ModuleType

import polars as pl
import pytest

from maillage.atlas.etapes.grille import CARREAUX, order_carreaux
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide

SAID = pl.col("dans_departement")


def unsaid(petit_atlas: Atlas) -> pl.DataFrame:
    return petit_atlas.carreaux().with_columns(dans_departement=pl.lit(None, pl.Boolean))


def outlines(petit_atlas: Atlas) -> pl.DataFrame:
    return petit_atlas.contours("commune").select("wkb", code_insee="code")


def test_half_a_square_makes_it_inside(petit_atlas: Atlas) -> None:
    found = order_carreaux(unsaid(petit_atlas), pl.DataFrame(), outlines(petit_atlas))
    assert found.equals(petit_atlas.carreaux())


def test_without_a_side_the_centre_tells(petit_atlas: Atlas) -> None:
    cells = unsaid(petit_atlas).with_columns(x_3035=pl.lit(None, pl.Int64), y_3035=pl.lit(None, pl.Int64))
    found = order_carreaux(cells, pl.DataFrame(), outlines(petit_atlas))
    assert found.select("id", SAID).equals(petit_atlas.carreaux().select("id", SAID))


def test_a_commune_without_a_square_of_its_own_claims_its_best(
    petit_atlas: Atlas, petit_monde: ModuleType
) -> None:
    one = outlines(petit_atlas).head(1)
    x, y = petit_monde.place(0)
    # squares moved by 600 m east and north: the first overlaps the commune's corner by 0.16 km²
    moved = unsaid(petit_atlas).with_columns(pl.col("x_3035") - 600, pl.col("y_3035") - 600)
    corner = moved.filter((pl.col("x_3035") == x - 600) & (pl.col("y_3035") == y - 600))
    found = order_carreaux(corner, pl.DataFrame(), one)
    assert found["dans_departement"].to_list() == [True]


def test_far_away_squares_are_left_out(petit_atlas: Atlas) -> None:
    far = unsaid(petit_atlas).with_columns(pl.col("lon") + 5, id=pl.format("loin-{}", "id"))
    found = order_carreaux(pl.concat([unsaid(petit_atlas), far]), pl.DataFrame(), outlines(petit_atlas))
    assert found["id"].to_list() == petit_atlas.carreaux()["id"].to_list()


def test_nothing_tells() -> None:
    cells = pl.DataFrame({"id": ["a"], "dans_departement": [None]}, schema_overrides=CARREAUX)
    with pytest.raises(EntreeInvalide, match="Ajoutez les contours"):
        order_carreaux(cells, pl.DataFrame(), pl.DataFrame(schema={"wkb": pl.Binary}))
