"""The few settings an install gives, read from the environment; docs/exploitation.md lists them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import get_random_string
from platformdirs import user_data_path

from maillage.catalogue.accessibilite import AccessibiliteInstallee, read_installed
from maillage.catalogue.departements import check_departement
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.proconnect import AccesProConnect, find_proconnect
from maillage.catalogue.services_web import FondDePlan, ServiceAdresses, find_adresses, find_fond


def read_text(name: str, default: str = "") -> str:
    """The variable ``MAILLAGE_<name>``."""
    return os.environ.get(f"MAILLAGE_{name}", default)


def read_count(name: str, default: int, least: int, most: int) -> int:
    """The whole number of a variable, within its bounds; said by its name when it is none of these.

    A variable left empty is as one that is absent.
    """
    text = read_text(name).strip() or str(default)
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not (digits and least <= int(text) <= most):
        raise ImproperlyConfigured(
            f"MAILLAGE_{name} doit être un nombre entier de {least} à {most}, et non « {text} »"
        )
    return int(text)


def read_departement() -> str:
    """The code of the install's département; empty when nobody said it."""
    said = read_text("DEPARTEMENT")
    try:
        return check_departement(said) if said else ""
    except EntreeInvalide as error:
        raise ImproperlyConfigured(f"MAILLAGE_DEPARTEMENT : {error.message}") from error


JETON_MIN = 20


def read_contact(name: str) -> str:
    """Where to write, as an address of the web: a page, or a mailbox; ``MAILLAGE_CONTACT`` without it."""
    text = (read_text(name) or read_text("CONTACT")).strip()
    if not text or text.startswith(("https://", "mailto:")):
        return text
    if "@" not in text or any(c.isspace() for c in text):
        if read_text(name):
            raise ImproperlyConfigured(f"MAILLAGE_{name} doit être une adresse électronique ou en https://")
        return ""
    return f"mailto:{text}"


def read_token(name: str) -> str:
    """A secret that opens something by itself; refused when it could be guessed."""
    text = read_text(name)
    if text and len(text) < JETON_MIN:
        raise ImproperlyConfigured(f"MAILLAGE_{name} doit avoir {JETON_MIN} caractères au moins")
    return text


POSTGRESQL, SQLITE = "django.db.backends.postgresql", "django.db.backends.sqlite3"
DEBUT_SQLITE = b"SQLite format 3\0"


def read_url() -> str:
    """The address of ``DATABASE_URL``; empty when absent."""
    return os.environ.get("DATABASE_URL", "").strip()


def read_database(var: Path) -> dict[str, Any]:
    """The base of an install, as Django wants it: that of ``DATABASE_URL``, else a SQLite file of its folder.

    What saves, restores or upgrades a base asks here too. A refusal says nothing of the address, which may
    hold a password.
    """
    url = read_url()
    if not url:
        return {"ENGINE": SQLITE, "NAME": str(var / "maillage.sqlite3"), "CONN_MAX_AGE": 60}
    try:
        found: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60)}
    except ValueError:
        found = {"ENGINE": ""}
    named = found.get("NAME") or "service" in found.get("OPTIONS", {})
    if found["ENGINE"] not in {POSTGRESQL, SQLITE} or not named or found["NAME"] == ":memory:":
        raise ImproperlyConfigured(
            "DATABASE_URL n’est pas l’adresse d’une base : postgres://utilisateur:secret@hote/base, ou "
            "sqlite:////chemin/du/fichier ; dans un secret, « @ », « : », « / », « # », « ? » et « % » "
            "s’écrivent %40, %3A, %2F, %23, %3F et %25"
        )
    return found


def close_base(path: Path) -> Path:
    """A SQLite base readable by its owner only, made when absent; its journals take the same mode.

    A file that is no base, named by mistake, is left as it is: the base will refuse it.
    """
    if not path.exists() or _is_base(path):
        path.touch(0o600)
        with suppress(PermissionError):
            path.chmod(0o600)
    return path


