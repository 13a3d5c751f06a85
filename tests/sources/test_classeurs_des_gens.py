"""Spreadsheets as people make them: what a program can do to a cell, in ODS, XLSX and CSV, both ways."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from maillage.atlas.ods import make_ods
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.tableurs import CARACTERES, neutraliser, restaurer
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.tableur import make_csv
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sources import read
from maillage.sources.classeur import read_workbook
from maillage.sources.decouverte import recognise
from maillage.sources.fichiers import read_sheet

NOMS = ("office", "table", "text", "style")
JOUR = datetime(2026, 12, 31, 10)  # noqa: DTZ001 - a spreadsheet's days have no zone
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ESPACES = (
    " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in NOMS)
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
CACHE = (
    '<style:style style:name="ta2" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def write_ods(folder: Path, rows: str, *, style: str = "", name: str = "a.ods") -> Path:
    """A workbook of one sheet from its rows as LibreOffice writes them; the first row is « nom;valeur »."""
    heads = (
        "<table:table-row>"
        + "".join(cell(f"<text:p>{n}</text:p>") for n in ("nom", "valeur"))
        + "</table:table-row>"
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ESPACES} office:version="1.3">'
        f"<office:automatic-styles>{CACHE}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="f"{style}>{heads}{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    for entry, kind in (("/", ODS), ("content.xml", "text/xml")):
        manifest += f'<manifest:file-entry manifest:full-path="{entry}" manifest:media-type="{kind}"/>'
    with zipfile.ZipFile(folder / name, "w") as box:
        box.writestr("mimetype", ODS)
        box.writestr("content.xml", content)
        box.writestr("META-INF/manifest.xml", manifest + "</manifest:manifest>")
    return folder / name


def cell(inside: str = "", attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


def line(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


ANNOTATION = "<office:annotation><text:p>à relire</text:p></office:annotation>"
DATE = 'office:value-type="date" office:date-value'
ERREUR = 'office:value-type="string" calcext:value-type="error"'
TEXTE = 'office:value-type="string"'


@pytest.mark.parametrize(
    ("inside", "attributes", "value"),
    [
        (f"{ANNOTATION}<text:p>Mon schéma</text:p>", TEXTE, "Mon schéma"),
        (f"<text:p>Mon{ANNOTATION} schéma</text:p>", TEXTE, "Mon schéma"),
        (ANNOTATION, "", None),
        ("<text:p>un<text:span> deux</text:span></text:p>", TEXTE, "un deux"),
        ("<text:p>un<text:line-break/>deux</text:p><text:p>trois</text:p>", TEXTE, "un\ndeux\ntrois"),
        ('<text:p>a<text:s text:c="3"/>b<text:tab/>c</text:p>', TEXTE, "a   b\tc"),
        ("<text:p>\n  un\n  deux </text:p>", TEXTE, "un deux"),
        ("<text:p>5\u00a0000</text:p>", TEXTE, "5\u00a0000"),
        ("<text:p>VRAI</text:p>", 'office:value-type="boolean" office:boolean-value="true"', "oui"),
        ("<text:p>FAUX</text:p>", 'office:value-type="boolean" office:boolean-value="false"', "non"),
        ("<text:p>12,5 %</text:p>", 'office:value-type="percentage" office:value="0.125"', 0.125),
        ("<text:p>3 €</text:p>", 'office:value-type="currency" office:value="3" office:currency="EUR"', 3),
        ("<text:p>31 déc.</text:p>", 'office:value-type="date" office:date-value="2026-12-31"', JOUR.date()),
        ("<text:p>x</text:p>", f'{DATE}="2026-12-31T10:00:00"', JOUR.date()),
        ("<text:p>2</text:p>", 'table:formula="of:=1+1" office:value-type="float" office:value="2"', 2),
        ("<text:p>01440</text:p>", TEXTE, "01440"),
    ],
)  # fmt: skip
def test_an_ods_cell_is_its_value(tmp_path: Path, inside: str, attributes: str, value: object) -> None:
    path = write_ods(tmp_path, line(cell("<text:p>x</text:p>", TEXTE), cell(inside, attributes)))
    (sheet,) = read_workbook(path)
    assert sheet.lignes == (("x", value),)


@pytest.mark.parametrize(
    "wrong",
    [
        cell(
            "<text:p>#N/A</text:p>",
            f'table:formula="of:=NA()" {ERREUR}',
        ),
        cell("<text:p>Err:502</text:p>", 'table:formula="of:=X(" office:value-type="float" office:value="0"'),
        cell("", 'table:formula="of:=A1"'),
    ],
)
def test_an_ods_cell_without_value_is_a_fault(tmp_path: Path, wrong: str) -> None:
    path = write_ods(tmp_path, line(cell("<text:p>x</text:p>", TEXTE), wrong))
    with pytest.raises(EntreeInvalide) as caught:
        read_workbook(path)
    assert [(f.fichier, f.ligne, f.colonne) for f in caught.value.fautes] == [("feuille f", 2, "B")]


def test_covered_and_repeated_cells_keep_their_columns_and_rows(tmp_path: Path) -> None:
    un, deux = (cell(f"<text:p>{n}</text:p>", TEXTE) for n in ("un", "deux"))
    spanned = cell("<text:p>large</text:p>", f'{TEXTE} table:number-columns-spanned="2"')
    covered = "<table:covered-table-cell><text:p>dessous</text:p></table:covered-table-cell>"
    rows = (
        line(spanned, covered, deux)
        + line(cell("", 'table:number-columns-repeated="2"'), attributes='table:number-rows-repeated="4000"')
        + line(un, deux, attributes='table:visibility="filter"')
        + line(cell("<text:p>z</text:p>", f'{TEXTE} table:number-columns-repeated="2"'))
        + line(
            cell("", 'table:number-columns-repeated="16384"'),
            attributes='table:number-rows-repeated="1044571"',
        )
    )
    (sheet,) = read_workbook(write_ods(tmp_path, rows))
    assert sheet.lignes[0] == ("large", None, "deux")
    assert len(sheet.lignes) == 4003, "the blank rows between are rows, those after are not"
    assert sheet.lignes[4001:] == (("un", "deux"), ("z", "z"))


def test_a_hidden_sheet_says_so_and_too_many_rows_are_refused(tmp_path: Path) -> None:
    row = line(cell("<text:p>x</text:p>", TEXTE))
    (sheet,) = read_workbook(write_ods(tmp_path, row, style=' table:style-name="ta2"'))
    assert sheet.masquee
    many = line(cell("<text:p>x</text:p>", TEXTE), attributes='table:number-rows-repeated="99999999"')
    with pytest.raises(EntreeInvalide, match="ce que tient un tableur"):
        read_workbook(write_ods(tmp_path, many))


def write_xlsx(folder: Path, *rows: list[object], change: object = None) -> Path:
    book = Workbook()
    for row in (["nom", "valeur"], *rows):
        book.active.append(row)
    if callable(change):
        change(book)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def test_an_xlsx_cell_is_its_value(tmp_path: Path) -> None:
    rich = CellRichText("un ", TextBlock(InlineFont(b=True), "deux"))
    rows = [[name, v] for name, v in enumerate([True, False, JOUR, 0.125, rich, "a\nb", "01440"])]

    def change(book: Workbook) -> None:
        page = book.active
        page["A2"].comment = Comment("à relire", "X")
        page["B5"].number_format = "0 %"
        page.row_dimensions[3].hidden = True
        page.column_dimensions["B"].hidden = True
        page.auto_filter.ref = "A1:B8"
        page.freeze_panes = "A2"
        book.create_sheet("cachée").sheet_state = "veryHidden"

    sheets = read_workbook(write_xlsx(tmp_path, *rows, change=change))
    values = [row[1] for row in sheets[0].lignes]
    assert values == ["oui", "non", date(2026, 12, 31), 0.125, "un deux", "a\nb", "01440"]
    assert [sheet.masquee for sheet in sheets] == [False, True]


def test_merged_cells_of_xlsx_are_blank_but_the_first(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path, ["a", 1], ["b", 2], change=lambda book: book.active.merge_cells("A2:A3"))
    assert read_workbook(path)[0].lignes == (("a", 1), (None, 2))


@pytest.mark.parametrize("wrong", ["#N/A", "=1+1"])
def test_an_xlsx_cell_without_value_is_a_fault(tmp_path: Path, wrong: str) -> None:
    """openpyxl writes formulas and computes none."""
    with pytest.raises(EntreeInvalide) as caught:
        read_workbook(write_xlsx(tmp_path, ["x", wrong]))
    assert [(f.ligne, f.colonne) for f in caught.value.fautes] == [(2, "B")]


@pytest.mark.parametrize(
    "data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"PK\x03\x04", b"", b"a;b\n1;2\n"]
)
def test_what_is_no_workbook_is_said_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(EntreeInvalide) as caught:
        read_workbook(path)
    assert "Error" not in str(caught.value)


PLACES = ["code_insee", "places_collectif", "places_individuel", "date"]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_a_model_filled_in_a_spreadsheet(tmp_path: Path, kind: str) -> None:
    """Headers in other letters, a code as a number, a real date, blank rows: read from each format."""
    rows = [
        [59350, 10, "20", date(2025, 12, 31)],
        [None] * 4,
        ["59001", "1 200,5", None, "31/12/2025"],
        [None] * 4,
    ]
    heads = ["Code INSEE", "PLACES_COLLECTIF", "Places individuel", "Date"]
    path = tmp_path / f"places.{kind}"
    if kind == "csv":
        text = [";".join(heads), "59350;10;20;31/12/2025", ";;;", "59001;1\u202f200,5;;31/12/2025", ";;;"]
        path.write_text("\n".join(text) + "\n", "utf-8-sig")
    else:
        write_sheets([Feuille("Feuille1", tuple(heads), tuple(map(tuple, rows)))], path)
    assert recognise(path) == "places_jeune_enfant"
    (table,) = read("places_jeune_enfant", path)
    assert table.frame.rows() == [("59350", 10.0, 20.0), ("59001", 1200.5, None)]
    assert table.provenance.millesime == "2025"


def test_faults_are_where_the_person_sees_them(tmp_path: Path) -> None:
    """Blank lines above the header count; so do those between."""
    path = tmp_path / "places.csv"
    path.write_text("\n\n" + ";".join(PLACES) + "\n59350;10;20;2025\n;;;\n59001;x;20;12/31/2025\n", "utf-8")
    with pytest.raises(EntreeInvalide) as caught:
        read("places_jeune_enfant", path)
    assert {(f.ligne, f.colonne) for f in caught.value.fautes} == {(6, "places_collectif"), (6, "date")}


def test_columns_without_name(tmp_path: Path) -> None:
    """Empty ones are nothing; one that holds something is a fault that names its letter and its row."""
    path = tmp_path / "places.csv"
    path.write_text(";".join(PLACES) + ";;\n59350;10;20;2025;;\n", "utf-8")
    assert read("places_jeune_enfant", path)[0].frame.height == 1
    path.write_text(";".join(PLACES) + ";;\n59350;10;20;2025;;vu\n", "utf-8")
    with pytest.raises(EntreeInvalide) as caught:
        read("places_jeune_enfant", path)
    (fault,) = caught.value.fautes
    assert (fault.ligne, "colonne F" in fault.quoi) == (2, True)


@pytest.mark.parametrize(
    ("postcode", "departement"),
    [("1440", "01"), ("2000", "02"), ("20000", "2A"), ("59000.0", "59"), ("97400", "974")],
)
def test_postcodes_that_lost_their_zero(tmp_path: Path, postcode: str, departement: str) -> None:
    path = tmp_path / "sante.csv"
    columns = [
        "id",
        "hospital_name",
        "site_name",
        "lat",
        "lon",
        "geo_qual",
        "street",
        "house_number",
        "postcode",
        "city",
        "cc",
        "country",
        "cap_beds",
        "cap_prac",
        "cap_rooms",
        "emergency",
        "facility_type",
        "public_private",
        "list_specs",
        "tel",
        "email",
        "url",
        "ref_date",
        "pub_date",
        "comments",
    ]
    row = dict.fromkeys(columns, "") | {"id": "1", "hospital_name": "Hôpital", "postcode": postcode}
    path.write_text(",".join(columns) + "\n" + ",".join(row.values()) + "\n", "utf-8")
    (table,) = read("etablissements_sante", path)
    assert table.frame["departement"].to_list() == [departement]
    assert len(table.frame["code_postal"][0]) == 5


anything = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
texts = anything.filter(lambda text: "\r" not in text)


@given(anything)
def test_a_guarded_text_comes_back(text: str) -> None:
    assert restaurer(neutraliser(text)) == text
    assert not neutraliser(text).lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(text=texts, other=texts)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_written_in_xlsx_is_read_back_equal(tmp_path: Path, text: str, other: str) -> None:
    """Control characters, texts that read as formulas or as escapes, blanks at the ends."""
    sheet = Feuille("feuille", ("a", "b", "c"), (("x", text, other), ("_x0041_ _x005F_", " =1+1 ", "\ta ")))
    write_sheets([sheet], tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx") == (sheet,)


printable = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff", include_characters="\t\n "
    ),
    min_size=1,
    max_size=40,
)


@given(text=printable, other=printable)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_written_in_ods_is_read_back_equal(tmp_path: Path, text: str, other: str) -> None:
    """By either of our writers."""
    rows = (("x", text, other), ("y", " =1+1  ", "  a"))
    write_sheets([Feuille("f", ("a", "b", "c"), rows)], tmp_path / "a.ods")
    (tmp_path / "b.ods").write_bytes(make_ods([("f", ("a", "b", "c"), rows)]))
    for name in ("a.ods", "b.ods"):
        assert read_workbook(tmp_path / name)[0].lignes == rows


@given(text=printable.map(str.strip).filter(bool))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_written_in_csv_is_read_back_equal(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_bytes(make_csv(["a", "b"], [[text, "x"], [3.5, -2]]))
    cells = read_sheet(tmp_path / "a.csv").cells
    assert cells["a"].to_list() == [text, "3,5"]
    assert cells["b"].to_list() == ["x", "-2"]


@pytest.mark.parametrize(
    ("value", "suffix", "said"),
    [
        ("x" * (CARACTERES + 1), ".xlsx", "une cellule en tient 32767"),
        (date(1899, 12, 31), ".xlsx", "trop ancienne"),
        ("a\x0bb", ".ods", "U+000B"),
    ],
)
def test_what_a_format_cannot_hold_is_refused_not_cut(
    tmp_path: Path, value: object, suffix: str, said: str
) -> None:
    path = tmp_path / f"a{suffix}"
    sheet = Feuille("f", ("a", "b"), ((1, 2), (3, value)))  # type: ignore[arg-type]
    with pytest.raises(EntreeInvalide, match=re.escape(said)) as caught:
        write_sheets([sheet], path)
    assert [(f.fichier, f.ligne, f.colonne) for f in caught.value.fautes] == [("feuille f", 3, "b")]
    assert not path.exists()
    write_sheets([Feuille("f", ("a",), (("x" * CARACTERES,),))], tmp_path / "b.xlsx")


def test_two_sheets_never_bear_one_name(tmp_path: Path) -> None:
    long = "Accès aux services : médecin généraliste"
    (tmp_path / "a.ods").write_bytes(make_ods([(long, ["a"], [[1]]), (long + " (bis)", ["a"], [[2]])]))
    names = [sheet.nom for sheet in read_workbook(tmp_path / "a.ods")]
    assert len(set(names)) == 2
    assert all(len(name) <= 31 for name in names)
