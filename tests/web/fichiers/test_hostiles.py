"""Files that lie about what they are, hide something, or would cost too much: refused, none kept."""

import io
import struct
import zlib

import pytest
from PIL import Image

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.limites import read_limit
from maillage.reports.ecrire import photo
from maillage.web.fichiers.commands import clean_name
from maillage.web.fichiers.genres import Genre, recognise
from tests.web.fichiers.conftest import ODT, PDF, make_docx, make_odt, make_photo, make_zip

TAKEN = {
    Genre.PDF: PDF,
    Genre.ODT: make_odt(),
    Genre.DOCX: make_docx(),
    Genre.XLSX: make_zip({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
    Genre.PPTX: make_zip({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}),
    Genre.TEXTE: "Compte rendu, été\n".encode(),
    Genre.JPEG: make_photo(),
    Genre.PNG: make_photo(form="PNG"),
    Genre.WEBP: make_photo(form="WEBP"),
}


@pytest.mark.parametrize("genre", TAKEN)
def test_a_file_is_what_it_holds(genre) -> None:
    assert recognise(TAKEN[genre]) is genre


def encrypt(body: bytes) -> bytes:
    """The same zip, whose members all say that they are encrypted."""
    held = bytearray(body)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        start = held.find(mark)
        while start >= 0:
            held[start + at] |= 1
            start = held.find(mark, start + 4)
    return bytes(held)


REFUSED = {
    "vide": b"",
    "page": b"<html><script>alert(1)</script></html>",
    "page précédée d’espaces": b"\xef\xbb\xbf \n <svg onload=alert(1)>",
    "programme": b"MZ\x90\x00\x03",
    "script": b"#!/bin/sh\nrm -rf /",
    "binaire": b"abc\x00def",
    "latin": "été".encode("latin-1"),
    "pdf coupé": PDF[:20],
    "pdf chiffré": PDF.replace(b"trailer<<>>", b"trailer<</Encrypt 1 0 R>>"),
    "zip ordinaire": make_zip({"a.txt": b"a"}),
    "zip coupé": make_docx()[:-30],
    "programme derrière un zip": make_docx()[:4] + b"\x00" * 200,
    "docx chiffré": encrypt(make_docx()),
    "docx à macros": make_docx(**{"word/vbaProject.bin": b"x"}),
    "docx à objet": make_docx(**{"word/embeddings/oleObject1.bin": b"x"}),
    "odt à macros": make_odt(**{"Basic/Standard/Module1.xml": b"x"}),
    "odt à scripts": make_odt(**{"Scripts/python/a.py": b"x"}),
    "deux à la fois": make_docx(**{"xl/workbook.xml": b""}),
    "odt dont le genre ment": make_zip({"mimetype": b"application/zip", "content.xml": b""}),
    "odt dont le genre vient après": make_zip({"content.xml": b"", "mimetype": ODT.encode()}),
    "gif": b"GIF89a\x01\x00\x01\x00",
    "trop de membres": make_docx(**{f"word/{n}": b"" for n in range(2001)}),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_not_taken_is_refused_in_words(why) -> None:
    with pytest.raises(EntreeInvalide):
        recognise(REFUSED[why])


def test_a_zip_that_would_fill_the_memory_is_never_opened() -> None:
    body = make_docx(**{"word/media/a": b"\0" * (1 << 20)})
    bomb = body.replace(struct.pack("<I", 1 << 20), struct.pack("<I", 1 << 30))
    with pytest.raises(EntreeInvalide, match="trop lourd"):
        recognise(bomb)


def test_a_directory_of_many_files_is_not_read() -> None:
    at = make_docx().rfind(b"PK\x05\x06")
    body = bytearray(make_docx())
    body[at + 12 : at + 16] = struct.pack("<I", 1 << 30)
    with pytest.raises(EntreeInvalide, match="trop de fichiers"):
        recognise(bytes(body))


def test_a_photo_loses_place_date_device_and_words_and_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter
    exif[0x010F] = "Fabricant secret"
    exif.get_ifd(0x8825).update({1: "N", 2: (50.0, 22.0, 0.0)})
    body = make_photo((40, 20), exif=exif.tobytes(), comment=b"Commentaire secret")
    assert b"secret" in body
    drawn = photo.redraw(body)
    assert b"secret" not in drawn
    with Image.open(io.BytesIO(drawn)) as kept:
        assert kept.size == (20, 40)
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_words_hidden_in_a_png_and_what_follows_a_photo_are_gone() -> None:
    body = make_photo(form="PNG")
    chunk = b"tEXtComment\0secret"
    hidden = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    at = body.index(b"IDAT") - 4
    drawn = photo.redraw(body[:at] + hidden + body[at:] + b"<script>secret</script>")
    assert b"secret" not in drawn
    assert recognise(drawn) is Genre.PNG


def test_a_photo_is_no_larger_than_a_screen_and_keeps_what_is_clear() -> None:
    side = read_limit("fichier_donne", "cote_pixels")
    with Image.open(io.BytesIO(photo.redraw(make_photo((side + 200, 100))))) as kept:
        assert kept.size[0] == side
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(out, "WEBP", lossless=True)
    with Image.open(io.BytesIO(photo.redraw(out.getvalue()))) as kept:
        assert (kept.format, kept.getpixel((0, 0))[3]) == ("PNG", 0)


def make_vast_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is vast."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (make_vast_png(60_000, 60_000), "millions de points"),
        (make_photo()[:100], "ne s’ouvre pas"),
        (b"\xff\xd8\xff" + b"\0" * 500, "ne s’ouvre pas"),
    ],
)
def test_a_photo_that_cannot_be_drawn_is_refused_by_a_child_alone(body, match) -> None:
    with pytest.raises(EntreeInvalide, match=match):
        photo.redraw(body)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\moi\\avis.docx", "avis.pdf"),
        ("facture\u202efdp.exe", "facturefdp.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie x.pdf"),
        ("", "fichier.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("é" * 300 + ".pdf", "é" * 100 + ".pdf"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(given, kept) -> None:
    assert clean_name(given, Genre.PDF) == kept
