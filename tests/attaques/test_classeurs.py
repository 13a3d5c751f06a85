"""One gives a small file that would weigh gigabytes once open: it is refused in words, at once and lightly.

Each file is read by a child whose memory is bounded: a test that fails never takes the machine with it.
"""

import datetime as dt
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from maillage.atlas.ods import MANIFEST, MIME
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.apart import read_apart as read_in_a_child
from maillage.sources.formats_classeur import open_here

SECONDES, OCTETS = 20, 2 * 2**30  # of processor: what others do on the machine takes nothing of it
ATTENTE = 300
ENFANT = """
import os, resource, sys
from pathlib import Path
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.classeur import read_workbook

def read(path):
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
    try:
        sheets = read_workbook(path)
    except EntreeInvalide as error:
        print(error.message, *error.fautes, sep=" | ", end="\\0", flush=True)
    else:
        print("lu", [len(sheet.lignes) for sheet in sheets], end="\\0", flush=True)

for path in map(Path, sys.argv[3:]):
    if not (child := os.fork()):
        read(path)
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(f"{path} : the child died")
"""
REFUS = (
    "Ce classeur est trop lourd",
    "Le classeur dépasse ce que tient un tableur",
    "Le fichier n’est pas un classeur lisible",
)
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


def write_row(cell: str, repeat: str = "1") -> str:
    return f'<table:table-row table:number-rows-repeated="{repeat}">{cell}</table:table-row>'


def write_text(text: str) -> str:
    return CELL.format("").replace(">a<", f">{text}<")


