"""What a workbook would weigh once open, read from its bytes as they stream, before anything is built."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from openpyxl.utils import range_boundaries

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.tableurs import BALISES, CELLULES, FUSIONS, OUVERT

MORCEAU = 1 << 20
FUSION = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:$]{2,30})"')
ADVICE = "Gardez les seules lignes et colonnes remplies, ou enregistrez en CSV."


def refuse_heavy(path: Path) -> None:
    """Raise when a workbook would take too much memory or time, whatever it weighs closed; other files pass.

    Raises:
        EntreeInvalide: saying what is beyond measure.
    """
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as box:
            reason = find_excess(box)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return  # its reader says that it is broken
    if reason:
        raise EntreeInvalide(
            "Ce classeur est trop lourd pour être ouvert.", (Faute(reason, path.name, que_faire=ADVICE),)
        )


def find_excess(box: zipfile.ZipFile) -> str | None:
    """What is beyond measure in a workbook; null when nothing is."""
    members = [member for member in box.infolist() if member.filename.endswith(".xml")]
    if sum(member.file_size for member in box.infolist()) > OUVERT:
        return f"plus de {OUVERT // 2**20} Mo une fois ouvert"
    limit = BALISES[".ods" if "content.xml" in box.namelist() else ".xlsx"]
    tags = merged = 0
    for member in members:
        for part in read_parts(box, member):
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                return f"des entités XML dans {member.filename}, ce qu’aucun tableur n’écrit"
            tags += part.count(b"<")
            merged += sum(measure_range(ref.decode()) for ref in FUSION.findall(part))
            if tags > limit:
                return f"plus de {limit} balises"
            if merged > FUSIONS:
                return f"plus de {FUSIONS} cellules fusionnées"
    return None


def read_parts(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member, piece by piece; what a cut may split is seen whole once."""
    with box.open(member) as stream:
        tail = b""
        while piece := stream.read(MORCEAU):
            held = tail + piece
            cut = held.rfind(b"<", -MORCEAU)
            cut = len(held) if cut < 0 else cut
            yield held[:cut]
            tail = held[cut:]
        yield tail


def measure_range(ref: str) -> int:
    """How many cells a range covers.

    >>> measure_range("A1:C2"), measure_range("A1:XFD1048576")
    (6, 17179869184)
    """
    left, top, right, bottom = map(int, range_boundaries(ref))
    return (right - left + 1) * (bottom - top + 1)


def refuse_wide(rows: int, columns: int, place: str) -> None:
    """Raise when a sheet, blanks between its cells included, has too many cells."""
    if rows * columns > CELLULES:
        reason = f"{rows} lignes de {columns} colonnes : {CELLULES} cellules au plus, vides comprises"
        raise EntreeInvalide(
            "Ce classeur est trop lourd pour être ouvert.", (Faute(reason, place, que_faire=ADVICE),)
        )
