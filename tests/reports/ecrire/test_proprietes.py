"""Each file says its title, who writes it and its language, and no command of a terminal."""

import io
import zipfile

import docx
import openpyxl
import pytest

from maillage.atlas.ods import make_ods
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.rendu.blocs import Document, Paragraphe
from maillage.sdaasp.programme.classeur import Feuille, make_sheets
from maillage.sdaasp.reprise.chargement import load_programme

TITRE, AUTEUR = "Schéma & <suite>", "Préfet du Nord"


def read_meta(archive):
    with zipfile.ZipFile(archive) as book:
        return book.read("meta.xml").decode(), book.read("META-INF/manifest.xml").decode()


def test_a_spreadsheet_of_figures(tmp_path):
    meta, manifest = read_meta(io.BytesIO(make_ods([("a", ("b",), [("c",)])], TITRE)))
    assert "<dc:title>Schéma &amp; &lt;suite></dc:title>" in meta.replace("&gt;", ">")
    assert "<dc:language>fr-FR</dc:language>" in meta
    assert "<dc:creator>Maillage</dc:creator>" in meta
    assert 'full-path="meta.xml"' in manifest


def test_the_workbooks_of_a_programme(tmp_path):
    sheet = Feuille("a", ("b",), (("c",),))
    write_sheets([sheet], tmp_path / "a.ods", TITRE, AUTEUR)
    meta, _ = read_meta(tmp_path / "a.ods")
    for text in (TITRE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), AUTEUR, "fr-FR"):
        assert f">{text}</" in meta
    write_sheets([sheet], tmp_path / "a.xlsx", TITRE + "\x0b\n", AUTEUR)
    told = openpyxl.load_workbook(tmp_path / "a.xlsx").properties
    assert (told.title, told.creator, told.language) == (TITRE, AUTEUR, "fr-FR")


def test_the_documents(tmp_path):
    document = Document(TITRE, "", AUTEUR, "", (Paragraphe("Texte."),))
    write_docx(document, tmp_path / "a.docx")
    told = docx.Document(str(tmp_path / "a.docx")).core_properties
    assert (told.title, told.author, told.language) == (TITRE, AUTEUR, "fr-FR")
    pdf = write_pdf(document)
    assert b"/Lang(fr-FR)" in pdf
    assert "Préfet du Nord".encode("utf-16-be").hex() in pdf.hex() or "Préfet du Nord".encode() in pdf


@pytest.mark.parametrize("forme", ["ods", "xlsx"])
def test_no_command_is_advised(tmp_path, forme):
    path = tmp_path / f"programme.{forme}"
    write_sheets(make_sheets(load_programme()), path)
    with zipfile.ZipFile(path) as book:
        everything = "".join(book.read(n).decode() for n in book.namelist() if n.endswith(".xml"))
    for command in ("maillage sdaasp", "maillage atlas", " --", "$ "):
        assert command not in everything
