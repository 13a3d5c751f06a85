"""The threads that run the background work of an install, and close what a crash left under way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from math import inf
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.crypto import get_random_string
from django.utils.module_loading import import_string
from django_tasks_db.management.commands.db_worker import Worker

from maillage.web.socle import avancement

QUEUE_S = 1.0
RONDE_S = 5.0
# A round that fails for another reason than the base is left alone for a while: its cause does not pass.
REPRISE_S = 600.0
# A working process gives a sign every 2 s: silent for thirty times that, it is gone.
SILENCE = timedelta(minutes=1)
logger = logging.getLogger(__name__)


class Travailleur:
    """A worker of the database's queue; each heavy task runs in a child process of its own.

    ``seul``: no other worker serves this database, so what is under way when it starts was interrupted.
    """

    def __init__(self, *, seul: bool) -> None:
        self.stopping = threading.Event()
        self.seul = seul
        self.worker = Worker(
            queue_names=["default"],
            interval=QUEUE_S,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def start(self) -> None:
        """Work in the background until :meth:`stop`."""
        if self.seul:
            avancement.close_interrupted(timedelta(0))
        self._keep(self.worker.run, "travaux")
        self._keep(self._watch, "ronde")

    def stop(self) -> None:
        """Take no new work."""
        self.worker.running = False
        self.stopping.set()

    def wait(self) -> None:
        """Until someone stops it."""
        self.stopping.wait()

    def _keep(self, run: Callable[[], None], name: str) -> None:
        threading.Thread(target=self._run_again, args=(run,), name=name, daemon=True).start()

    def _run_again(self, run: Callable[[], None]) -> None:
        """What fails, the database for a moment or our own code, must not end the work for good."""
        while not self.stopping.is_set():
            try:
                run()
            except DatabaseError:
                logger.exception("la base n’a pas répondu au travailleur")
                self.stopping.wait(RONDE_S)
            except Exception:
                logger.exception("le travailleur s’est arrêté et reprend")
                self.stopping.wait(RONDE_S)

    def _watch(self) -> None:
        steps: dict[str, Callable[[], None]] = {
            name: partial(_go_round, name) for name in settings.MAILLAGE_RONDES
        }
        steps["travaux interrompus"] = _close_silent
        again = dict.fromkeys(steps, -inf)
        while not self.stopping.wait(RONDE_S):
            close_old_connections()
            for name, step in steps.items():
                if again[name] <= monotonic():
                    again[name] = monotonic() + _try(name, step)


def _try(name: str, step: Callable[[], None]) -> float:
    """Run one step, whose failure stops no other; in how many seconds at least it may run again."""
    try:
        step()
    except DatabaseError:
        logger.exception("la base n’a pas répondu à la ronde : %s", name)
    except Exception:
        logger.exception("ronde en échec : %s", name)
        return REPRISE_S
    return 0.0


def _go_round(name: str) -> None:
    import_string(name)()


def _close_silent() -> None:
    if count := avancement.close_interrupted(SILENCE):
        logger.warning("%d travaux interrompus", count)
