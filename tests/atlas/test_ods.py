"""A table in an OpenDocument spreadsheet: whole, read back by others, each value written once."""

import io
import zipfile
from collections.abc import Callable

import odf.opendocument
import odf.table
import odf.teletype
import polars as pl
import pytest

from maillage.atlas import ods
from maillage.atlas.export import WRITERS, make_long
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue import tableurs

FRAME = pl.DataFrame(
    {
        "nom": ["Lille", "=1+1", None, " deux  blancs\tet\nlignes ", "<&>\x0b"],
        "valeur": [3.5, None, -0.1, 1e300, 0.0],
        "rang": [1, 2, None, 4, 5],
    }
)


def read(book: bytes) -> dict[str, list[list[object]]]:
    """Sheet → rows → cells, by odfpy: a number as a number, no cell where there is nothing."""
    sheets = odf.opendocument.load(io.BytesIO(book)).getElementsByType(odf.table.Table)
    return {
        sheet.getAttribute("name"): [
            [read_cell(cell) for cell in row.getElementsByType(odf.table.TableCell)]
            for row in sheet.getElementsByType(odf.table.TableRow)
        ]
        for sheet in sheets
    }


def read_cell(cell: object) -> object:
    kind = cell.getAttribute("valuetype")  # type: ignore[attr-defined]
    if kind == "float":
        return float(cell.getAttribute("value"))  # type: ignore[attr-defined]
    return odf.teletype.extractText(cell) if kind == "string" else None


def test_a_table_is_read_back_as_it_was() -> None:
    rows = read(ods.pack(ods.cut_frame("Chiffres", FRAME)))["Chiffres"]
    assert rows == [
        ["nom", "valeur", "rang"],
        ["Lille", 3.5, 1.0],
        ["=1+1", None, 2.0],
        [None, -0.1, None],
        [" deux  blancs\tetlignes ", 1e300, 4.0],
        ["<&>", 0.0, 5.0],
    ]


def test_a_frame_and_its_rows_make_the_same_cells() -> None:
    assert read(ods.pack(ods.cut_frame("a", FRAME))) == read(
        ods.make_ods([("a", FRAME.columns, FRAME.iter_rows())])
    )


def test_more_rows_than_a_sheet_holds_make_several(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(ods.make_ods([("a", (), FRAME.iter_rows())]))["a"]
    monkeypatch.setattr(tableurs, "LIGNES", 3)
    monkeypatch.setattr(ods, "BLOC", 1)
    seen: list[tuple[int, int]] = []
    sheets = read(ods.pack(ods.cut_frame("Chiffres", FRAME, lambda *step: seen.append(step))))
    assert {name: len(rows) for name, rows in sheets.items()} == {
        "Chiffres": 3,
        "Chiffres 2": 3,
        "Chiffres 3": 2,
    }
    assert [row for rows in sheets.values() for row in rows[1:]] == whole
    assert seen == [(n, 5) for n in range(1, 6)]


def test_an_empty_table_has_its_heading() -> None:
    assert read(ods.pack(ods.cut_frame("a", FRAME.clear())))["a"] == [["nom", "valeur", "rang"]]


def test_each_value_is_written_once_however_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    true_writer: Callable[[object], str] = ods.write_cell

    def count(cell: object) -> str:
        written.append(cell)
        return true_writer(cell)

    monkeypatch.setattr(ods, "write_cell", count)
    frame = pl.DataFrame({"niveau": ["commune"] * 20_000, "valeur": [1.0, 2.0] * 10_000})
    ods.write_rows(frame)
    assert sorted(map(str, written)) == ["1.0", "2.0", "commune"]


def test_an_export_is_a_valid_archive_of_every_row(petit_atlas: Atlas) -> None:
    long = make_long(petit_atlas, "commune", ["densite", "duree_pharmacie"])
    book = WRITERS["ods"](petit_atlas, long)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert archive.testzip() is None
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
    assert [row[:5] for row in read(book)["Chiffres"][1:]] == [list(row[:5]) for row in long.iter_rows()]
    assert len(read(book)["Sources"]) == len(petit_atlas.manifest.sources) + 1
