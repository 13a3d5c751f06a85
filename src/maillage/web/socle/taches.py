"""What the worker runs: a child process for each ``Travail``, followed, and killed when one cancels."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any

from django.conf import settings
from django_tasks import task

from maillage.web.socle import avancement, queries
from maillage.web.socle.models import Travail
from maillage.web.socle.travaux import get_fonction

POLL_S = 0.3
SIGNE_S = 2.0
TUE = "Le système a arrêté ce calcul, faute de mémoire sans doute. Rien d’autre n’est perdu : relancez-le."


@task()
def executer(travail_id: int) -> None:
    """Run one piece of work to its end, whatever that end is."""
    if not avancement.start(travail_id):
        return
    travail = queries.get_travail(travail_id)
    folder = Path(settings.EXPORTS) / travail.jeton
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        child = _start(travail, folder, errors)
        last = _follow(child, travail_id)
        code = child.wait()
        errors.seek(0)
        _conclude(travail_id, code, last, errors.read())


def _start(travail: Travail, folder: Path, errors: IO[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "maillage.web.socle.enfant"]
    child = subprocess.Popen(  # noqa: S603 - our own module, no outside input in the command
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
    )
    order = {
        "fonction": get_fonction(travail.genre),
        "parametres": travail.parametres,
        "dossier": str(folder),
    }
    assert child.stdin is not None
    child.stdin.write(json.dumps(order) + "\n")
    child.stdin.close()
    return child


def _follow(child: subprocess.Popen[str], travail_id: int) -> dict[str, Any]:
    """Note the child's progress until it ends or is cancelled; its last event."""
    events: Queue[dict[str, Any]] = Queue()
    reader = threading.Thread(target=_read, args=(child.stdout, events), daemon=True)
    reader.start()
    last: dict[str, Any] = {}
    signed = time.monotonic()
    while reader.is_alive() or not events.empty():
        if time.monotonic() - signed > SIGNE_S:
            avancement.give_sign(travail_id)
            signed = time.monotonic()
        if queries.is_annulation_demandee(travail_id):
            child.kill()
        try:
            last = events.get(timeout=POLL_S)
        except Empty:
            continue
        if "progression" in last:
            avancement.note_progress(travail_id, last["progression"], last["etape"])
    return last


def _read(lines: IO[str] | None, events: Queue[dict[str, Any]]) -> None:
    with lines or [] as source:  # type: ignore[union-attr]
        for line in source:
            events.put(json.loads(line))


def _conclude(travail_id: int, code: int, last: dict[str, Any], errors: str) -> None:
    if queries.is_annulation_demandee(travail_id):
        avancement.finish(travail_id, Travail.Etat.ANNULE)
    elif code == 0 and "fichier" in last:
        avancement.finish(travail_id, Travail.Etat.TERMINE, fichier=last["fichier"])
    elif code < 0:  # a signal: the system, short of memory, or someone
        avancement.finish(travail_id, Travail.Etat.INTERROMPU, message=TUE)
    else:
        lines = errors.strip().splitlines()
        avancement.finish(travail_id, Travail.Etat.ECHOUE, message=lines[-1] if lines else "arrêt imprévu")
