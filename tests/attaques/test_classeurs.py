"""One gives a small file that would weigh gigabytes once open: it is refused in words, at once and lightly.

Each file is read by a child whose memory is bounded: a test that fails never takes the machine with it.
"""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from maillage.atlas.ods import MANIFEST, MIME

SECONDES, OCTETS = 20, 2 * 2**30  # of processor: what others do on the machine takes nothing of it
ATTENTE = 300
ENFANT = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[3]),) * 2)
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.classeur import read_workbook
try:
    sheets = read_workbook(Path(sys.argv[1]))
except EntreeInvalide as error:
    print(error.message, *error.fautes, sep=" | ")
else:
    print("lu", [len(sheet.lignes) for sheet in sheets])
"""
ODS_TABLE = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body>'
    '<office:spreadsheet><table:table table:name="x">{}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
CELL = '<table:table-cell office:value-type="string"{}><text:p>a</text:p></table:table-cell>'
WIDE = ' table:number-columns-repeated="16000"'


def write_ods(path: Path, rows: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("mimetype", MIME)
        box.writestr("META-INF/manifest.xml", MANIFEST)
        box.writestr("content.xml", ODS_TABLE.format(rows))
    return path


def write_xlsx(path: Path, *cells: str, merge: str = "") -> Path:
    book = Workbook()
    for place in cells:
        book.active[place] = "x"
    book.save(path)
    if merge:
        rewrite(path, "xl/worksheets/sheet1.xml", "</sheetData>",
                f'</sheetData><mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>')  # fmt: skip
    return path


def rewrite(path: Path, member: str, old: str, new: str) -> None:
    with zipfile.ZipFile(path) as box:
        held = {name: box.read(name) for name in box.namelist()}
    held[member] = held[member].replace(old.encode(), new.encode(), 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in held.items():
            box.writestr(name, content)


def add_entities(path: Path) -> Path:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(9))
    rewrite(path, "xl/workbook.xml", "<workbook", f"<!DOCTYPE x [{lol}]><workbook")
    return path


BOMBES = {
    "far cells": lambda p: write_xlsx(p / "x.xlsx", "A1", "XFD1048576"),
    "a far heading and a far row": lambda p: write_xlsx(p / "x.xlsx", "XFD1", "A1048576"),
    "a merge of everything": lambda p: write_xlsx(p / "x.xlsx", "A1", merge="A1:XFD1048576"),
    "entities within entities": lambda p: add_entities(write_xlsx(p / "x.xlsx", "A1")),
    "repeated cells in repeated rows": lambda p: write_ods(
        p / "x.ods",
        f'<table:table-row table:number-rows-repeated="1000000">{CELL.format(WIDE)}</table:table-row>',
    ),
    "very many cells": lambda p: write_ods(
        p / "x.ods", f"<table:table-row>{CELL.format('') * 1000}</table:table-row>" * 1000
    ),
    "very many bytes": lambda p: write_ods(p / "x.ods", " " * 201 * 2**20),
    "spans within spans": lambda p: write_ods(
        p / "x.ods",
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{"<text:span>" * 50_000}a'
        f"{'</text:span>' * 50_000}</text:p></table:table-cell></table:table-row>",
    ),
}


def read_apart(path: Path) -> str:
    order = [sys.executable, "-c", ENFANT, str(path), str(OCTETS), str(SECONDES)]
    ran = subprocess.run(order, capture_output=True, text=True, timeout=ATTENTE, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
    return ran.stdout


@pytest.mark.parametrize("name", BOMBES)
def test_a_small_file_that_would_be_huge(tmp_path, name):
    path = BOMBES[name](tmp_path)
    assert path.stat().st_size < 10 * 2**20
    assert read_apart(path).startswith(
        ("Ce classeur est trop lourd", "Le fichier n’est pas un classeur lisible")
    )


def test_formats_laid_far_away_are_no_cells(tmp_path):
    """People colour whole columns: what holds nothing counts for nothing."""
    path = write_xlsx(tmp_path / "x.xlsx", "A1", "A2")
    book = load_workbook(path)
    book.active["XFD1048576"].number_format = "0.00"
    book.save(path)
    assert read_apart(path) == "lu [1]\n"
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    ods = write_ods(tmp_path / "x.ods", f"<table:table-row>{CELL.format('')}</table:table-row>" * 2 + blank)
    assert read_apart(ods) == "lu [1]\n"


def test_a_large_honest_workbook_is_read(tmp_path):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    for n in range(20_000):
        sheet.append([f"c{k}" if n == 0 else n for k in range(20)])
    book.save(tmp_path / "x.xlsx")
    assert read_apart(tmp_path / "x.xlsx") == "lu [19999]\n"
