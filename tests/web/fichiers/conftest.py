"""Small files made here: nothing is read from elsewhere."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image

from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.models import Seance

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
ODT = "application/vnd.oasis.opendocument.text"


def make_zip(members: dict[str, bytes], **options) -> bytes:
    """A zip of members, in order; ``mimetype`` is stored as OpenDocument asks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as box:
        for name, body in members.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            box.writestr(name, body, how)
    return out.getvalue()


def make_odt(**more: bytes) -> bytes:
    return make_zip({"mimetype": ODT.encode(), "content.xml": b"<a/>", **more})


def make_docx(**more: bytes) -> bytes:
    return make_zip({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>", **more})


def make_photo(size: tuple[int, int] = (40, 20), form: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, form, **options)
    return out.getvalue()


@pytest.fixture
def seance(charge) -> Seance:
    return gouvernance.add_seance(charge, "cts", "593", date(2030, 5, 7))


@pytest.fixture
def donner(client, charge, seance) -> Callable:
    """Give a file by form; the page that follows."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    def give(name: str, body: bytes, description: str = "") -> str:
        client.force_login(charge)
        sent = {"fichier": SimpleUploadedFile(name, body), "description": description}
        return client.post(f"/fichiers/donner/seance/{seance.cle}", sent, follow=True).content.decode()

    return give
