"""What a workbook or an archive would weigh once open, read as its bytes stream, before anything is built."""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NoReturn

from openpyxl.utils import range_boundaries

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit

MORCEAU: Final = 1 << 20
FUSION: Final = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:$]{2,30})"')
ENCODAGE: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
# In these a « < » is its one byte.
LISIBLES: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1"})
FIN_DE_ZIP: Final = 22 + 65_535  # the record that ends a zip, and its longest comment
ADVICE: Final = "Gardez les seules lignes et colonnes remplies, ou enregistrez en CSV."


def refuse_heavy(path: Path) -> bool:
    """Raise when a workbook would take too much memory or time, whatever it weighs closed; other files pass.

    Returns:
        Whether it is heavy enough to be read apart.

    Raises:
        EntreeInvalide: saying what is beyond measure.
    """
    if not zipfile.is_zipfile(path):
        return False
    refuse_crowded(path, read_limit("classeur", "repertoire_octets"))
    try:
        with zipfile.ZipFile(path) as box:
            return weigh(box, path.name)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return False  # its reader says that it is broken


def tell_heavy(reason: str, place: str) -> NoReturn:
    """Raise with the one reason why a workbook is not opened."""
    raise EntreeInvalide(
        "Ce classeur est trop lourd pour être ouvert.", (Faute(reason, place, que_faire=ADVICE),)
    )


def refuse_crowded(path: Path, most: int) -> None:
    """Raise when the directory of a zip (at its end) is beyond ``most`` bytes: reading it builds it whole.

    Raises:
        EntreeInvalide: saying so.
    """
    with path.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - FIN_DE_ZIP))
        tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > most:
        tell_heavy("des fichiers trop nombreux dans l’archive", path.name)


def weigh(box: zipfile.ZipFile, place: str) -> bool:
    """Whether what a workbook holds is heavy: many signs (tags, attributes), many bytes, shared formulas.

    Raises:
        EntreeInvalide: too many members, bytes, signs or merged cells; entities; an encoding that hides them.
    """
    members = box.infolist()
    size = sum(member.file_size for member in members)
    refuse_beyond(len(members), "membres", "{} fichiers", place)
    refuse_beyond(size, "ouvert_octets", "{} octets une fois ouvert", place)
    most = read_limit("classeur", "signes")[".ods" if "content.xml" in box.namelist() else ".xlsx"]
    signs, merged, shared = 0, 0, False
    for member in members:
        if hides_tags(box, member):
            tell_heavy(f"un encodage qu’aucun tableur n’écrit dans {member.filename}", place)
        for part in read_parts(box, member):
            if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
                tell_heavy(f"des entités XML dans {member.filename}, ce qu’aucun tableur n’écrit", place)
            signs += part.count(b"<") + part.count(b"=")
            merged += sum(measure_range(ref.decode()) for ref in FUSION.findall(part))
            shared |= b"shared" in part
            refuse_beyond(merged, "fusions", "{} cellules fusionnées", place)
            if signs > most:
                tell_heavy(f"plus de {most} balises et attributs", place)
    return (
        shared
        or signs > read_limit("classeur", "leger_signes")
        or size > read_limit("classeur", "leger_octets")
    )


def refuse_beyond(count: int, limit: str, what: str, place: str) -> None:
    """Raise when a workbook holds more than a limit of it allows."""
    if count > (most := read_limit("classeur", limit)):
        tell_heavy(f"plus de {what.format(most)}", place)


def hides_tags(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether a member is XML whose tags cannot be counted in its bytes: UTF-16, EBCDIC…"""
    with box.open(member) as stream:
        head = stream.read(200).removeprefix(b"\xef\xbb\xbf")
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<"))
    declared = ENCODAGE.match(head)
    return wide or bool(declared and declared.group(1).lower() not in LISIBLES)


def read_parts(box: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a member of XML, piece by piece; what a cut may split is seen whole once.

    Any name may hold a sheet: what tells XML is its first sign, which no picture has.
    """
    with box.open(member) as stream:
        held = stream.read(MORCEAU)
        if not held.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
            return
        while piece := stream.read(MORCEAU):
            cut = held.rfind(b"<", -MORCEAU)
            cut = len(held) if cut < 0 else cut
            yield held[:cut]
            held = held[cut:] + piece
        yield held


def measure_range(ref: str) -> int:
    """How many cells a range covers.

    >>> measure_range("A1:C2"), measure_range("A1:XFD1048576")
    (6, 17179869184)
    """
    left, top, right, bottom = map(int, range_boundaries(ref))
    return (right - left + 1) * (bottom - top + 1)


def refuse_wide(rows: int, columns: int, place: str) -> None:
    """Raise when a sheet, blanks between its cells included, has too many cells."""
    refuse_beyond(rows * columns, "cellules", f"{{}} cellules ({rows} lignes de {columns} colonnes)", place)
