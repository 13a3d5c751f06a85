"""Spoilt files among those of a build: each is named, with what is wrong and what to do; nothing is left.

What each case must say is known by how the file was spoilt.
"""

import gzip
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook

from maillage.cli import main
from maillage.sources.decouverte import find_unknown
from maillage.sources.ressemblance import find_faults, list_ignored
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


def rewrite(name: str, change: Callable[[str], str]) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).write_text(change((folder / name).read_text("utf-8")), "utf-8")

    return spoil


def save_as(name: str, new: str, encode: Callable[[bytes], bytes] = bytes) -> Spoil:
    """The same file under another name, its bytes changed."""

    def spoil(folder: Path) -> None:
        (folder / new).write_bytes(encode((folder / name).read_bytes()))
        if new != name:
            (folder / name).unlink()

    return spoil


def link_nowhere(folder: Path) -> None:
    (folder / "communes.csv").unlink()
    (folder / "communes.csv").symlink_to(folder / "ailleurs" / "communes.csv")


def write_book(*sheets: list[list[str]]) -> Spoil:
    """A workbook of the communes, one sheet for each table."""

    def spoil(folder: Path) -> None:
        book = Workbook()
        book.remove(book.active)
        for rows in sheets:
            sheet = book.create_sheet()
            for row in rows:
                sheet.append(row)
        book.save(folder / "places.xlsx")

    return spoil


def to_utf16(encoding: str) -> Callable[[bytes], bytes]:
    return lambda content: content.decode("utf-8").encode(encoding)


PLACES = ["code_insee", "places_collectif", "places_individuel", "date"]
REMPLI = [PLACES, ["59100", "1", "2", "2025"]]
PAGE = b"\n<!DOCTYPE html><html><body>404</body></html>"
POINTEUR = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
UTF16_NU = "DEPCOM;TYPEQU;LAMBERT_X;LAMBERT_Y\n59350;D307;700000;7050000\n".encode("utf-16-le")
VIDE = b'{"type": "FeatureCollection", "features": []}'
ABIMES = {
    "truncated grid": (cut("carreaux.parquet"), "carreaux.parquet", "abîmé ou coupé"),
    "grid that is no parquet": (write("carreaux.parquet", PAGE), "carreaux.parquet", "page web"),
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
    "workbook that is no workbook": (write("places.xlsx", b"xlsx"), "places.xlsx", "format"),
    "corrupt GeoPackage": (write("a.gpkg", b"SQLite format 3\x00" + b"x" * 200), "a.gpkg", "abîmé ou coupé"),
    "OSM extract that is none": (write("a.osm.pbf", b"osm"), "a.osm.pbf", "abîmé ou coupé"),
    "page of error as a table": (write("communes.csv", PAGE), "communes.csv", "page web"),
    "page of error as an archive": (write("bpe.zip", PAGE), "bpe.zip", "page web"),
    "page of error as outlines": (write("a.geojson", PAGE), "a.geojson", "page web"),
    "page of error under any name": (write("telechargement", PAGE), "telechargement", "page web"),
    "Git LFS pointer": (write("carreaux.parquet", POINTEUR), "carreaux.parquet", "Git LFS"),
    "git-annex pointer": (write("a.csv", b"/annex/objects/MD5E-s2\n"), "a.csv", "git-annex"),
    "link to nothing": (link_nowhere, "communes.csv", "lien vers un fichier absent"),
    "half a download": (save_as("communes.csv", "communes.csv.part"), "communes.csv.part", "inachevé"),
    "half a download of a browser": (save_as("sup.parquet", "a.crdownload"), "a.crdownload", "inachevé"),
    "truncated parquet of any name": (save_as("sup.parquet", "a.dat", lambda b: b[:-9]), "a.dat", "coupé"),
    "truncated parquet as a csv": (save_as("sup.parquet", "a.csv", lambda b: b[:-9]), "a.csv", "ou coupé"),
    "truncated gzip": (save_as("communes.csv", "c.gz", lambda b: gzip.compress(b)[:-9]), "c.gz", "coupée"),
    "gzip that is none": (write("c.csv.gz", b"code;nom"), "c.csv.gz", "abîmée ou coupée"),
    "empty gzip": (write("c.csv.gz", b""), "c.csv.gz", "vide"),
    "communes in UTF-16 without its mark": (
        save_as("communes.csv", "c.csv", to_utf16("utf-16-le")), "c.csv", "pas un tableau en texte"),
    "communes in big UTF-16 without its mark": (
        save_as("communes.csv", "c.txt", to_utf16("utf-16-be")), "c.txt", "UTF-16 sans sa marque"),
    "communes in UTF-32": (save_as("communes.csv", "c.csv", to_utf16("utf-32")), "c.csv", "pas un tableau"),
    "communes under a title": (
        rewrite("communes.csv", lambda t: "Liste des communes\n\n" + t), "communes.csv", "première ligne"),
    "communes cut by unknown signs": (
        rewrite("communes.csv", lambda t: t.replace(",", "^")), "communes.csv", "séparateur inconnu"),
    "communes cut by colons": (
        save_as("communes.csv", "c.txt", lambda b: b.replace(b",", b":")), "c.txt", "séparateur inconnu"),
    "communes of a program, in an object": (
        write("c.json", b'{"data": [{"id_fs": 1, "lib_fs": "x", "format_fs": "y", "insee_com": "59100"}]}'),
        "c.json", "d’une autre forme"),
    "one object a line": (
        write("c.jsonl", b'{"id_fs": 1, "lib_fs": "x", "format_fs": "y", "insee_com": "59100"}\n'),
        "c.jsonl", "d’une autre forme"),
    "workbook whose second sheet is the table": (write_book([["Notice"]], REMPLI), "places.xlsx", "feuille"),
    "workbook under a title": (write_book([["Places, 2025"], *REMPLI]), "places.xlsx", "feuille"),
    "workbook with a cell in error": (
        write_book([PLACES, ["59100", "=1/0", "2", "2025"]]), "feuille Sheet", "n’est pas enregistrée"),
    "workbook with a column twice": (
        write_book([[*PLACES, "date"], ["59100", "1", "2", "2025", "x"]]), "places.xlsx", "deux fois"),
    "workbook as a table of text": (write("communes.xlsx", b"code;nom\n"), "communes.xlsx", "format"),
    "outlines renamed in every property": (
        rewrite("communes.geojson", lambda t: t.replace('"code"', '"kode"')), "communes.geojson", "attendu"),
    "communes renamed in most columns": (write("communes.csv", b"a;b\n1;2\n"), "communes.csv", "attendu"),
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
    assert any(
        verb in line for verb in ("etirez", "nregistrez", "éléchargez", "ardez", "éparez", "orrigez")
    ), "what to do"
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
        ("README.md", b"| apl | code_insee, apl_gen, apl_inf, apl_mk |\n"),
        ("notice.html", b"<!doctype html><html></html>"),
        ("notes.txt", b"Le fichier des communes a les colonnes code, nom, population et epci.\n"),
        ("vide.txt", b""),
        ("a.zip", b"PK\x05\x06" + bytes(18)),
        ("a.csv.gz", gzip.compress(b"jour;pluie\n", mtime=0)),
        ("ancien.xls", b"\xd0\xcf\x11\xe0"),
    ],
)
def test_what_resembles_nothing_is_no_error(sources: Path, name: str, content: bytes) -> None:
    (sources / name).write_bytes(content)
    assert find_unknown(sources) == (sources / name,)
    assert find_faults(sources / name) == ()


