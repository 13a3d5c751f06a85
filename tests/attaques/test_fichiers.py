"""Spoilt files among those of a build: each is named, with what is wrong and what to do; nothing is left.

What each case must say is known by how the file was spoilt.
"""

import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from maillage.cli import main
from maillage.sources.decouverte import find_unknown
from maillage.sources.ressemblance import find_faults
from tests.petit_monde import write_sources

Spoil = Callable[[Path], None]
Refuse = Callable[[], list[str]]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write_sources(tmp_path / "sources")


def cut(name: str, kept: float = 0.7) -> Spoil:
    def spoil(folder: Path) -> None:
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * kept)])

    return spoil


def write(name: str, content: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def drop_column(name: str, column: str) -> Spoil:
    def spoil(folder: Path) -> None:
        pl.read_csv(folder / name, infer_schema=False).drop(column).write_csv(folder / name)

    return spoil


def cut_workbook(folder: Path) -> None:
    """A sound workbook whose directory, at the end, is lost."""
    book = Workbook()
    book.active.append(["code_insee", "places_collectif", "places_individuel"])
    book.save(folder / "places.xlsx")
    cut("places.xlsx")(folder)


def cut_zip(folder: Path) -> None:
    with zipfile.ZipFile(folder / "bpe.zip", "w") as box:
        box.writestr("BPE24.csv", "DEPCOM;TYPEQU\n" * 50)
    cut("bpe.zip")(folder)


UTF16_NU = "DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y\n59350;D307;700000;7050000\n".encode("utf-16-le")
VIDE = b'{"type": "FeatureCollection", "features": []}'
ABIMES = {
    "truncated grid": (cut("carreaux.parquet"), "carreaux.parquet", "abîmé ou coupé"),
    "grid that is no parquet": (write("carreaux.parquet", b"<html>404</html>"), "carreaux.parquet", "abîmé"),
    "empty grid": (write("carreaux.parquet", b""), "carreaux.parquet", "vide"),
    "BPE in UTF-16 without its mark": (write("BPE24.csv", UTF16_NU), "BPE24.csv", "pas un tableau en texte"),
    "BPE of null bytes": (write("bpe2013.csv", bytes(500)), "bpe2013.csv", "pas un tableau en texte"),
    "BPE without its types": (drop_column("bpe2013.csv", "equipement"), "bpe2013.csv", "« equipement »"),
    "BPE of blank lines": (write("bpe2013.csv", b"\n\n \n"), "bpe2013.csv", "vide"),
    "communes without canton": (drop_column("communes.csv", "CANOV"), "communes.csv", "« CANOV »"),
    "communes without people": (drop_column("communes.csv", "population"), "communes.csv", "« population »"),
    "communes without code": (drop_column("communes.csv", "code"), "communes.csv", "« code »"),
    "outlines cut in their body": (cut("communes.geojson"), "communes.geojson", "JSON incomplet"),
    "outlines cut in their head": (cut("communes.geojson", 0.02), "communes.geojson", "JSON incomplet"),
    "outlines without a code": (write("communes_59.geojson", VIDE), "communes_59.geojson", "contenu attendu"),
    "truncated zip": (cut_zip, "bpe.zip", "archive abîmée ou coupée"),
    "truncated xlsx": (cut_workbook, "places.xlsx", "abîmé"),
    "corrupt ods": (write("places.ods", b"PK\x03\x04" + bytes(200)), "places.ods", "abîmé"),
    "workbook that is no workbook": (write("places.xlsx", b"<html>"), "places.xlsx", "format"),
    "corrupt GeoPackage": (write("a.gpkg", b"SQLite format 3\x00" + b"x" * 200), "a.gpkg", "abîmé ou coupé"),
    "OSM extract that is none": (write("a.osm.pbf", b"<html>"), "a.osm.pbf", "abîmé ou coupé"),
}  # fmt: skip


@pytest.fixture
def refuse(sources: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refuse:
    """What a build of the folder says as it leaves with code 1, nothing left behind."""

    def run() -> list[str]:
        out = sources.parent / "A"
        command = [
            "maillage",
            "atlas",
            "build",
            "--departement",
            "59",
            "--from",
            str(sources),
            "--out",
            str(out),
        ]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 1
        assert [path.name for path in sources.parent.iterdir()] == ["sources"]
        return capsys.readouterr().err.splitlines()

    return run


@pytest.mark.parametrize("name", ABIMES)
def test_a_spoilt_file_is_an_error_that_names_it(sources: Path, refuse: Refuse, name: str) -> None:
    spoil, file, words = ABIMES[name]
    spoil(sources)
    said = refuse()
    (line,) = (line for line in said if file in line and words in line)
    assert any(verb in line for verb in ("etirez-le", "nregistrez-le", "éléchargez")), "what to do"
    assert "manque" not in " ".join(said)


def test_every_spoilt_file_is_named_with_the_faults_of_the_others(sources: Path, refuse: Refuse) -> None:
    cut("carreaux.parquet")(sources)
    drop_column("communes.csv", "BV2022")(sources)
    drop_column("bpe2013.csv", "depcom")(sources)
    (sources / "sup.parquet").write_bytes(b"PAR1")
    rows = (sources / "france_services.csv").read_text("utf-8").replace(",5910", ",591")
    (sources / "france_services.csv").write_text(rows, "utf-8")
    said = refuse()
    for file in ("carreaux.parquet", "communes.csv", "bpe2013.csv", "sup.parquet", "france_services.csv"):
        assert any(line.startswith(f"  - {file}") for line in said), (file, said)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_a_list_of_communes_of_a_spreadsheet_is_read(sources: Path, encoding: str) -> None:
    path = sources / "communes.csv"
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert find_unknown(sources) == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("releves.csv", b"jour;pluie\n2026-01-01;3\n"),
        ("glossaire.csv", b"nom;code\ndensite;habitants au km2\n"),
        ("communes_isere.geojson", VIDE),
        ("reglages.json", b'{"a": 1}'),
        ("lisez-moi.txt", b"\x00\x01"),
        ("photo.jpg", b"\xff\xd8"),
    ],
)
def test_what_resembles_nothing_is_no_error(sources: Path, name: str, content: bytes) -> None:
    (sources / name).write_bytes(content)
    assert find_unknown(sources) == (sources / name,)
    assert find_faults(sources / name) == ()
