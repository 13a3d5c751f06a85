"""The text of a published SDAASP: its tables, marked by tabs and by list and paragraph tags, as cells.

Format: the text drawn from the published document. A table is a run of lines with tabs under one of four
known headings; a cell holds ``<p>…</p>`` paragraphs and ``<ul …>`` lists whose items end with ``;`` or start
with ``•``. ``eprouve``: yes, on the published text of the Nord 2025-2030.
"""

from __future__ import annotations

import re
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import refus
from maillage.sdaasp.reprise.tables_lues import CelluleLue, DocumentLu, LigneLue, NatureTable, TableLue

_HEADINGS: tuple[tuple[re.Pattern[str], NatureTable], ...] = (
    (re.compile(r"^Enjeux identifiés\t"), "fiche"),
    (re.compile(r"^Objectifs prioritaires \(OP\)[^\t]*\t"), "objectifs"),
    (re.compile(r"^Déclinaisons territoriales prioritaires pour (?P<annee>\d{4})\t"), "declinaisons"),
    (re.compile(r"^Le plan d['’]actions de la feuille de route[^\t]*\t"), "fne"),
)
_COLUMN_HEADS = re.compile(r"^Arrondissement concerné\t")
_BLOCK = re.compile(r"<(?P<tag>ul|p)\b[^>]*>")
_TAG = re.compile(r"</?[a-z][^>]*>")


def read_document(path: Path) -> DocumentLu:
    """The tables of the published text at ``path``; refuses a file that has none."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EntreeInvalide(
            "Le texte du schéma ne peut pas être lu.", (Faute(refus(error), path.name),)
        ) from None
    tables = read_tables(text)
    if not tables:
        advice = "Donnez le texte du document, tableaux marqués par des tabulations"
        raise EntreeInvalide(
            "Aucun tableau de schéma n’a été trouvé.",
            (Faute("aucun tableau reconnu", path.name, que_faire=advice),),
        )
    return DocumentLu(text, tables)


def read_tables(text: str) -> tuple[TableLue, ...]:
    """Every known table of the text, in order."""
    lines = text.splitlines()
    heads = [(i, match) for i, line in enumerate(lines) if (match := _match_heading(line))]
    return tuple(_read_table(lines, i, *match) for i, match in heads)


def _match_heading(line: str) -> tuple[NatureTable, int | None] | None:
    for pattern, nature in _HEADINGS:
        if found := pattern.match(line):
            year = found.groupdict().get("annee")
            return nature, int(year) if year else None
    return None


def _read_table(lines: list[str], start: int, nature: NatureTable, year: int | None) -> TableLue:
    rows = []
    for number in range(start + 1, len(lines)):
        line = lines[number]
        if _COLUMN_HEADS.match(line):
            continue
        if "\t" not in line or _match_heading(line):
            break
        rows.append(LigneLue(number + 1, tuple(read_cell(cell) for cell in line.split("\t"))))
    return TableLue(nature, _find_title(lines, start), start + 1, tuple(rows), year)


def _find_title(lines: list[str], start: int) -> str | None:
    """The nearest line above, unless another table comes first; a long line is prose, not a heading."""
    for line in reversed(lines[:start]):
        if "\t" in line:
            return None
        if line.strip() and len(line) <= 100:
            return line.strip()
    return None


def read_cell(text: str) -> CelluleLue:
    """One cell cut into paragraphs and list items.

    >>> read_cell("<p>OP : Informer</p> <ul style='x'> Publier ; Afficher (mairie ; école).")
    CelluleLue(paragraphes=('OP : Informer',), items=('Publier', 'Afficher (mairie ; école)'))
    """
    paragraphs: list[str] = []
    items: list[str] = []
    marks = [*_BLOCK.finditer(text)]
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    for tag, start, end in zip(["p", *(mark["tag"] for mark in marks)], starts, ends, strict=True):
        block = " ".join(_TAG.sub(" ", text[start:end]).split())
        if tag == "ul":
            items += split_items(block)
        elif block:
            paragraphs.append(block)
    return CelluleLue(tuple(paragraphs), tuple(items))


def split_items(text: str) -> list[str]:
    """Items of a list cell, cut at ``•`` and at ``;`` outside brackets; a final full stop is dropped."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += (char in "([") - (char in ")]")
        if char == "•" or (char == ";" and depth <= 0):
            parts.append(current)
            current = ""
        else:
            current += char
    cleaned = (part.strip().removesuffix(".").strip() for part in [*parts, current])
    return [part for part in cleaned if part]