def change(path: Path, **members: Callable[[bytes], bytes]) -> Path:
    """The same workbook, some members of which (by the end of their names) are written otherwise."""
    with zipfile.ZipFile(path) as box:
        held = {name: box.read(name) for name in box.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in held.items():
            stem = Path(name).stem
            box.writestr(name, members[stem](content) if stem in members else content)
    return path


def set_rows(rows: bytes) -> Callable[[bytes], bytes]:
    return lambda xml: re.sub(
        rb"<sheetData>.*</sheetData>", b"<sheetData>" + rows + b"</sheetData>", xml, flags=re.DOTALL
    )


def share_one_long_text(folder: Path) -> Path:
    """One text of a mebibyte, which each of 300 cells names."""
    path = write_xlsx(folder / "x.xlsx", "A1")
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    kind = b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    kind += b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    types = {"[Content_Types]": lambda xml: xml.replace(b"</Types>", kind)}
    change(path, sheet1=set_rows(row * 3), **types)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as box:
        box.writestr("xl/sharedStrings.xml", f'<sst xmlns="{space}"><si><t>{"x" * 2**20}</t></si></sst>')
    return path


def hide_a_sheet(folder: Path) -> Path:
    """Millions of cells in a part whose name is not one of XML."""
    row = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    path = change(write_xlsx(folder / "x.xlsx", "A1"), sheet1=set_rows(row * 50_000))
    with zipfile.ZipFile(path) as box:
        held = {name: box.read(name).replace(b"sheet1.xml", b"sheet1.bin") for name in box.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in held.items():
            box.writestr(name.replace("sheet1.xml", "sheet1.bin"), content)
    return path


def encode(encoding: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        path = add_entities(write_xlsx(folder / "x.xlsx", "A1"))
        declared = f'<?xml version="1.0" encoding="{encoding}"?>'.encode(
            "utf-16" if "16" in encoding else "ascii"
        )
        return change(
            path,
            workbook=lambda xml: (
                declared + xml[xml.index(b"<!DOCTYPE") :].decode().encode(encoding.replace("16", "16-le"))
            ),
        )

    return write


def add_members(folder: Path) -> Path:
    path = write_xlsx(folder / "x.xlsx", "A1")
    with zipfile.ZipFile(path, "a") as box:
        for n in range(60_000):
            box.writestr(f"a{n}", "")
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
    "spaces by the billion": lambda p: write_ods(
        p / "x.ods", write_row(write_text('<text:s text:c="999999999"/>'))
    ),
    "spaces in very many cells": lambda p: write_ods(
        p / "x.ods", write_row(write_text('<text:s text:c="30000"/>') * 70) * 100
    ),
    "a long text repeated": lambda p: write_ods(
        p / "x.ods", write_row(write_text("x" * 2**20).replace(">", WIDE + ">", 1), "300")
    ),
    "a row repeated without end": lambda p: write_ods(p / "x.ods", write_row(CELL.format(""), "9" * 4000)),
    "a row repeated beyond numbers": lambda p: write_ods(p / "x.ods", write_row(CELL.format(""), "9" * 5000)),
    "a cell repeated a million times": lambda p: write_ods(
        p / "x.ods", write_row(CELL.format(' table:number-columns-repeated="1000000"'))
    ),
    "a cell at the end of all": lambda p: write_ods(
        p / "x.ods",
        write_row("<table:table-cell/>", "1048575")
        + write_row('<table:table-cell table:number-columns-repeated="16383"/>' + CELL.format("")),
    ),
    "very many attributes": lambda p: write_ods(
        p / "x.ods", write_row("<table:table-cell" + "".join(f" a{n}=''" for n in range(1_600_000)) + "/>")
    ),
    "tables within tables": lambda p: write_ods(
        p / "x.ods", "<table:table>" * 40_000 + "</table:table>" * 40_000
    ),
    "a row without end": lambda p: change(
        write_xlsx(p / "x.xlsx", "A1"),
        sheet1=set_rows(b'<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'),
    ),
    "a column without end": lambda p: change(
        write_xlsx(p / "x.xlsx", "A1"), sheet1=set_rows(b'<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>')
    ),
    "a number without end": lambda p: change(
        write_xlsx(p / "x.xlsx", "A1"), sheet1=set_rows(b"<row><c><v>" + b"9" * 100_000 + b"</v></c></row>")
    ),
    "one long text for all": share_one_long_text,
    "a sheet under another suffix": hide_a_sheet,
    "entities in UTF-16": encode("utf-16"),
    "entities in EBCDIC": encode("cp037"),
    "very many members": add_members,
    "spans within spans": lambda p: write_ods(
        p / "x.ods",
        f'<table:table-row><table:table-cell office:value-type="string"><text:p>{"<text:span>" * 50_000}a'
        f"{'</text:span>' * 50_000}</text:p></table:table-cell></table:table-row>",
    ),
}


def read_apart(*paths: Path, seconds: int = SECONDES) -> list[str]:
    """What is said of each file, read in a child of its own; their parent starts Python once."""
    order = [sys.executable, "-c", ENFANT, str(OCTETS), str(seconds), *map(str, paths)]
    ran = subprocess.run(order, capture_output=True, text=True, timeout=ATTENTE, check=False)
    assert ran.returncode == 0, ran.stderr[-500:]
    return ran.stdout.split("\0")[:-1]


def test_a_small_file_that_would_be_huge(tmp_path):
    paths = []
    for rank, make in enumerate(BOMBES.values()):
        (tmp_path / str(rank)).mkdir()
        paths.append(make(tmp_path / str(rank)))
    assert max(path.stat().st_size for path in paths) < 10 * 2**20
    for name, said in zip(BOMBES, read_apart(*paths), strict=True):
        assert said.startswith(REFUS), (name, said[:300])


@pytest.mark.lent
def test_a_workbook_that_takes_too_long_is_stopped_in_its_child(tmp_path):
    """Formulas shared by very many cells, which a library rewrites for each of them."""
    formula = b'<row r="%d"><c r="A%d"><f t="shared" si="0"%s</f><v>1</v></c></row>'
    first = formula % (1, 1, b' ref="A1:A20000">' + b"B1+" * 3000 + b"1")
    rows = first + b"".join(formula % (n, n, b">") for n in range(2, 20_001))
    path = change(write_xlsx(tmp_path / "x.xlsx", "A1"), sheet1=set_rows(rows))
    (said,) = read_apart(path, seconds=5)
    assert said.startswith("Ce classeur est trop lourd")
    assert "dépasse la mémoire ou le temps permis" in said


def test_a_path_inside_a_workbook_leads_nowhere(tmp_path):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = write_xlsx(folder / "x.xlsx", "A1", "A2")
    with zipfile.ZipFile(path, "a") as box:
        box.writestr("../../dehors.txt", "x")
        box.writestr(str(tmp_path / "dehors.txt"), "x")
    assert read_apart(path) == ["lu [1]"]
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_what_a_child_reads_is_what_it_would_be_here(tmp_path):
    """Numbers, days, truths, texts, blanks and the faults of cells come back the same."""
    book = Workbook()
    book.active.append(["nom", "nombre", "jour", "vrai", "vide", "part"])
    book.active.append(["é'\n", 3, dt.date(2026, 1, 31), True, None, 0.5])
    hidden = book.create_sheet("Cachée")
    hidden.append(["=1+1"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "x.xlsx")
    assert read_in_a_child(tmp_path / "x.xlsx") == open_here(tmp_path / "x.xlsx")
    (tmp_path / "y.xlsx").write_bytes(b"x")
    with pytest.raises(EntreeInvalide) as caught:
        read_in_a_child(tmp_path / "y.xlsx")
    assert "abîmé" in str(caught.value)


def test_formats_laid_far_away_are_no_cells(tmp_path):
    """People colour whole columns: what holds nothing counts for nothing."""
    path = write_xlsx(tmp_path / "x.xlsx", "A1", "A2")
    book = load_workbook(path)
    book.active["XFD1048576"].number_format = "0.00"
    book.save(path)
    assert read_apart(path) == ["lu [1]"]
    blank = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    ods = write_ods(tmp_path / "x.ods", f"<table:table-row>{CELL.format('')}</table:table-row>" * 2 + blank)
    assert read_apart(ods) == ["lu [1]"]


@pytest.mark.lent
def test_a_large_honest_workbook_is_read(tmp_path):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    for n in range(20_000):
        sheet.append([f"c{k}" if n == 0 else n for k in range(20)])
    book.save(tmp_path / "x.xlsx")
    assert read_apart(tmp_path / "x.xlsx") == ["lu [19999]"]
