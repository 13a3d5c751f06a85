"""The store of files that people give: one folder, each file under the SHA-256 of its bytes (docs/adr/0144).

A file is written whole or not at all, never changed: the same bytes given twice are one file, and a name says
whether what it holds is what was given.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import refus

DOSSIER = "fichiers"
EMPREINTE = re.compile(r"[0-9a-f]{64}")


def sign(body: bytes) -> str:
    """The name under which bytes are kept."""
    return hashlib.sha256(body).hexdigest()


def find(folder: Path, empreinte: str) -> Path:
    """Where the file of this name is, or would be.

    Raises:
        ValueError: this is no name of the store.
    """
    if not EMPREINTE.fullmatch(empreinte):
        raise ValueError(empreinte)
    return folder / empreinte[:2] / empreinte


def put(folder: Path, body: bytes) -> str:
    """Keep bytes, closed to other accounts of the machine, once they are on the disk; their name.

    Raises:
        EntreeInvalide: the disk refuses them; nothing is left behind.
    """
    name = sign(body)
    path = find(folder, name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_whole(path):
            os.utime(path)  # given again: it is young, whatever its age
        else:
            _write(path, body)
    except OSError as error:
        why = Faute(refus(error), que_faire="Réessayez plus tard ; rien n’a été gardé")
        raise EntreeInvalide("Ce fichier n’a pas pu être gardé.", (why,)) from error
    return name


def _write(path: Path, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".partiel-", delete=False) as partial:
        draft = Path(partial.name)
        try:
            partial.write(body)
            partial.flush()
            os.fsync(partial.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def is_whole(path: Path) -> bool:
    """Whether a file of the store holds what its name says; false when it is not there."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == path.name


def read(folder: Path, empreinte: str) -> bytes:
    """What was kept under a name.

    Raises:
        FileNotFoundError: it is not there, or holds something else.
    """
    body = find(folder, empreinte).read_bytes()
    if sign(body) != empreinte:
        raise FileNotFoundError(empreinte)
    return body


def list_all(folder: Path) -> Iterator[Path]:
    """Every file of the store, and what an interrupted write left in it."""
    return (path for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")) if path.is_file())
