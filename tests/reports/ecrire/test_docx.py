"""The DOCX: A4, in French, contents filled, no word cut, no lone caption."""

import re

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm

from maillage.reports.ecrire.docx import write_docx
from maillage.reports.rendu.blocs import Document, Paragraphe, Tableau, Titre

VILLES = ("Année", "Valenciennes", "Avesnes-sur-Helpe", "Hazebrouck", "Saint-Amand-les-Eaux")
GRAS = {  # widths of Arial Bold, in thousandths of its height (its own metrics)
    **dict.fromkeys("bdghnopqu", 611), **dict.fromkeys("aceéksvxy", 556), **dict.fromkeys("ilj", 278),
    **dict.fromkeys("ft-", 333), **dict.fromkeys("ADH", 722), **dict.fromkeys("EVS", 667),
    "m": 889, "r": 389, "z": 500, "w": 778, "L": 611,
}  # fmt: skip
MARGES = 8  # points, both sides of a cell


def make(*blocs):
    return Document("Programme", "2025-2030", "Préfecture", "Mention", blocs, sommaire=True)


def table(columns, rows=3):
    heads = ("", *(VILLES[k % 5] for k in range(columns)))
    return Tableau("Couverture", heads, (("Dimension", *("oui",) * columns),) * rows)


@pytest.fixture
def write(tmp_path):
    def write(*blocs):
        write_docx(make(*blocs), tmp_path / "d.docx")
        return docx.Document(str(tmp_path / "d.docx"))

    return write


def test_pages_are_a4(write):
    for section in write(Titre("Un"), table(4), table(14), Paragraphe("Fin")).sections:
        sides = sorted((section.page_width, section.page_height))
        assert sides == pytest.approx([Cm(21), Cm(29.7)], abs=1000)


def test_contents_are_there_before_any_field_is_computed(write):
    book = write(Titre("Santé"), Titre("Enjeux", 2), Titre("Mobilités"))
    lines = [p for p in book.paragraphs if "PAGEREF" in p._p.xml]
    assert [p.text.split("\t")[0] for p in lines] == ["Santé", "Mobilités"]
    asked = [re.search(r"PAGEREF (\S+)", p._p.xml)[1] for p in lines]
    marks = {m.get(qn("w:name")): m.getparent() for m in book.element.iter(qn("w:bookmarkStart"))}
    assert ["".join(t.text for t in marks[name].iter(qn("w:t"))) for name in asked] == ["Santé", "Mobilités"]


@pytest.mark.parametrize("columns", [2, 4, 6, 8])
def test_no_column_is_narrower_than_its_longest_word(write, columns):
    book = write(Titre("Un"), table(columns))
    (made,) = book.tables
    size = made.rows[0].cells[0].paragraphs[0].style.font.size.pt
    for head, column in zip(made.rows[0].cells, made.columns, strict=True):
        words = re.findall(r"[^\s-]+-?", head.text) or [""]
        longest = max(sum(GRAS[letter] for letter in word) for word in words)
        assert column.width.pt >= longest * size / 1000 + MARGES
    section = book.sections[-1]
    line = section.page_width - section.left_margin - section.right_margin
    assert sum(column.width for column in made.columns) <= line + 1000


def test_a_wide_table_turns_its_page_and_the_text_after_stands_upright(write):
    book = write(Titre("Un"), table(11), Paragraphe("Après"))
    turned = [section.orientation == WD_ORIENT.LANDSCAPE for section in book.sections]
    assert turned == [False, True, False]


def test_a_caption_and_a_heading_stay_with_what_follows(write):
    book = write(Titre("Un"), table(2))
    for name in ("Caption", "Heading 1", "Heading 2"):
        assert book.styles[name].paragraph_format.keep_with_next
    assert book.tables[0].rows[0].cells[0].paragraphs[0].paragraph_format.keep_with_next
