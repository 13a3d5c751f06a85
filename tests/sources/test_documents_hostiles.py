"""JSON documents and Parquet tables with anything in the wrong place: read, or refused in French."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import read
from maillage.sources.decouverte import recognise
from maillage.sources.geometries import build_geometry

pytestmark = pytest.mark.lent
DEGATS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RING = [[3.0, 50.6], [3.1, 50.6], [3.1, 50.7], [3.0, 50.6]]
POLYGONE = {"type": "Polygon", "coordinates": [RING]}
DOCUMENT = {
    "type": "FeatureCollection",
    "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    "features": [
        {"type": "Feature", "properties": {"code": "59350", "nom": "Lille"}, "geometry": POLYGONE},
        {"type": "Feature", "properties": {"code_qp": "QN05901M", "commune": "59001"}, "geometry": POLYGONE},
    ],
}
COMMUNES = [
    {
        "code": "59350",
        "nom": "Lille",
        "type": "commune-actuelle",
        "departement": "59",
        "arrondissement": "595",
        "population": 238695,
        "codesPostaux": ["59000"],
        "anciensCodes": ["59298"],
    }
]
EPCI = [
    {
        "code": "200093201",
        "nom": "MEL",
        "type": "METRO",
        "populationMunicipale": 1,
        "membres": [{"code": "59350"}],
    }
]
VALEURS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(),
    st.text(max_size=4),
    st.just([]),
    st.just({}),
    st.just([[1]]),
)


@st.composite
def damage(draw: st.DrawFn, whole: Any) -> Any:
    """``whole`` with one value, somewhere inside, removed or replaced."""
    if isinstance(whole, dict) and whole and draw(st.integers(0, 5)):
        key = draw(st.sampled_from(sorted(whole)))
        kept = {name: value for name, value in whole.items() if name != key}
        return kept if not draw(st.integers(0, 6)) else whole | {key: draw(damage(whole[key]))}
    if isinstance(whole, list) and whole and draw(st.integers(0, 5)):
        at = draw(st.integers(0, len(whole) - 1))
        rest = whole[:at] + whole[at + 1 :]
        return (
            rest if not draw(st.integers(0, 6)) else [*whole[:at], draw(damage(whole[at])), *whole[at + 1 :]]
        )
    return draw(VALEURS)


def try_reading(source: str, *paths: Path) -> None:
    for path in paths:
        recognise(path)
    try:
        read(source, *paths)
    except EntreeInvalide as error:
        assert error.message  # noqa: PT017 (read or refused: no other exception may escape)


@DEGATS
@given(source=st.sampled_from(["contours", "qpv", "mairies"]), document=damage(DOCUMENT))
def test_geojson(source: str, document: Any, tmp_path: Path) -> None:
    path = tmp_path / "f.geojson"
    path.write_text(json.dumps(document))
    try_reading(source, path)


@DEGATS
@given(communes=damage(COMMUNES), epci=damage(EPCI))
def test_administrative_division(communes: Any, epci: Any, tmp_path: Path) -> None:
    paths = tmp_path / "communes.json", tmp_path / "epci.json"
    for path, document in zip(paths, (communes, epci), strict=True):
        path.write_text(json.dumps(document))
    try_reading("cog_npm", *paths)


TABLES: dict[str, dict[str, list[Any]]] = {
    "rsa": {"code_insee": ["59001", "59002"]} | {f"rsa_{year}": [5.0, 0.0] for year in range(2017, 2024)},
    "bpe": {
        "AN": ["2025"] * 2,
        "DEPCOM": ["59350"] * 2,
        "TYPEQU": ["D307"] * 2,
        "LAMBERT_X": [7e5, None],
        "LAMBERT_Y": [7e6, None],
    },
    "carreaux_eurostat": {"x_3035": [3_837_000] * 2, "y_3035": [3_070_000, 3_071_000], "population": [1, 2]},
}
TYPES = [
    pl.Int64,
    pl.Float64,
    pl.String,
    pl.Boolean,
    pl.Categorical,
    pl.Date,
    pl.Datetime,
    pl.List(pl.String),
    pl.Binary,
    pl.Null,
]


@DEGATS
@given(source=st.sampled_from(sorted(TABLES)), data=st.data())
def test_parquet_of_other_types(source: str, data: st.DataObject, tmp_path: Path) -> None:
    frame = pl.DataFrame(TABLES[source])
    column = data.draw(st.sampled_from(frame.columns))
    kind = data.draw(st.sampled_from(TYPES))
    try:
        frame = frame.with_columns(pl.col(column).cast(kind, strict=False))
    except pl.exceptions.PolarsError:
        frame = frame.with_columns(pl.lit(None).alias(column))
    path = tmp_path / "f.parquet"
    frame.write_parquet(path)
    try_reading(source, path)


def test_codes_stored_as_numbers_lose_their_zero_and_say_so(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pl.DataFrame(TABLES["rsa"]).with_columns(code_insee=pl.Series([1001, 59002])).write_parquet(path)
    with pytest.raises(EntreeInvalide, match="le zéro initial est perdu"):
        read("rsa", path)


def test_a_date_out_of_the_calendar_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    dates = pl.Series("rsa_2017", [59_350_000, 0], pl.Int32).cast(pl.Date)
    pl.DataFrame(TABLES["rsa"]).with_columns(dates).write_parquet(path)
    with pytest.raises(EntreeInvalide, match="1970-01-01"):
        read("rsa", path)


def test_a_polygon_made_of_text_is_refused() -> None:
    with pytest.raises(EntreeInvalide, match="abîmé"):
        build_geometry({"geometry": {"type": "Polygon", "coordinates": ""}}, 4326, "contours.geojson", 2)
