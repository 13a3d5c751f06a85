"""Workbooks read back by an independent reader; formulas never run."""

import csv
import io

import odf.opendocument
import odf.table
import odf.teletype
from hypothesis import given
from hypothesis import strategies as st

from maillage.atlas.ods import make_ods
from maillage.reports.ecrire.tableur import make_csv, neutraliser, write_workbook
from maillage.reports.rendu.blocs import VIDE, Document, Nombre, Tableau

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


def test_a_figure_of_a_document_keeps_its_value_and_how_it_was_shown() -> None:
    table = Tableau(
        "Temps", ("Lieu", "Temps"), (("=1+1", Nombre(7.2, "7,2\xa0min")), ("Ici", VIDE)), id="temps"
    )
    document = Document("Titre", "Sous-titre", "Maillage", "", (table,), bandeaux=("Temps estimés.",))
    book = odf.opendocument.load(io.BytesIO(write_workbook(document)))
    notice, sheet = book.getElementsByType(odf.table.Table)
    assert (notice.getAttribute("name"), sheet.getAttribute("name")) == ("Lisez-moi", "temps")
    rows = [row.getElementsByType(odf.table.TableCell) for row in sheet.getElementsByType(odf.table.TableRow)]
    assert [odf.teletype.extractText(row[0]) for row in rows[:3]] == ["Temps", "Temps estimés.", "Lieu"]
    figure, unknown = rows[3][1], rows[4][1]
    assert (figure.getAttribute("value"), odf.teletype.extractText(figure)) == ("7.2", "7,2\xa0min")
    assert (unknown.getAttribute("valuetype"), odf.teletype.extractText(unknown)) == (
        "string",
        "non renseigné",
    )
    assert odf.teletype.extractText(rows[3][0]) == "'=1+1"
