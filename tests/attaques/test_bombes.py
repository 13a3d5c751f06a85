"""One gives a small file of data that weighs gigabytes, or never ends, once read: it is refused in words.

Workbooks have their own file, ``test_classeurs.py``. Each file is read by a child whose memory and processor
are bounded: a test that fails never takes the machine with it.
"""

import gzip
import json
import random
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from maillage.catalogue import limites
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.sources import list_sources
from maillage.sources import collecte

SECONDES, OCTETS, ATTENTE = 20, 3 * 2**30, 300
ENFANT = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import read
from maillage.sources.decouverte import recognise
from maillage.sources.ressemblance import find_faults
for path in map(Path, sys.argv[3:]):
    try:
        source = recognise(path)
        faults = () if source else find_faults(path)
        said = [table.frame.height for table in read(source, path)] if source else [*map(str, faults)]
        print("lu", path.name, source, *said)
    except EntreeInvalide as error:
        print("refus", path.name, len(error.fautes), *error.fautes, sep=" | ")
"""
SQUARE = '{"type":"Polygon","coordinates":[[[3.0,50.6],[3.1,50.6],[3.1,50.7],[3.0,50.6]]]}'


def read_apart(*paths: Path) -> list[str]:
    order = [sys.executable, "-c", ENFANT, str(OCTETS), str(SECONDES), *map(str, paths)]
    ran = subprocess.run(order, capture_output=True, text=True, timeout=ATTENTE, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
    return ran.stdout.splitlines()


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def make_outline(geometry: str, properties: str = '{"code":"59350"}', crs: str = "") -> str:
    feature = f'{{"type":"Feature","properties":{properties},"geometry":{geometry}}}'
    named = f'"crs":{{"properties":{{"name":"{crs}"}}}},' if crs else ""
    return f'{{"type":"FeatureCollection",{named}"features":[{feature}]}}'


def make_tangle(points: int) -> str:
    chance = random.Random(59)
    ring = [[3 + chance.random() / 10, 50 + chance.random() / 10] for _ in range(points)]
    return make_outline(json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]}))


TEXTES = {
    "values without number": ("a.json", "[" + "[]," * 16_000_000 + "[]]", "plus de 15000000 valeurs"),
    "values nested without end": ("a.json", "[" * 1_000_000, "imbrication hors de toute mesure"),
    "objects nested without end": ("a.json", '[{"a":' * 50_000 + "1" + "}]" * 50_000, "imbrication"),
    "a number without end": ("a.json", '[{"codesPostaux":' + "1" * 6_000 + "}]", "nombre ou imbrication"),
    "a number without end in an outline": (
        "a.geojson", make_outline(SQUARE, f'{{"code":"59350","n":{"1" * 6_000}}}'), "nombre ou imbrication"),
    "an outline nested without end": (
        "a.geojson", make_outline('{"type":"Polygon","coordinates":' + "[" * 900 + "]" * 900 + "}"),
        "géométrie illisible"),
    "an outline of no known projection": (
        "a.geojson", make_outline(SQUARE, crs="urn:ogc:def:crs:EPSG::999999"), "géométrie illisible"),
    "an outline without measure": (
        "a.geojson", make_outline(SQUARE.replace("3.0", "NaN").replace("3.1", "Infinity")), "illisible"),
    "an outline that meets itself everywhere": ("a.geojson", make_tangle(5_000), "trop d'endroits"),
    "rows all cut": ("a.csv", "depcom,equipement,nb\n" + "1\n" * 1_000_000, "et 999800 autres lignes"),
    "a quote never closed": (
        "a.csv", 'depcom,equipement,nb\n"' + "59350,Pharmacie,1\n" * 500_000, "tableau illisible"),
    "columns without number": (
        "a.csv", "code_insee,places_collectif,places_individuel,date" + ",a" * 15_000, "présente deux fois"),
}  # fmt: skip


def test_a_text_that_would_be_huge_or_never_end(tmp_path):
    """One child for all, so that Python starts once."""
    paths = []
    for n, (name, content, _) in enumerate(TEXTES.values()):
        (tmp_path / str(n)).mkdir()
        paths.append(write(tmp_path / str(n) / name, content))
    for (case, (_, _, words)), said in zip(TEXTES.items(), read_apart(*paths), strict=True):
        assert words in said, (case, said[:300])
        assert len(said) < 50_000, case


def write_parquet(path: Path, rows: int, text: str = "59350", value: str = "1") -> Path:
    """Every row the same, written once."""
    columns = {"code_insee": text, "pmun2021": value, "sup": value, "po_ptot": value}
    part = pa.table(
        {
            name: pa.array([cell]).dictionary_encode().take(pa.array([0] * 100_000))
            for name, cell in columns.items()
        }
    )
    with pq.ParquetWriter(path, part.schema, compression="zstd") as writer:
        for _ in range(rows // part.num_rows):
            writer.write_table(part)
    return path


def test_rows_and_texts_repeated_in_a_parquet(tmp_path):
    rows = write_parquet(tmp_path / "a.parquet", 10_100_000)
    text = write_parquet(tmp_path / "b.parquet", 100_000, value="x" * 2**15)
    assert max(rows.stat().st_size, text.stat().st_size) < 2**20
    many, long = read_apart(rows, text)
    assert "plus de 10000000 lignes" in many
    assert "plus de 1000000000 octets de texte" in long


def write_view(path: Path, view: str) -> Path:
    """A GeoPackage whose one layer is a view."""
    base = sqlite3.connect(path)
    base.executescript(
        "CREATE TABLE gpkg_contents(table_name);"
        "CREATE TABLE gpkg_spatial_ref_sys(srs_id, organization_coordsys_id);"
        "CREATE TABLE gpkg_geometry_columns(table_name, column_name, srs_id);"
        "INSERT INTO gpkg_contents VALUES ('x');"
        "INSERT INTO gpkg_geometry_columns VALUES ('x', 'geom', 4326);"
        f"INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 4326); CREATE VIEW x AS {view};"
    )
    base.close()
    return path


NOMBRES = "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
VUES = {
    "a view without end": f"{NOMBRES} SELECT n AS code, n AS geom FROM t WHERE n < 0",
    "cells without measure": "SELECT '59350' AS code, zeroblob(900000000) AS geom",
    "a text for a geometry": "SELECT '59350' AS code, 'abc' AS geom",
    "no column of geometry": "SELECT '59350' AS code, 'abc' AS g",
}


def test_a_layer_that_never_ends_or_is_no_layer(tmp_path):
    paths = [write_view(tmp_path / f"{n}.gpkg", view) for n, view in enumerate(VUES.values())]
    for case, said in zip(VUES, read_apart(*paths), strict=True):
        assert any(words in said for words in ("abîmé ou coupé", "illisible", "contour absent")), (case, said)


def test_a_path_with_signs_of_addresses_is_read(tmp_path):
    folder = tmp_path / "a #b%20c?d"
    folder.mkdir()
    path = write_view(folder / "v.gpkg", "SELECT '59350' AS code, 'abc' AS geom")
    assert "géométrie illisible" in read_apart(path)[0], "it was opened, and known for outlines"


def test_an_archive_that_would_fill_the_disk(tmp_path, monkeypatch):
    """With a limit of a mebibyte in place of eight gibibytes: what was written of it is removed."""
    monkeypatch.setattr(collecte, "read_limit", lambda *_: 2**20)
    source = list_sources()["cog_insee"]
    (tmp_path / "out").mkdir()
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("v_commune.csv", bytes(3 * 2**20))
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(bytes(3 * 2**20)))
    for name in ("a.zip", "b.csv.gz"):
        with pytest.raises(EntreeInvalide, match="trop lourde"):
            list(collecte.unpack(tmp_path / name, tmp_path / "out", source, "59"))
        assert list((tmp_path / "out").iterdir()) == []


def test_a_path_inside_an_archive_leads_nowhere(tmp_path):
    source = list_sources()["cog_insee"]
    (tmp_path / "a" / "out").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "a" / "x.zip", "w") as box:
        for name in ("../../dehors.csv", str(tmp_path / "dehors.csv"), "..", "c:\\dehors.csv"):
            box.writestr(name, "code;nom")
    found = list(collecte.unpack(tmp_path / "a" / "x.zip", tmp_path / "a" / "out", source, "59"))
    assert {path.parent for path in found} == {tmp_path / "a" / "out"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_an_archive_of_a_million_files(tmp_path):
    """Its directory alone is written: none is built in memory."""
    record = b"PK\x01\x02" + bytes(24) + b"\x01\x00" + bytes(16) + b"a"
    count = 400_000
    end = (
        b"PK\x05\x06"
        + bytes(4)
        + b"\xff\xff\xff\xff"
        + (len(record) * count).to_bytes(4, "little")
        + bytes(6)
    )
    path = write(tmp_path / "a.zip", record * count + end)
    assert "trop nombreux" in read_apart(path)[0]


def test_limits_are_dated_and_sourced():
    for name, section in limites.read_toml("limites.toml").items():
        assert {"nom", "date", "source", "confirme"} <= section.keys(), name
