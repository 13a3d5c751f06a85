"""A document of blocks as DOCX, to be reworked by hand: real headings, real lists, header rows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from maillage.francais import INSECABLE
from maillage.reports.ecrire.composition import rasterise
from maillage.reports.ecrire.docx_tableau import add_signatures, add_table, turn
from maillage.reports.ecrire.largeurs import LIGNES, group_pages
from maillage.reports.rendu.blocs import (
    Bloc,
    Carte,
    Couverture,
    Document,
    EnRegard,
    Image,
    Liste,
    Paragraphe,
    Signatures,
    Titre,
)

POLICE: Final = "Arial"
"""On every machine, or one of the same widths (Liberation Sans)."""
LARGEUR_CARTE, HAUTEUR_CARTE = Cm(11.5), Cm(6.6)
"""At most: a territory's page holds its map and its tables."""
TITRES: Final = {"Title": 22, "Heading 1": 15, "Heading 2": 12, "Heading 3": 10.5, "Heading 4": 10}
"""Heights of the letters of headings, in points."""
ENCRE, GRIS = RGBColor(0x1D, 0x3F, 0x5E), RGBColor(0x50, 0x50, 0x50)
"""Of headings, of what stands beside the text: the colours of the PDF."""


def write_docx(document: Document, path: Path) -> None:
    """The document at ``path``."""
    book = docx.Document()
    _describe(book, document)
    _set_style(book)
    book.add_heading(document.titre, 0)
    if document.sous_titre:
        book.add_paragraph(document.sous_titre, style="Subtitle")
    _add_cover(book, document.couverture)
    _add_warnings(book, document)
    if document.sommaire:
        _add_contents(book, document)
    marks = iter(range(1, len(document.blocs) + 1))
    for turned, blocs in group_pages(document.blocs):
        turn(book, landscape=turned)
        for bloc in blocs:
            _add(book, bloc)
            if isinstance(bloc, Titre) and bloc.niveau <= max(1, document.sommaire):
                _mark(book.paragraphs[-1], next(marks))
    book.save(str(path))


def _describe(book: Any, document: Document) -> None:
    book.core_properties.title = document.titre
    book.core_properties.author = document.auteur
    book.core_properties.language = "fr-FR"
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    book.styles["Normal"].element.get_or_add_rPr().append(language)
    section = book.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = Cm(2)
    section.bottom_margin, section.header_distance, section.footer_distance = Cm(2.4), Cm(1), Cm(1)
    section.different_first_page_header_footer = bool(document.sommaire)
    mark = " · Jeu d’essai : chiffres simulés" if document.jeu_essai else ""
    section.header.paragraphs[0].text = f"{document.titre}{mark}"
    foot = section.footer.paragraphs[0]
    foot.text = document.mention
    count = section.footer.add_paragraph("Page ")
    count.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _add_field(count, "PAGE", "1")
    count.add_run(" sur ")
    _add_field(count, "NUMPAGES", "1")
    _shrink(section)


def _shrink(section: Any) -> None:
    """Small grey letters at the head and foot of pages."""
    for part in (section.header, section.footer):
        for paragraph in part.paragraphs:
            paragraph.paragraph_format.space_after = Pt(0)
            for run in paragraph.runs:
                run.font.size, run.font.color.rgb = Pt(8), GRIS


def _set_style(book: Any) -> None:
    """One typeface, close lines; a heading or a caption never ends a page."""
    for name in ("Normal", "Subtitle", "Caption", *TITRES):
        style = book.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in [key for key in fonts.attrib if key.endswith("Theme")]:
            del fonts.attrib[theme]
        for spread in style.element.rPr.findall(qn("w:spacing")):
            style.element.rPr.remove(spread)
        style.font.name = POLICE
        style.font.size = Pt(TITRES.get(name, 9.5 if name == "Normal" else 10))
        style.paragraph_format.space_after = Pt(4)
        style.paragraph_format.keep_with_next = name in TITRES or name == "Caption"
        style.font.italic = False
        style.font.color.rgb = ENCRE if name in TITRES else None if name == "Normal" else GRIS
    book.styles["Normal"].paragraph_format.line_spacing = 1.08
    book.styles["Title"].font.bold = True
    for name in ("List Bullet", "Heading 3", "Heading 4"):
        book.styles[name].paragraph_format.space_after = Pt(2)
        book.styles[name].paragraph_format.space_before = Pt(0 if name == "List Bullet" else 6)


def _add_cover(book: Any, couverture: Couverture | None) -> None:
    """What the cover says, whose it is above the title."""
    if couverture is None:
        return
    book.paragraphs[0].insert_paragraph_before(couverture.surtitre).runs[0].bold = True
    for label, value in couverture.lignes:
        line = book.add_paragraph(f"{label}{INSECABLE}: ")
        line.paragraph_format.space_after = Pt(2)
        line.add_run(value).bold = True
    book.paragraphs[-1].paragraph_format.space_after = Pt(14)


