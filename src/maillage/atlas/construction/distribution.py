"""The same work for many départements: on workers of this machine, or on those of a dask scheduler.

One département is one independent task (its data hold a buffer across the border), and already uses every
core of its machine: nothing is shared between tasks, so nothing is gained by cutting finer (docs/adr/0168).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, TypeVar

from distributed import Client, KilledWorker, LocalCluster, Security, Status, as_completed
from distributed.system import MEMORY_LIMIT

from maillage.catalogue.erreurs import EntreeInvalide, Faute

Result = TypeVar("Result")
Job = Callable[[], Result]

SUJET: Final = "maillage"
"""Where a task says how far it is (``Worker.log_event``), and a client hears it."""

DEMARRAGE_S: Final = 120
RELANCE_S: Final = 3
"""How long the first worker of this machine has to start, and how often missing ones are asked for again."""

JOURNAL = logging.getLogger(__name__)


@dataclass(frozen=True)
class Certificats:
    """The files of TLS that a scheduler asks of who speaks to it: authority, certificate, private key."""

    autorite: Path
    certificat: Path
    cle: Path


@dataclass(frozen=True)
class Moyens:
    """Where tasks run: on a ``scheduler`` whose workers see the same files, else ``travailleurs`` here.

    ``timeout_s``: how long a scheduler and its first worker have to answer.
    """

    scheduler: str | None = None
    travailleurs: int = 1
    certificats: Certificats | None = None
    timeout_s: float = 10


def run_all(
    jobs: Mapping[str, Job[Result]], scheduler: str | None = None, timeout_s: float = 10
) -> dict[str, Result]:
    """Run every job, by name; all are tried even when some fail. Without ``scheduler``: in this process.

    Raises:
        EntreeInvalide: one fault per job that failed.
    """
    if scheduler is None:
        outcomes = {name: _attempt(job) for name, job in jobs.items()}
    else:
        with open_client(Moyens(scheduler, timeout_s=timeout_s)) as client:
            outcomes = dict(run_each(client, jobs))
    results = {name: one for name, one in outcomes.items() if not isinstance(one, EntreeInvalide)}
    refuse_failed(len(jobs), {name: one for name, one in outcomes.items() if isinstance(one, EntreeInvalide)})
    return {name: results[name] for name in jobs}


def refuse_failed(asked: int, failed: Mapping[str, EntreeInvalide]) -> None:
    """Raise :class:`EntreeInvalide` with one fault per job that failed, sorted; nothing when none did."""
    if failed:
        done = f"{asked - len(failed)} sur {asked} ont abouti"
        faults = tuple(Faute(str(refusal), name) for name, refusal in sorted(failed.items()))
        raise EntreeInvalide(f"Des départements n'ont pas pu être traités ({done}).", faults)


@contextmanager
def open_client(moyens: Moyens, hear: Callable[[dict[str, Any]], None] | None = None) -> Iterator[Client]:
    """A client of the workers; ``hear`` is told what tasks say, from another thread.

    Workers made here are processes that listen on this machine only, to who holds a certificate made for the
    occasion; one that dies is replaced.

    Raises:
        EntreeInvalide: no scheduler answers, or it has no worker.
    """
    with _workers_here(moyens) if moyens.scheduler is None else _workers_there(moyens) as client:
        if hear is not None:
            client.subscribe_topic(SUJET, lambda event: hear(event[1]))  # type: ignore[no-untyped-call]
        yield client


@contextmanager
def _workers_here(moyens: Moyens) -> Iterator[Client]:
    wanted = moyens.travailleurs
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=0,
            threads_per_worker=1,
            memory_limit=MEMORY_LIMIT // wanted,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            security=True,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        _kept_at(cluster, wanted),
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        yield _wait_for_one(
            client, DEMARRAGE_S, "Aucun travailleur ne démarre sur cette machine : mémoire, processus ?"
        )


@contextmanager
def _kept_at(cluster: LocalCluster, wanted: int) -> Iterator[None]:
    """Ask for the workers again and again: a nanny replaces one that dies, but not while it starts.

    What asyncio would print of that is not for who builds atlases.
    """
    stop, noise = Event(), logging.getLogger("asyncio")
    level = noise.level

    def ask() -> None:
        while True:
            for name, worker in list(cluster.workers.items()):
                if worker.status in {Status.failed, Status.closed}:
                    cluster.workers.pop(name, None)
            cluster.scale(wanted)  # type: ignore[no-untyped-call]
            if stop.wait(RELANCE_S):
                return

    asking = Thread(target=ask, daemon=True)
    noise.setLevel(logging.CRITICAL + 1)
    asking.start()
    try:
        yield
    finally:
        stop.set()
        asking.join()
        noise.setLevel(level)


def _wait_for_one(client: Client, timeout_s: float, otherwise: str) -> Client:
    try:
        client.wait_for_workers(1, timeout=timeout_s)
    except TimeoutError as error:
        raise EntreeInvalide(otherwise) from error
    return client


@contextmanager
def _workers_there(moyens: Moyens) -> Iterator[Client]:
    try:
        client = Client(moyens.scheduler, timeout=moyens.timeout_s, security=_secure(moyens.certificats))  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:  # a wrong address is a ValueError
        advice = (
            "Vérifiez l'adresse et les certificats, ou retirez --scheduler pour calculer sur cette machine."
        )
        raise EntreeInvalide(f"Aucun ordonnanceur dask ne répond à {moyens.scheduler}. {advice}") from error
    with client:
        advice = "Démarrez-en un : dask worker --nthreads 1 ADRESSE."
        yield _wait_for_one(
            client, moyens.timeout_s, f"L'ordonnanceur {moyens.scheduler} n'a aucun travailleur. {advice}"
        )


def _secure(certificats: Certificats | None) -> Security | None:
    """The same certificate for every role; a connection in clear is refused once there is one."""
    if certificats is None:
        return None
    paths = [certificats.autorite, certificats.certificat, certificats.cle]
    if absent := [path for path in paths if not path.is_file()]:
        faults = tuple(Faute("ce fichier n'existe pas", str(path)) for path in absent)
        raise EntreeInvalide("Des certificats manquent.", faults)
    authority, certificate, key = map(str, paths)
    return Security(  # type: ignore[no-untyped-call]
        tls_ca_file=authority, tls_client_cert=certificate, tls_client_key=key, require_encryption=True
    )


def run_each(
    client: Client, jobs: Mapping[str, Job[Result]]
) -> Iterator[tuple[str, Result | EntreeInvalide]]:
    """Every job and what became of it, as they end; a job whose worker dies is given to another.

    No more jobs are given than there are workers. After as many deaths as the scheduler allows
    (``distributed.scheduler.allowed-failures``, 3) a job is put aside, and tried again alone at the end:
    it may have been beside the one that kills.
    """
    waiting, names, active = iter(jobs.items()), {}, as_completed([])  # type: ignore[no-untyped-call]
    suspects = []

    def feed() -> None:
        threads = client.nthreads()  # type: ignore[no-untyped-call]
        room = max(sum(threads.values()), 1) - active.count()  # type: ignore[no-untyped-call]
        for name, job in islice(waiting, max(room, 0)):
            future = client.submit(_attempt, job, pure=False)
            names[future] = name
            active.add(future)  # type: ignore[no-untyped-call]

    feed()
    for future in active:
        name = names.pop(future)
        if future.status == "error" and isinstance(future.exception(), KilledWorker):
            suspects.append(name)
        else:
            outcome = _read_outcome(future)
            future.release()  # else dask would do it again if its worker died later
            yield name, outcome
        feed()
    for name in suspects:
        yield name, _read_outcome(client.submit(_attempt, jobs[name], pure=False))


def _read_outcome(future: Any) -> Any:
    """What a job gave; what it did not expect is a refusal too, and its traceback goes to the log."""
    try:
        return future.result()
    except KilledWorker:
        return EntreeInvalide(
            "Tous les travailleurs qui l'ont calculé se sont arrêtés, même seul : il est abandonné. "
            "La mémoire manque peut-être : moins de travailleurs à la fois, ou une machine plus grande."
        )
    except Exception as error:  # noqa: BLE001 - a bug met by one must not lose the others
        JOURNAL.exception("A task failed")
        return EntreeInvalide(f"Erreur inattendue, à signaler : {error!r}.")


def _attempt(job: Job[Result]) -> Result | EntreeInvalide:
    """A refusal is an outcome like another: the other jobs go on."""
    try:
        return job()
    except EntreeInvalide as refusal:
        return refusal
