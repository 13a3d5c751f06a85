"""A document of blocks as DOCX, to be reworked by hand: real headings, real lists, header rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from maillage.reports.rendu.blocs import (
    Bloc,
    Carte,
    Cellule,
    Document,
    Image,
    Liste,
    Paragraphe,
    Tableau,
    Titre,
)


def write_docx(document: Document, path: Path) -> None:
    """The document at ``path``."""
    book = docx.Document()
    _describe(book, document)
    book.add_heading(document.titre, 0)
    book.add_paragraph(document.sous_titre, style="Subtitle")
    if document.sommaire:
        _add_contents(book, document)
    for bloc in document.blocs:
        _add(book, bloc)
    book.save(str(path))


def _describe(book: Any, document: Document) -> None:
    book.core_properties.title = document.titre
    book.core_properties.author = document.auteur
    book.core_properties.language = "fr-FR"
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    book.styles["Normal"].element.get_or_add_rPr().append(language)
    section = book.sections[0]
    section.different_first_page_header_footer = document.sommaire
    section.header.paragraphs[0].text = document.titre
    foot = section.footer.paragraphs[0]
    foot.text = f"{document.mention} — page "
    _add_field(foot, "PAGE", "1")


def _add_contents(book: Any, document: Document) -> None:
    """Who writes, then a page of contents that Word and LibreOffice fill and keep up to date."""
    book.add_paragraph(document.auteur)
    book.add_page_break()
    book.add_paragraph("Sommaire", style="Subtitle")
    _add_field(
        book.add_paragraph(), 'TOC \\o "1-2" \\h \\z \\u', "Mettez à jour ce champ pour voir le sommaire."
    )
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    book.settings.element.append(update)
    book.add_page_break()


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field of the word processor, and what stands there until it is computed."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("text", shown), ("end", "")):
        run = paragraph.add_run(shown if kind == "text" else "")
        if kind == "text":
            continue
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001  python-docx has no name for it


def _add(book: Any, bloc: Bloc) -> None:
    if isinstance(bloc, Titre):
        book.add_heading(bloc.texte, bloc.niveau)
    elif isinstance(bloc, Paragraphe):
        book.add_paragraph(bloc.texte)
    elif isinstance(bloc, Liste):
        for text in bloc.elements:
            book.add_paragraph(text, style="List Bullet")
    elif isinstance(bloc, Image | Carte):
        book.add_paragraph(bloc.texte if isinstance(bloc, Image) else bloc.description)
    else:
        _add_table(book, bloc)


def _add_table(book: Any, bloc: Tableau) -> None:
    book.add_paragraph(bloc.titre, style="Caption")
    table = book.add_table(rows=1, cols=len(bloc.colonnes), style="Table Grid")
    _fill(table.rows[0], bloc.colonnes)
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  python-docx has no name for it
    for row in bloc.lignes:
        _fill(table.add_row(), row)


def _fill(row: Any, cells: tuple[Cellule, ...]) -> None:
    for cell, value in zip(row.cells, cells, strict=True):
        cell.text = str(value)
