"""Writing an atlas: whole or not at all, the same bytes for the same inputs."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from maillage.atlas.construction.provisoire import clear_leftovers, name_aside, temporary_folder
from maillage.atlas.construction.stages import Piece, encode
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import refus

FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


def check_destination(out: Path, *, replace: bool) -> None:
    """Refuse a destination that holds something, unless it may be replaced and is an atlas.

    What a killed build left beside it is removed first, or put back: it may be the atlas to refuse.
    """
    check_place(out)
    clear_leftovers(out)
    if not out.exists():
        return
    if not out.is_dir():
        raise EntreeInvalide(f"{out} existe et n'est pas un dossier. Indiquez un autre dossier à --out.")
    if any(out.iterdir()) and not (replace and (out / "manifest.json").is_file()):
        advice = "Indiquez un dossier qui n'existe pas encore, ou ajoutez --remplacer si c'est un atlas."
        raise EntreeInvalide(f"Le dossier {out} n'est pas vide : un atlas ne se modifie pas. {advice}")


def check_place(out: Path) -> None:
    """Refuse at once, before any work, a place where nothing could be written."""
    try:
        place = next(place for place in (out.absolute(), *out.absolute().parents) if is_there(place))
    except OSError as error:
        raise EntreeInvalide(explain(error, out)) from error
    if place != out.absolute() and not place.is_dir():
        raise EntreeInvalide(explain(NotADirectoryError(errno.ENOTDIR, ""), out))
    held = place if place.is_dir() and place != out.absolute() else place.parent
    if not os.access(held, os.W_OK | os.X_OK):
        raise EntreeInvalide(explain(PermissionError(errno.EACCES, ""), out))


def check_folder(folder: Path) -> None:
    """Refuse a folder to work in that is none, or that nothing can be written in."""
    check_place(folder / "x")


def is_there(place: Path) -> bool:
    """Whether something is there; :class:`OSError` when the name itself is refused."""
    try:
        place.stat()
    except FileNotFoundError:
        return False
    return True


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A temporary sibling of ``out``, renamed to it at the end; removed whatever happens before.

    Raises:
        EntreeInvalide: the disk is full or cannot be written, said in French.
    """
    try:
        with new_folders(out.parent), temporary_folder(out.parent, out.name) as temporary:
            yield temporary
            put_in_place(temporary, out)
    except OSError as error:
        raise EntreeInvalide(explain(error, out)) from error


def put_in_place(temporary: Path, out: Path) -> None:
    """Rename; an atlas to be replaced is set aside first, and comes back if the rename fails."""
    if not out.exists():
        temporary.rename(out)
        return
    aside = name_aside(temporary)
    out.rename(aside)
    try:
        temporary.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def explain(error: OSError, out: Path) -> str:
    """A write that failed, and what to do."""
    if error.errno in FULL:
        return (
            f"Plus de place pour écrire l'atlas dans {out.parent}. Rien n'a été laissé : libérez de l'espace."
        )
    return f"L'atlas ne peut pas être écrit dans {out.parent} : {refus(error)}. Rien n'a été laissé."


def write_piece(folder: Path, name: str, piece: Piece) -> dict[str, Any]:
    """Write a table or array; its entry for the manifest (rows, sha256)."""
    suffix, data = encode(piece)
    return write_raw(folder, f"{name}{suffix}", data, len(piece))


def write_raw(folder: Path, name: str, data: bytes, rows: int | None = None) -> dict[str, Any]:
    """Write a file as it is; its entry for the manifest."""
    write_bytes(folder / name, data)
    return {name: {"lignes": rows, "sha256": hashlib.sha256(data).hexdigest()}}


def write_json(folder: Path, name: str, value: object) -> dict[str, Any]:
    """Write a JSON file; its entry for the manifest."""
    data = (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
    return write_raw(folder, name, data)


def write_file(path: Path, data: bytes) -> None:
    """Write one file whole or not at all; :class:`EntreeInvalide` says why it cannot be."""
    with whole_file(path) as temporary:
        write_bytes(temporary, data)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary sibling of ``path``, of the same suffix, put in its place at the end: whole or not at all.

    Raises:
        EntreeInvalide: ``path`` is no name for a file, is something else (folder, pipe, device) or cannot be
            written; nothing is left, not even the folders made for it.
    """
    if not path.name:
        raise EntreeInvalide("Le nom du fichier à écrire est vide : indiquez-en un.")
    try:
        check_file(path)
        place = path.resolve()
        with new_folders(place.parent):
            temporary = place.with_name(f".maillage-{os.getpid()}.partiel{place.suffix}")
            try:
                yield temporary
                temporary.replace(place)
            finally:
                temporary.unlink(missing_ok=True)
    except OSError as error:
        raise EntreeInvalide(f"{path} ne peut pas être écrit : {refus(error)}.") from error


def check_file(path: Path) -> None:
    """Refuse to put a file in the place of something that is none."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        kind = "un dossier" if stat.S_ISDIR(mode) else "un tube, une prise ou un périphérique"
        raise EntreeInvalide(f"{path} est {kind}, pas un fichier : indiquez un autre nom.")


@contextmanager
def new_folders(folder: Path, mode: int = 0o777) -> Iterator[None]:
    """Make ``folder`` and those above it; those made go away, if still empty, when what follows fails."""
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
        yield
    except BaseException:
        for place in made:
            with suppress(OSError):
                place.rmdir()
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write and flush to the disk, making the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
