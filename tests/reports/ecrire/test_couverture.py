"""A cover says the same in every format: whose document, its state, its dates, then the contents in order."""

import io
import subprocess
import zipfile
from dataclasses import replace

import docx
import pytest

from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.ecrire.tableur import write_workbook
from maillage.reports.rendu.blocs import Couverture, Document, Paragraphe, Titre

LIGNES = (("État", "projet"), ("Données", "de 2013 à 2025 & <après>"))
BLOCS = (
    Titre("Un", id="un"),
    Paragraphe("Texte."),
    Titre("Un bis", 2, id="un-bis"),
    Titre("Deux", id="deux"),
)


@pytest.fixture
def document():
    cover = Couverture("Département des Landes", LIGNES)
    return Document("Titre", "Sous-titre", "Auteur", "Pied", BLOCS, sommaire=2, couverture=cover)


def read_pdf(document, tmp_path, page):
    (tmp_path / "d.pdf").write_bytes(write_pdf(document))
    command = ["pdftotext", "-layout", "-f", str(page), "-l", str(page), str(tmp_path / "d.pdf"), "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def read_docx(document, tmp_path):
    write_docx(document, tmp_path / "d.docx")
    return "\n".join(p.text for p in docx.Document(str(tmp_path / "d.docx")).paragraphs)


def read_ods(document):
    with zipfile.ZipFile(io.BytesIO(write_workbook(document))) as book:
        return book.read("content.xml").decode()


def test_every_format_says_all_of_the_cover(document, tmp_path):
    first = read_pdf(document, tmp_path, 1)
    for text in (first, read_docx(document, tmp_path)):
        for words in ("Département des Landes", *(word for line in LIGNES for word in line)):
            assert words in text
    for markup in (write_page(document), read_ods(document)):
        assert "Département des Landes" in markup
        assert "de 2013 à 2025 &amp; &lt;après&gt;" in markup
        assert "<après>" not in markup


def test_the_printed_cover_holds_the_contents_at_both_levels_and_nothing_of_the_text(document, tmp_path):
    first = read_pdf(document, tmp_path, 1)
    assert [first.index(title) for title in ("Un bis", "Deux")] == sorted(
        first.index(title) for title in ("Un bis", "Deux")
    )
    assert "Texte." not in first
    assert "Texte." in read_pdf(document, tmp_path, 2)


def test_contents_of_one_level_leave_the_others_out(document, tmp_path):
    plain = Document("Titre", "", "", "", BLOCS, sommaire=1, couverture=document.couverture)
    assert "Un bis" not in read_pdf(plain, tmp_path, 1)


def test_long_contents_hold_on_the_cover(document, tmp_path):
    titles = tuple(Titre(f"Communauté de communes du Val {k}", 2) for k in range(40))
    text = read_pdf(replace(document, blocs=(Titre("Un"), *titles, Paragraphe("Fin."))), tmp_path, 1)
    assert all(f"du Val {k} " in text or f"du Val {k}." in text for k in range(40))
