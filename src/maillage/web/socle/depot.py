"""Files people give: bounded, and of the kind their name says, before anything reads them.

A workbook is a ZIP: what it would weigh once open is read from its directory, so that a small file cannot
fill the memory. Nothing given here is kept as a file or served back: for what is, see ``web.fichiers``.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, BinaryIO

from django import forms
from django.core.exceptions import ValidationError

MAX_OCTETS = 10 * 2**20
MAX_OUVERT = 200 * 2**20
MAX_MEMBRES = 2000
MIME_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


class DepotField(forms.FileField):
    """A file of one of the ``formats`` (suffixes), refused with what to do when it is not."""

    def __init__(self, *, formats: tuple[str, ...], **options: Any) -> None:
        self.formats = formats
        widget = forms.ClearableFileInput({"accept": ",".join(formats)})
        super().__init__(widget=widget, **options)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, at its beginning; nothing where it is not required and none was given."""
        upload = super().clean(data, initial)
        if upload:
            check(upload, self.formats)
            upload.seek(0)
        return upload


def check(upload: Any, formats: tuple[str, ...]) -> None:
    """Refuse what is too big, of another kind, or lies about its kind."""
    suffix = Path(upload.name).suffix.lower()
    if suffix not in formats:
        given = suffix or "sans suffixe"
        raise ValidationError(f"Un fichier {', '.join(formats)} est attendu, et non « {given} ».")
    if upload.size > MAX_OCTETS:
        raise ValidationError(f"Ce fichier dépasse {MAX_OCTETS // 2**20} Mo : allégez-le, ou découpez-le.")
    upload.seek(0)
    (check_workbook if suffix in {".ods", ".xlsx"} else check_text)(upload, suffix)


def check_workbook(file: BinaryIO, suffix: str) -> None:
    """A ZIP that holds what its suffix says, and stays of a reasonable weight once open."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if suffix == ".ods":
                right = "mimetype" in names and archive.open("mimetype").read(100).strip() == MIME_ODS
            else:
                right = {"[Content_Types].xml", "xl/workbook.xml"} <= names
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ValidationError(f"Ce fichier {suffix} est abîmé : enregistrez-le de nouveau.") from error
    if not right:
        raise ValidationError(f"Ce fichier n’est pas un classeur {suffix} : son contenu dit autre chose.")
    if len(members) > MAX_MEMBRES or sum(member.file_size for member in members) > MAX_OUVERT:
        raise ValidationError(f"Une fois ouvert, ce classeur dépasserait {MAX_OUVERT // 2**20} Mo.")


def check_text(file: BinaryIO, suffix: str) -> None:
    """Text in UTF-8, without the null bytes of a disguised binary."""
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError("Ce texte n’est pas en UTF-8 : enregistrez-le dans cet encodage.") from error
    if "\0" in text:
        raise ValidationError(f"Ce fichier {suffix} n’est pas du texte.")
