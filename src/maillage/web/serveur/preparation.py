"""What an install needs before it serves: a folder, a port, settings, a database up to date; else, words."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import refus
from maillage.web.serveur.fichiers import say
from maillage.web.settings import environnement
from maillage.web.socle import verrou

PORTS = range(1, 65536)


def reserve(var: Path, host: str, port: int) -> None:
    """Make sure that this process may serve, before anything is prepared: its folder, its port."""
    check_port(host, port)
    base = find_base(var)
    open_folder(var)
    verrou.use(var)
    if isinstance(base, Path):
        verrou.serve_alone(var)


def find_base(var: Path) -> Path | str:
    """The base that the settings open for a folder: the file of a SQLite one, the address of PostgreSQL's."""
    with explain_settings():
        found = environnement.read_database(var)
    return environnement.read_url() if found["ENGINE"] == environnement.POSTGRESQL else Path(found["NAME"])


def check_port(host: str, port: int) -> None:
    """Refuse a port that does not exist, or that one cannot listen on."""
    check_number(port)
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        advice = (
            "Donnez un autre --port, ou arrêtez ce qui l’occupe ; --hote est une adresse de cette machine"
        )
        reason = Faute(refus(error), que_faire=advice)
        raise EntreeInvalide(f"Impossible d’écouter sur {host}, port {port}.", (reason,)) from error


def check_number(port: int) -> None:
    """Refuse a port that does not exist."""
    if port not in PORTS:
        raise EntreeInvalide(f"Le port {port} n’existe pas : donnez à --port un nombre de 1 à {PORTS[-1]}.")


def open_folder(var: Path) -> None:
    """Make the folder of the install, closed to others; refuse one that cannot be written in."""
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        var.chmod(0o700)
        with TemporaryFile(dir=var):  # of its own name: another process may try at the same moment
            pass
    except OSError as error:
        reason = Faute(refus(error), que_faire="Donnez à --var un dossier où vous pouvez écrire")
        raise EntreeInvalide(f"Le dossier {var} ne peut pas servir d’installation.", (reason,)) from error


def set_up(var: Path, atlas: Path, port: int = 8000) -> None:
    """Point the settings at a folder and an atlas (or a folder of atlases), migrate, make ready."""
    open_folder(var)
    os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ["MAILLAGE_ATLAS"] = str(atlas.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    start()
    migrate()


def choose_base(address: str | None) -> None:
    """Take this base, or that of the folder: never the one that the environment names.

    Before :func:`set_up` and :func:`reserve`, for a command that works in a folder of its own: the base of an
    install, which an installed environment always names, is neither read nor written unless it is asked for.
    """
    os.environ.pop("DATABASE_URL", None)
    if address is not None:
        os.environ["DATABASE_URL"] = address


def start() -> None:
    """Start Django on the settings of this install; a wrong one is said in words."""
    with explain_settings():
        django.setup()


@contextmanager
def explain_settings() -> Iterator[None]:
    """Say in words that a setting is wrong."""
    try:
        yield
    except (ImproperlyConfigured, ValueError) as error:
        reason = Faute(str(error), que_faire="Corrigez cette variable : docs/exploitation.md les décrit")
        raise EntreeInvalide("Un réglage de l’installation est faux.", (reason,)) from error


def migrate() -> None:
    """Bring the database up to date; one that refuses is said in words."""
    from django.core.management import call_command

    with explain_base():
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def explain_base() -> Iterator[None]:
    """Say in words that the database refuses to be read or written, and what to do."""
    from django.conf import settings

    try:
        yield
    except DatabaseError as error:
        name = settings.DATABASES["default"]["NAME"]
        reason = Faute(say(error).quoi, que_faire=_advise(str(error)))
        raise EntreeInvalide(f"La base {name} ne peut pas être ouverte.", (reason,)) from error


def _advise(reason: str) -> str:
    if "locked" in reason:
        return "Un autre programme l’utilise : attendez qu’il ait fini, puis recommencez"
    if "not a database" in reason or "malformed" in reason:
        return "Remettez une sauvegarde : « maillage sauvegarde restaurer » garde la base actuelle à côté"
    return "Vérifiez que la base répond, que le disque a de la place et que vous pouvez y écrire"