def _is_base(path: Path) -> bool:
    """Whether it is a SQLite base, or an empty file that may become one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(DEBUT_SQLITE)) in {b"", DEBUT_SQLITE}


def read_list(name: str) -> list[str]:
    """A comma-separated variable; empty when absent."""
    return [part.strip() for part in read_text(name).split(",") if part.strip()]


def read_choices(name: str, known: Collection[str]) -> tuple[str, ...]:
    """A comma-separated variable whose parts are among ``known``; said by its name when one is not."""
    found = tuple(read_list(name))
    if wrong := [part for part in found if part not in known]:
        raise ImproperlyConfigured(
            f"MAILLAGE_{name} ne connaît que {', '.join(known)}, et non « {wrong[0]} »"
        )
    return found


def var_folder() -> Path:
    """Where the install keeps what it writes: database, exports, secret key."""
    folder = find_var()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def find_var() -> Path:
    """The folder of the install, made or not: ``MAILLAGE_VAR``, else what ``maillage serve`` made here.

    Where there is neither, a folder of this user's, which does not depend on where a command is run.
    """
    if named := read_text("VAR"):
        return Path(named)
    here = Path("var").absolute()
    return here if is_install(here) else user_data_path("maillage")


def is_install(folder: Path) -> bool:
    """Whether a folder was an install's once: its base, or its key."""
    return any((folder / name).is_file() for name in ("maillage.sqlite3", "cle-secrete"))


def secret_key(folder: Path) -> str:
    """``MAILLAGE_CLE``, else a key made once and kept beside the database, readable by its owner only."""
    if key := read_text("CLE"):
        return key
    path = folder / "cle-secrete"
    if not path.exists():
        _write_once(path, get_random_string(64))
    return path.read_text("utf-8")


def former_keys(folder: Path) -> list[str]:
    """The keys before it, newest first: ``MAILLAGE_CLE_ANCIENNES``, else the lines of ``cles-anciennes``."""
    path = folder / "cles-anciennes"
    text = read_text("CLE_ANCIENNES") or (path.read_text("utf-8") if path.exists() else "")
    return text.split()


def _write_once(path: Path, text: str) -> None:
    """Put the file in place whole, whatever stops us; the first of two processes wins."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def read_accessibilite() -> AccessibiliteInstallee:
    """What the file named by ``MAILLAGE_ACCESSIBILITE`` says; nothing without it."""
    name = read_text("ACCESSIBILITE")
    if not name:
        return AccessibiliteInstallee()
    try:
        return read_installed(Path(name).read_text("utf-8"))
    except OSError as error:
        raise ImproperlyConfigured(f"MAILLAGE_ACCESSIBILITE : {name} ne se lit pas") from error
    except (EntreeInvalide, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"MAILLAGE_ACCESSIBILITE : {name}. {error}") from error


def read_adresses() -> ServiceAdresses | None:
    """The address search of ``MAILLAGE_ADRESSES``: a name of the catalogue, or an address; else None."""
    try:
        return find_adresses(read_text("ADRESSES"))
    except ValueError as error:
        raise ImproperlyConfigured(f"MAILLAGE_ADRESSES : {error}") from error


def read_fond() -> FondDePlan | None:
    """The background map of ``MAILLAGE_FOND``: a name of the catalogue, or an address; None without it."""
    try:
        return find_fond(read_text("FOND"), read_text("FOND_ATTRIBUTION"))
    except ValueError as error:
        raise ImproperlyConfigured(f"MAILLAGE_FOND : {error}") from error


def read_acces_proconnect() -> AccesProConnect | None:
    """The way to ProConnect of the ``MAILLAGE_PROCONNECT_…`` variables; None when none is given."""
    given = (
        read_text("PROCONNECT_ADRESSE"),
        read_text("PROCONNECT_CLIENT"),
        read_text("PROCONNECT_SECRET"),
        read_text("PROCONNECT_ALGORITHME"),
    )
    try:
        return find_proconnect(*given)
    except ValueError as error:
        raise ImproperlyConfigured(f"MAILLAGE_PROCONNECT_… : {error}") from error


def read_comptes_fermes(proconnect: AccesProConnect | None) -> bool:
    """Whether passwords open superusers' accounts only: ``MAILLAGE_COMPTES_LOCAUX`` is « fermes »."""
    closed = bool(read_choices("COMPTES_LOCAUX", ("fermes",)))
    if closed and proconnect is None:
        raise ImproperlyConfigured(
            "MAILLAGE_COMPTES_LOCAUX : on ne ferme les comptes locaux que si ProConnect est réglé"
        )
    return closed
