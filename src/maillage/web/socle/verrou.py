"""Who uses the folder of an install: servers and workers hold it together, a restore wants it alone.

The system forgets the lock of a process that dies, however it dies.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute

USAGE = "installation.verrou"
SERVEUR = "serveur.verrou"
# Descriptors of the locks this process keeps until it ends.
_held: dict[Path, int] = {}


def use(var: Path) -> None:
    """Say, until this process ends, that the base of this folder is served; refused during a restore."""
    _hold(var / USAGE, fcntl.LOCK_SH, "est en cours de restauration", "Attendez sa fin, puis recommencez")


def serve_alone(var: Path) -> None:
    """Be, until this process ends, the one server of this folder; refused when there is one already."""
    que_faire = "Arrêtez-le, ou donnez un autre dossier par --var"
    _hold(var / SERVEUR, fcntl.LOCK_EX, "est déjà servi par un autre processus", que_faire)


def restore_alone(var: Path) -> None:
    """Be the only one to use the base of this folder; refused while a server or a worker runs."""
    que_faire = "Arrêtez le serveur et les travailleurs, puis recommencez : rien n’a été changé"
    _hold(var / USAGE, fcntl.LOCK_EX, "est servi en ce moment", que_faire)


def release(var: Path) -> None:
    """Let the folder go before this process ends."""
    for path in [path for path in _held if path.parent == var.resolve()]:
        os.close(_held.pop(path))


def _hold(path: Path, kind: int, state: str, que_faire: str) -> None:
    path = path.resolve()
    if path in _held:
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        reason = Faute(f"le dossier {state}", fichier=str(path.parent), que_faire=que_faire)
        raise EntreeInvalide(f"{path.parent} {state}.", (reason,)) from error
    _held[path] = descriptor
