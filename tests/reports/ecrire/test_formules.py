"""A text that looks like a formula stays a text in the workbooks people exchange."""

from odf.opendocument import load
from odf.table import TableCell
from openpyxl import load_workbook

from maillage.reports.ecrire.classeur import write_sheets
from maillage.sdaasp.programme.classeur import Feuille

DANGERS = ("=1+1", "@SUM(A1)", "+33", "-1", '=HYPERLINK("http://exemple.invalid")')
SHEET = Feuille("essai", ("texte",), tuple((text,) for text in DANGERS))


def test_xlsx(tmp_path) -> None:
    write_sheets([SHEET], tmp_path / "a.xlsx")
    cells = [row[0] for row in load_workbook(tmp_path / "a.xlsx")["essai"].iter_rows(min_row=2)]
    assert [(cell.data_type, cell.value) for cell in cells] == [("s", text) for text in DANGERS]


def test_ods(tmp_path) -> None:
    write_sheets([SHEET], tmp_path / "a.ods")
    cells = load(str(tmp_path / "a.ods")).spreadsheet.getElementsByType(TableCell)
    assert all(cell.getAttribute("formula") is None for cell in cells)
    kinds = [cell.getAttribute("valuetype") for cell in cells if str(cell) in DANGERS]
    assert kinds == ["string"] * len(DANGERS)
