"""The programme as documents: everything is in them, and they can be read by everyone."""

import re
import zlib
from dataclasses import replace

import docx
import pytest
from lxml import etree

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire_docx import write_docx
from maillage.reports.ecrire_pdf import write_pdf
from maillage.reports.programme_document import make_fiche, make_programme
from maillage.sdaasp.chargement import load_programme
from maillage.sdaasp.programme import Frein


@pytest.fixture(scope="module")
def programme():
    return load_programme()


def read_docx(path):
    book = docx.Document(str(path))
    texts = [p.text for p in book.paragraphs]
    return book, texts + [cell.text for table in book.tables for row in table.rows for cell in row.cells]


def test_the_whole_programme_is_in_the_docx(programme, tmp_path):
    path = tmp_path / "programme.docx"
    write_docx(make_programme(programme), path)
    book, texts = read_docx(path)
    everything = "\n".join(texts)
    missing = [op.libelle for op in programme.objectifs if op.libelle not in everything]
    missing += [d.libelle for d in programme.declinaisons if d.libelle and d.libelle not in everything]
    missing += [
        a.libelle for o in programme.orientations_fne for a in o.actions if a.libelle not in everything
    ]
    assert missing == []
    assert book.core_properties.language == "fr-FR"
    assert all(b"w:tblHeader" in etree.tostring(t.rows[0]._tr) for t in book.tables)


def test_a_fiche_alone_holds_no_other(programme, tmp_path):
    path = tmp_path / "sante.docx"
    write_docx(make_fiche(programme, "sante"), path)
    _, texts = read_docx(path)
    everything = "\n".join(texts)
    assert "Du village santé à la santé au cœur du village" in everything
    assert "Sportez-vous bien" not in everything
    with pytest.raises(EntreeInvalide, match="Aucune fiche « jardin »"):
        make_fiche(programme, "jardin")


def test_the_pdf_is_tagged_in_french_and_repeats_itself(programme):
    pdf = write_pdf(make_fiche(programme, "sante"))
    assert pdf == write_pdf(make_fiche(programme, "sante"))
    streams = b"".join(_inflate(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL))
    everything = pdf + streams
    assert b"/StructTreeRoot" in everything
    assert re.search(rb"/Lang ?\(fr", everything)
    assert b"pdfuaid" in everything


def _inflate(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_markup_in_a_text_stays_text(programme, tmp_path):
    nasty = replace(programme.objectifs[0], freins=(Frein(libelle='#panic("x") $a$ *b* <c>'),), non_repris=())
    document = make_fiche(replace(programme, objectifs=(nasty,)), "droits")
    assert write_pdf(document).startswith(b"%PDF")
    write_docx(document, tmp_path / "x.docx")
    assert '#panic("x") $a$ *b* <c>' in read_docx(tmp_path / "x.docx")[1]
