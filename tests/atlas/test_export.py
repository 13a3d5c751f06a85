"""Figures out: the promised columns, guarded, the same in every format."""

import io
import json
import zipfile

import polars as pl
import pytest

from maillage.atlas.export import WRITERS, guard, make_long
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide

PROMISED = [
    "niveau",
    "code",
    "nom",
    "indicateur",
    "valeur",
    "unite",
    "millesime",
    "source",
    "methode",
    "fiabilite",
]


def test_the_first_ten_columns_are_those_promised(petit_atlas: Atlas) -> None:
    assert make_long(petit_atlas, "commune").columns[:10] == PROMISED


def test_one_row_per_territory_and_indicator(petit_atlas: Atlas) -> None:
    long = make_long(petit_atlas, "commune", ["duree_pharmacie", "densite"])
    assert long.select("indicateur", "code").rows() == [
        (name, f"5910{c}") for name in ("densite", "duree_pharmacie") for c in range(6)
    ]
    row = long.row(6, named=True)
    assert row["valeur"] == petit_atlas.indicateurs("commune")["duree_pharmacie"][0]
    assert (row["unite"], row["millesime"], row["fiabilite"]) == ("s", "2013", "estime")
    assert row["methode"] == "/methodes/duree_pharmacie/"
    assert "Base permanente des équipements" in row["source"]
    assert long.select("niveau", "code", "indicateur", "millesime").is_unique().all()


def test_every_format_says_the_same(petit_atlas: Atlas) -> None:
    long = make_long(petit_atlas, "commune", ["densite"])
    read = pl.read_csv(io.BytesIO(WRITERS["csv"](petit_atlas, long)), schema_overrides=long.schema)
    assert read.equals(long)
    assert pl.read_parquet(io.BytesIO(WRITERS["parquet"](petit_atlas, long))).equals(long)
    features = json.loads(WRITERS["geojson"](petit_atlas, long))["features"]
    assert [f["properties"]["densite"] for f in features] == long["valeur"].to_list()
    assert {f["geometry"]["type"] for f in features} == {"Polygon"}
    with zipfile.ZipFile(io.BytesIO(WRITERS["ods"](petit_atlas, long))) as book:
        text = book.read("content.xml").decode()
    assert 'office:value="25.0"' in text
    assert "Commune 5" in text


def test_a_formula_in_a_name_stays_text() -> None:
    frame = pl.DataFrame({"nom": ["=HYPERLINK(1)", "+33", "-1", "@x", "\tx", "Lille"], "valeur": [-1.0] * 6})
    guarded = guard(frame)
    assert guarded["nom"].to_list() == ["'=HYPERLINK(1)", "'+33", "'-1", "'@x", "'\tx", "Lille"]
    assert guarded["valeur"].to_list() == [-1.0] * 6


def test_every_unknown_indicator_is_named(petit_atlas: Atlas) -> None:
    with pytest.raises(EntreeInvalide) as caught:
        make_long(petit_atlas, "commune", ["densite", "zut", "flute"])
    assert [faute.quoi for faute in caught.value.fautes] == [
        "indicateur « zut » absent au niveau commune",
        "indicateur « flute » absent au niveau commune",
    ]


def test_cells_are_points(petit_atlas: Atlas) -> None:
    long = make_long(petit_atlas, "carreau", ["duree_pharmacie"])
    features = json.loads(WRITERS["geojson"](petit_atlas, long))["features"]
    assert len(features) == 72
    assert {f["geometry"]["type"] for f in features} == {"Point"}