def _add_warnings(book: Any, document: Document) -> None:
    """What is read before any figure, on a coloured ground."""
    for text in document.bandeaux:
        ground = OxmlElement("w:shd")
        for key, value in (("val", "clear"), ("color", "auto"), ("fill", "FDF0C8")):
            ground.set(qn(f"w:{key}"), value)
        book.add_paragraph(text)._p.get_or_add_pPr().append(ground)  # noqa: SLF001  python-docx has no name for it
    if document.chapeau:
        book.add_paragraph(document.chapeau)


def _add_contents(book: Any, document: Document) -> None:
    """Who writes, then the headings that are listed with their pages, which the word processor counts."""
    if document.couverture is None:
        book.add_paragraph(document.auteur)
        book.add_page_break()
    heading = book.add_paragraph(style="Subtitle").add_run("Sommaire")
    heading.bold, heading.font.size, heading.font.color.rgb = True, Pt(TITRES["Heading 2"]), ENCRE
    for number, bloc in enumerate(_main_headings(document), 1):
        line = book.add_paragraph(f"{bloc.texte}\t")
        line.paragraph_format.space_after = Pt(1)
        line.paragraph_format.left_indent = Pt(14 * (bloc.niveau - 1))
        line.runs[0].bold = bloc.niveau < document.sommaire or None
        line.paragraph_format.tab_stops.add_tab_stop(
            Pt(LIGNES[False]), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
        _add_field(line, f"PAGEREF {_name_mark(number)} \\h", "…")
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    book.settings.element.append(update)
    first = document.blocs[0] if document.blocs else None
    if not (isinstance(first, Titre) and first.nouvelle_page):
        book.add_page_break()


def _main_headings(document: Document) -> list[Titre]:
    return [bloc for bloc in document.blocs if isinstance(bloc, Titre) and bloc.niveau <= document.sommaire]


def _name_mark(number: int) -> str:
    return f"_Toc{number:08d}"


def _mark(paragraph: Any, number: int) -> None:
    """The bookmark that the contents look for."""
    for kind in ("Start", "End"):
        mark = OxmlElement(f"w:bookmark{kind}")
        mark.set(qn("w:id"), str(number))
        if kind == "Start":
            mark.set(qn("w:name"), _name_mark(number))
            paragraph._p.insert_element_before(mark, "w:r")  # noqa: SLF001  python-docx has no name for it
        else:
            paragraph._p.append(mark)  # noqa: SLF001  python-docx has no name for it


def _add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field of the word processor, and what stands there until it is computed."""
    _add_parts(paragraph, ("begin", ""), ("", instruction), ("separate", ""))
    paragraph.add_run(shown)
    _add_parts(paragraph, ("end", ""))


def _add_parts(paragraph: Any, *parts: tuple[str, str]) -> None:
    """Marks of a field by their kind; without kind, its instruction."""
    for kind, text in parts:
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        paragraph.add_run()._r.append(part)  # noqa: SLF001  python-docx has no name for it


def _add(book: Any, bloc: Bloc) -> None:
    if isinstance(bloc, Titre):
        book.add_heading(bloc.texte, bloc.niveau).paragraph_format.page_break_before = (
            bloc.nouvelle_page or None
        )
    elif isinstance(bloc, Paragraphe):
        book.add_paragraph(bloc.texte)
    elif isinstance(bloc, Liste):
        for text in bloc.elements:
            book.add_paragraph(text, style="List Bullet")
    elif isinstance(bloc, Image):
        book.add_paragraph(bloc.texte)
    elif isinstance(bloc, Carte):
        _add_map(book, bloc)
    elif isinstance(bloc, EnRegard):
        for part in (bloc.carte, *bloc.textes):
            _add(book, part)
    elif isinstance(bloc, Signatures):
        add_signatures(book, bloc)
    else:
        add_table(book, bloc)


def _add_map(book: Any, carte: Carte) -> None:
    """The caption, the drawing with its words for those who do not see it, the legend."""
    book.add_paragraph(carte.titre, style="Caption")
    shape = book.add_picture(io.BytesIO(rasterise(carte.svg)), width=LARGEUR_CARTE)
    if shape.height > HAUTEUR_CARTE:
        shape.width, shape.height = int(shape.width * HAUTEUR_CARTE / shape.height), HAUTEUR_CARTE
    book.paragraphs[-1].paragraph_format.keep_with_next = True
    book.inline_shapes[-1]._inline.docPr.set("descr", carte.description)  # noqa: SLF001  python-docx has no name for it
    legend = book.add_paragraph()
    for classe in carte.classes:
        legend.add_run("■ ").font.color.rgb = RGBColor.from_string(classe.couleur[1:].upper())
        legend.add_run(f"{classe.libelle} ({classe.territoires})   ")
    if carte.note:
        book.add_paragraph(carte.note)