def test_what_excel_and_systems_leave_beside_a_file_is_no_file(sources: Path) -> None:
    for name in ("~$communes.xlsx", ".~lock.communes.csv#", ".DS_Store"):
        (sources / name).write_bytes(b"\x05x")
    assert find_unknown(sources) == ()


def test_a_workbook_that_is_no_source_may_hold_what_it_likes(sources: Path) -> None:
    write_book([["jour", "pluie"], ["lundi", "=1/0"]])(sources)
    assert find_unknown(sources) == (sources / "places.xlsx",)
    assert find_faults(sources / "places.xlsx") == ()


def test_a_list_of_communes_said_to_be_missing_is_not_hidden_by_an_archive(
    sources: Path, refuse: Refuse
) -> None:
    save_as("communes.csv", "communes.csv.gz", gzip.compress)(sources)
    said = " ".join(refuse())
    assert "la liste des communes manque" in said
    assert "communes.csv.gz : archive laissée de côté : sortez-en les fichiers" in said


def test_ignored_files_are_told_by_kind(tmp_path: Path) -> None:
    names = ["a.csv", "b.txt", "c.txt", "d.txt", "e.txt", "f.txt", "g.zip", "h.xls", "i.shp", "notice.pdf"]
    assert list_ignored([tmp_path / name for name in names]) == (
        "a.csv : fichier non reconnu, laissé de côté",
        "b.txt, c.txt, d.txt et 2 autres : fichier non reconnu, laissé de côté",
        "g.zip : archive laissée de côté : sortez-en les fichiers",
        "h.xls : format que l’on ne lit pas, laissé de côté : enregistrez en XLSX ou ODS",
        "i.shp : format que l’on ne lit pas, laissé de côté : enregistrez en GeoJSON",
    )


def test_a_feed_of_timetables_is_sent_to_its_own_reader(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bus.zip", "w") as archive:
        for name in ("stops.txt", "stop_times.txt"):
            archive.writestr(f"reseau/{name}", "")
    assert list_ignored([tmp_path / "bus.zip"]) == (
        "bus.zip : horaires de transports collectifs, laissés de côté : maillage transports build les lit",
    )
