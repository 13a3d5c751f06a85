"""A file that its reader would accept is recognised: in other letters or order, without what is optional."""

from __future__ import annotations

import json
import random
from pathlib import Path

import geopandas
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.statistiques import list_columns
from maillage.sources import read
from maillage.sources.contours import CODES_QPV
from maillage.sources.decouverte import recognise
from maillage.sources.fichiers import fold
from maillage.sources.registre import READERS, STATISTIQUES

SANS_TABLEAU = {"cog_npm", "contours", "qpv", "mairies", "appartenance"}
TABLEAUX = sorted(set(READERS) - SANS_TABLEAU)
AU_CHOIX = {"carreaux_eurostat": ["GRD_ID"], "gares": ["position_geographique"]}
ANNEES = {"logements_recensement": ["P34_RP"], "revenus_insee": ["MED12"]}


def write(path: Path, headers: list[str]) -> Path:
    path.write_text(";".join(headers) + "\n" + ";".join("x" for _ in headers) + "\n", "utf-8")
    return path


def list_required(folder: Path, source: str, first: list[str]) -> list[str]:
    """The columns without which the reader says « colonne absente »."""
    found = list(first)
    for _ in range(4):
        try:
            READERS[source]((write(folder / "t.csv", found or ["rien"]),))
        except EntreeInvalide as error:
            absent = [f.colonne for f in error.fautes if f.quoi == "colonne absente" and f.colonne]
            if not absent:
                break
            found += [name for name in absent if name not in found]
    return found


@pytest.mark.parametrize("layout", ["published", "other"])
@pytest.mark.parametrize("source", TABLEAUX)
def test_what_the_reader_accepts_is_recognised(tmp_path: Path, source: str, layout: str) -> None:
    first = ANNEES.get(source, []) + (AU_CHOIX.get(source, []) if layout == "other" else [])
    required = list_required(tmp_path, source, first)
    assert recognise(write(tmp_path / "a.csv", required)) == source
    random.Random(source).shuffle(required)
    for change in (str.upper, str.lower, str.title, lambda name: f" {name.replace('_', ' ')} "):
        path = write(tmp_path / "b.csv", [change(name) for name in required])
        assert recognise(path) == source
        assert not list_absent(source, path), "and the reader finds its columns"
    assert recognise(write(tmp_path / "c.csv", [*required, "commentaires du service"])) == source


def list_absent(source: str, path: Path) -> list[str]:
    try:
        READERS[source]((path,))
    except EntreeInvalide as error:
        return [str(f) for f in error.fautes if f.quoi in {"colonne absente", "colonne inconnue"}]
    return []


def test_names_of_a_format_differ_once_folded() -> None:
    """Else a column could be read for another."""
    for source in STATISTIQUES:
        names = [fold(column.colonne) for column in list_columns(source)]
        assert len(set(names)) == len(names), source


SQUARE = {"type": "Polygon", "coordinates": [[[3.0, 50.6], [3.1, 50.6], [3.1, 50.7], [3.0, 50.6]]]}


@pytest.mark.parametrize(
    ("source", "properties"),
    [
        *(("contours", {name: "59350"}) for name in ("code", "Code_INSEE", "INSEE_COM", "codgeo")),
        *(("qpv", {name: "QN05901M"}) for name in (*CODES_QPV, "CODE_QP")),
        *(
            ("zones", {code: "Z1", nom: "Zone", nature: "projet"})
            for code in ("code_zone", "code")
            for nom in ("nom_zone", "nom")
            for nature in ("type_zone", "TYPE")
        ),
    ],
)
def test_polygons_that_their_reader_accepts_are_recognised(
    tmp_path: Path, source: str, properties: dict[str, str]
) -> None:
    path = tmp_path / "a.geojson"
    feature = {"type": "Feature", "properties": properties, "geometry": SQUARE}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    assert recognise(path) == source
    assert read(source, path)[0].frame.height == 1
    geopandas.read_file(path).to_file(tmp_path / "a.gpkg", layer="couche", driver="GPKG")
    assert recognise(tmp_path / "a.gpkg") == source, "the only layer, whatever its name"
    assert read(source, tmp_path / "a.gpkg")[0].frame.height == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_excel_s_own_ways_of_text(tmp_path: Path, encoding: str) -> None:
    """« sep=; » above the header, « texte Unicode »; rows are told as the file numbers them."""
    path = tmp_path / "places.csv"
    heads = "sep=;\r\ncode_insee;places_collectif;places_individuel;date\r\n"
    path.write_bytes((heads + "59350;10;20;2025\r\n").encode(encoding))
    assert recognise(path) == "places_jeune_enfant"
    assert read("places_jeune_enfant", path)[0].frame.height == 1
    path.write_bytes((heads + "59350;é;20;2025\r\n").encode(encoding))
    with pytest.raises(EntreeInvalide) as caught:
        read("places_jeune_enfant", path)
    assert [f.ligne for f in caught.value.fautes] == [3]
