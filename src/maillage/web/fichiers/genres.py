"""What a given file is, by what it holds: its name decides nothing.

Documents are kept byte for byte, since a signed deliberation must stay verifiable: so nothing that acts when
it is opened may enter (macros), nor anything whose content cannot be seen (a password).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.limites import read_limit

FIN_DE_ZIP: Final = 22 + 65_535  # the record that ends a zip, and its longest comment


class Genre(StrEnum):
    """A kind of file that is taken; its value is the suffix it is served under."""

    PDF = "pdf"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    TEXTE = "txt"
    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"


_G = Genre
_ODF, _OOXML = "application/vnd.oasis.opendocument.", "application/vnd.openxmlformats-officedocument."
MIMES: Final[Mapping[Genre, str]] = {
    _G.PDF: "application/pdf",
    _G.ODT: f"{_ODF}text",
    _G.ODS: f"{_ODF}spreadsheet",
    _G.ODP: f"{_ODF}presentation",
    _G.DOCX: f"{_OOXML}wordprocessingml.document",
    _G.XLSX: f"{_OOXML}spreadsheetml.sheet",
    _G.PPTX: f"{_OOXML}presentationml.presentation",
    _G.TEXTE: "text/plain; charset=utf-8",
    _G.JPEG: "image/jpeg",
    _G.PNG: "image/png",
    _G.WEBP: "image/webp",
}
PHOTOS: Final = frozenset({_G.JPEG, _G.PNG, _G.WEBP})
PARTIES: Final = {"word/document.xml": _G.DOCX, "xl/workbook.xml": _G.XLSX, "ppt/presentation.xml": _G.PPTX}
MACROS: Final = ("vbaproject", "basic/", "scripts/", "activex", "oleobject", "macrosheets")
ACCEPTES: Final = (
    "PDF, OpenDocument, Word, Excel ou PowerPoint sans macro, texte UTF-8, photo JPEG, PNG ou WebP"
)


@dataclass(frozen=True, slots=True)
class _Membres:
    """What a zip says of itself without being opened."""

    noms: Collection[str]
    premier: str
    mimetype: bytes


def recognise(body: bytes) -> Genre:
    """The kind of a file.

    Raises:
        EntreeInvalide: none of those taken, or one that hides something.

    >>> recognise(b"%PDF-1.7 ... %%EOF"), recognise("Réunion".encode())
    (<Genre.PDF: 'pdf'>, <Genre.TEXTE: 'txt'>)
    """
    if not body:
        raise EntreeInvalide("Ce fichier est vide.")
    if body.startswith(b"%PDF-"):
        return _check_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        return _open_zip(body)
    found = _recognise_photo(body)
    return found or _check_text(body)


def _recognise_photo(body: bytes) -> Genre | None:
    if body.startswith(b"\xff\xd8\xff"):
        return Genre.JPEG
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return Genre.PNG
    return Genre.WEBP if body[:4] == b"RIFF" and body[8:12] == b"WEBP" else None


def _check_pdf(body: bytes) -> Genre:
    if b"%%EOF" not in body[-2048:]:
        raise EntreeInvalide("Ce PDF est coupé : il lui manque sa fin. Enregistrez-le de nouveau.")
    if b"/Encrypt" in body[-4096:]:
        raise EntreeInvalide("Ce PDF est protégé par un mot de passe : retirez-le d’abord.")
    return Genre.PDF


def _open_zip(body: bytes) -> Genre:
    if _weigh_directory(body) > read_limit("fichier_donne", "repertoire_octets"):
        raise EntreeInvalide("Ce document contient trop de fichiers.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as box:
            return _recognise_zip(_read_members(box))
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise EntreeInvalide("Ce document est abîmé : enregistrez-le de nouveau.") from error


def _weigh_directory(body: bytes) -> int:
    """The bytes of the directory of a zip, as its end says: reading it builds it whole."""
    tail = body[-FIN_DE_ZIP:]
    at = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[at + 12 : at + 16], "little") if at >= 0 else 0


def _read_members(box: zipfile.ZipFile) -> _Membres:
    members = box.infolist()
    heavy = sum(member.file_size for member in members) > read_limit("fichier_donne", "ouvert_octets")
    if heavy or len(members) > read_limit("fichier_donne", "membres"):
        raise EntreeInvalide("Ce document serait trop lourd une fois ouvert.")
    if any(member.flag_bits & 1 for member in members):
        raise EntreeInvalide("Ce document est protégé par un mot de passe : retirez-le d’abord.")
    first = min(members, key=lambda member: member.header_offset, default=None)
    named = first is not None and first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
    names = {member.filename.lower() for member in members}
    kept = box.open(first).read(100) if first is not None and named else b""
    return _Membres(names, first.filename if first else "", kept)


def _recognise_zip(held: _Membres) -> Genre:
    if any(mark in name for name in held.noms for mark in MACROS):
        raise EntreeInvalide("Ce document contient des macros ou des objets actifs : enlevez-les d’abord.")
    for genre in (_G.ODT, _G.ODS, _G.ODP):
        if held.mimetype.decode("ascii", "replace").strip() == MIMES[genre] and "content.xml" in held.noms:
            return genre
    found = [genre for part, genre in PARTIES.items() if part in held.noms]
    if len(found) == 1 and "[content_types].xml" in held.noms:
        return found[0]
    raise EntreeInvalide(f"Ce fichier n’est pas de ceux que l’on prend : {ACCEPTES}.")


def _check_text(body: bytes) -> Genre:
    """Text in UTF-8 that is no page, script or drawing: what a browser could run is no text here."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    control = any(ord(letter) < 32 and letter not in "\t\n\r" for letter in text)
    if control or text.lstrip()[:1] == "<" or text.startswith("#!"):
        raise EntreeInvalide(f"Ce fichier n’est pas de ceux que l’on prend : {ACCEPTES}.")
    return Genre.TEXTE
