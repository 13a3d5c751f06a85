"""Files people give: too big, disguised, damaged or swollen, they are refused in words."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.reports.ecrire.classeur import write_sheets
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.socle import depot

FORMATS = (".txt", ".ods", ".xlsx", ".json")


def make_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def swollen() -> bytes:
    """A few kilobytes that open into 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"")
        with archive.open("xl/workbook.xml", "w") as member:
            for _ in range(300):
                member.write(bytes(2**20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.exe", b"MZ", "est attendu"),
        ("a", b"", "est attendu"),
        ("a.xlsx", b"PK\x03\x04 et rien d'autre", "abîmé"),
        ("a.xlsx", b"%PDF-1.7", "abîmé"),
        ("a.xlsx", make_zip(mimetype=depot.MIME_ODS), "son contenu dit autre chose"),
        (
            "a.ods",
            make_zip(mimetype=b"application/vnd.oasis.opendocument.text"),
            "son contenu dit autre chose",
        ),
        ("a.ods", make_zip(xl__workbook=b""), "son contenu dit autre chose"),
        ("a.xlsx", swollen(), "dépasserait 200 Mo"),
        ("a.txt", "déjà".encode("latin-1"), "UTF-8"),
        ("a.json", b"{}\0", "n’est pas du texte"),
        ("a.txt", b"x" * (depot.MAX_OCTETS + 1), "dépasse 10 Mo"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "…",
)
def test_refused(name, content, reason) -> None:
    upload = SimpleUploadedFile(name, content)
    with pytest.raises(ValidationError, match=reason):
        depot.check(upload, FORMATS)


@pytest.mark.parametrize("suffix", [".ods", ".xlsx"])
def test_our_own_workbooks_pass(tmp_path, suffix) -> None:
    path = tmp_path / f"a{suffix}"
    write_sheets(make_sheets(load_programme()), path)
    depot.check(SimpleUploadedFile(path.name, path.read_bytes()), FORMATS)
    depot.check(SimpleUploadedFile("a.txt", "﻿déjà".encode()), FORMATS)


def test_a_body_too_long_is_refused_before_it_is_read(client, db, settings) -> None:
    settings.MAILLAGE_CORPS_MAX = 1000
    assert client.post("/comptes/connexion/", {"username": "x" * 2000}).status_code == 413
    assert client.post("/comptes/connexion/", {"username": "x"}).status_code == 200
