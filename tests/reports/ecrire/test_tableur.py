"""Workbooks read back by an independent reader; formulas never run."""

import csv
import io

import odf.opendocument
import odf.table
import odf.teletype
from hypothesis import given
from hypothesis import strategies as st

from maillage.reports.ecrire.tableur import make_csv, make_ods, neutraliser

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


def test_ods_read_by_odfpy() -> None:
    rows = [["Lille", 3.5, None], ["=1+1", -2.0, "<&>"]]
    book = odf.opendocument.load(io.BytesIO(make_ods([("Feuille/1", ["nom", "valeur", "note"], rows)])))
    sheet = book.getElementsByType(odf.table.Table)[0]
    cells = [
        [
            (c.getAttribute("valuetype"), odf.teletype.extractText(c), c.getAttribute("formula"))
            for c in row.getElementsByType(odf.table.TableCell)
        ]
        for row in sheet.getElementsByType(odf.table.TableRow)
    ]
    assert cells[1][0] == ("string", "Lille", None)
    assert (
        sheet.getElementsByType(odf.table.TableRow)[1]
        .getElementsByType(odf.table.TableCell)[1]
        .getAttribute("value")
        == "3.5"
    )
    assert cells[2][0] == ("string", "=1+1", None)
    assert cells[2][2][1] == "<&>"


@given(TEXT)
def test_no_text_can_start_a_formula(text) -> None:
    body = make_csv(["x"], [[text]]).decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(body), delimiter=";"))[1:]
    read = cell[0][0] if cell and cell[0] else ""
    assert not read.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert read.removeprefix("'") == text.removeprefix("'") or read == text


def test_numbers_stay_numbers() -> None:
    assert neutraliser(-3.5) == -3.5
    assert make_csv(["a"], [[-3.5], [None]]).decode("utf-8-sig").splitlines() == ["a", "-3,5", '""']
