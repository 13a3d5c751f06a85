"""Columns under other names: told once, kept beside the file, seen by recognition and by reading."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.atlas.construction.entrees import read_entrees
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.atlas import atlas
from maillage.sources import contours, zones
from maillage.sources.base import compute_sha256
from maillage.sources.colonnes import find_note, parse_told, write_told
from maillage.sources.decouverte import recognise
from maillage.sources.offre import read_bpe2013
from maillage.sources.ressemblance import list_ignored


def rename_features(path: Path, names: dict[str, str]) -> Path:
    """The same polygons under other property names."""
    document = json.loads(path.read_text("utf-8"))
    for feature in document["features"]:
        feature["properties"] = {names.get(k, k): v for k, v in feature["properties"].items()}
    path.write_text(json.dumps(document), "utf-8")
    return path


@pytest.fixture
def outlines(petites_sources: Path) -> Path:
    return rename_features(petites_sources / "communes.geojson", {"code": "id", "nom": "name"})


def test_untold_outlines_are_named_with_their_columns_and_how_to_tell_them(outlines) -> None:
    assert recognise(outlines) is None
    (told,) = list_ignored([outlines])
    assert "communes.geojson" in told
    assert "ses colonnes sont id, name" in told
    assert "maillage atlas colonnes communes.geojson --colonnes code=id" in told


def test_told_outlines_are_recognised_and_read_as_if_they_had_the_names(outlines, petites_sources) -> None:
    write_told(outlines, parse_told("code=id,nom=name"))
    assert recognise(outlines) == "contours"
    (table,) = contours.read_communes((outlines,))
    assert table.frame["code_insee"].to_list() == [f"5910{c}" for c in range(6)]
    found = read_entrees("59", petites_sources)
    assert not any("geojson" in text for text in found.avertissements)
    assert table.provenance.sha256 != compute_sha256(outlines)  # what is told is part of what is read


def test_told_zones_and_told_tables(tmp_path: Path) -> None:
    ring = [[5.5, 45.2], [5.6, 45.2], [5.6, 45.3], [5.5, 45.2]]
    zone = {"type": "Feature", "properties": {"ident": "Z1", "lib": "Trièves", "genre": "massif"},
            "geometry": {"type": "Polygon", "coordinates": [ring]}}  # fmt: skip
    path = tmp_path / "massifs.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}), "utf-8")
    write_told(path, parse_told("code=ident,nom=lib,type=genre"))
    assert recognise(path) == "zones"
    assert zones.read((path,))[0].frame["nom"].to_list() == ["Trièves"]
    table = tmp_path / "equipements.csv"
    with table.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["insee", "quoi", "nombre"], ["38185", "Pharmacie", "3"]])
    assert recognise(table) is None
    write_told(table, parse_told("depcom=insee, equipement=quoi, nb=nombre"))
    assert recognise(table) == "bpe_2013"
    assert read_bpe2013((table,))[0].frame["code_insee"].to_list() == ["38185"]


@pytest.mark.parametrize("text", ["", "code", "code=", "=id", "code=id,nom=id", "code=id,code=name"])
def test_what_tells_nothing_or_twice_is_refused(text: str) -> None:
    with pytest.raises(EntreeInvalide, match="ne dit pas des colonnes"):
        parse_told(text)


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ('[colonnes]\ncode = "insee"\n', "n’est pas une de ses colonnes (id, name)"),
        ('[colonnes]\nname = "id"\n', "une autre colonne s’appelle déjà « name »"),
        ("[colonnes]\ncode = 3\n", "ne dit pas les colonnes"),
        ("code =", "ne peut être lu"),
        ('[colonnes]\ncode = "id"\nnom = "id"\n', "dit deux fois"),
    ],
)
def test_a_note_that_does_not_fit_is_a_fault_never_a_guess(outlines, note: str, reason: str) -> None:
    find_note(outlines).write_text(note, "utf-8")
    with pytest.raises(EntreeInvalide) as raised:
        contours.read_communes((outlines,))
    assert reason in str(raised.value)


def run(*words: object):
    return CliRunner().invoke(atlas, ["colonnes", *map(str, words)])


def test_the_command_shows_then_keeps_and_leaves_nothing_when_it_refuses(outlines) -> None:
    shown = run(outlines).output
    assert "id : 59100 | 59101 | 59102" in shown
    assert "Aucune source ne le reconnaît" in shown
    for wrong in ("nom=name", "code=rien", "code"):
        assert run(outlines, "--colonnes", wrong).exit_code != 0
        assert not find_note(outlines).exists()
    kept = run(outlines, "--colonnes", "code=id,nom=name").output
    assert "Reconnu : Contours des communes" in kept
    before = find_note(outlines).read_bytes()
    assert run(outlines, "--colonnes", "nom=name").exit_code != 0
    assert find_note(outlines).read_bytes() == before


def test_a_place_that_cannot_be_written_in_is_said(outlines) -> None:
    find_note(outlines).mkdir()
    with pytest.raises(EntreeInvalide, match="ne peut être gardé"):
        write_told(outlines, {"id": "code"})


def test_an_untold_list_of_communes_is_named_where_it_is_missing(petites_sources: Path) -> None:
    path = petites_sources / "communes.csv"
    lines = path.read_text("utf-8").splitlines()
    (petites_sources / "liste.csv").write_text(
        "\n".join(["insee,lib,arr", *(",".join(line.split(",")[:3]) for line in lines[1:])]), "utf-8"
    )
    path.unlink()
    with pytest.raises(EntreeInvalide) as raised:
        read_entrees("59", petites_sources)
    said = str(raised.value)
    assert "la liste des communes manque" in said
    assert "liste.csv : fichier non reconnu, laissé de côté, ses colonnes sont insee, lib, arr" in said
    assert "--colonnes code=insee" in said


def test_the_real_outlines_of_isere(donnees: Path, tmp_path: Path) -> None:
    path = tmp_path / "communes_isere.geojson"
    path.write_bytes((donnees / "osrm_isere" / "communes_isere.geojson").read_bytes())
    (told,) = list_ignored([path])
    assert "id, name, population, lon, lat" in told
    write_told(path, parse_told("code=id,nom=name"))
    (table,) = contours.read_communes((path,))
    assert table.frame.height == 512
