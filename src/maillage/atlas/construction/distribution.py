"""The same work for many départements: one after the other here, or on the machines of a dask scheduler.

One département is one independent task (its extract holds a buffer across the border), and already uses every
core of its machine: nothing is shared between tasks, so nothing is gained by cutting finer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from distributed import Client, as_completed

from maillage.catalogue.erreurs import EntreeInvalide, Faute

Result = TypeVar("Result")
Job = Callable[[], Result]


def run_all(
    jobs: Mapping[str, Job[Result]], scheduler: str | None = None, timeout_s: float = 10
) -> dict[str, Result]:
    """Run every job, by name; all are tried even when some fail.

    ``scheduler``: the address of a dask scheduler (``tcp://…``) whose workers see the same files, and
    ``timeout_s`` how long to wait for it to answer; None: here.

    Raises:
        EntreeInvalide: one fault per job that failed.
    """
    results: dict[str, Result] = {}
    faults = []
    for name, outcome in _run_here(jobs) if scheduler is None else _run_on(scheduler, jobs, timeout_s):
        if isinstance(outcome, EntreeInvalide):
            faults.append(Faute(str(outcome), name))
        else:
            results[name] = outcome
    if faults:
        done = f"{len(results)} sur {len(jobs)} ont abouti"
        raise EntreeInvalide(f"Des départements n'ont pas pu être traités ({done}).", tuple(faults))
    return {name: results[name] for name in jobs}


def _run_here(jobs: Mapping[str, Job[Result]]) -> Iterator[tuple[str, Result | EntreeInvalide]]:
    for name, job in jobs.items():
        yield name, _attempt(job)


def _run_on(
    scheduler: str, jobs: Mapping[str, Job[Result]], timeout_s: float
) -> Iterator[tuple[str, Result | EntreeInvalide]]:
    try:
        client = Client(scheduler, timeout=timeout_s)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:  # a wrong address is a ValueError
        advice = "Vérifiez l'adresse, ou retirez --scheduler pour calculer sur cette machine."
        raise EntreeInvalide(f"Aucun ordonnanceur dask ne répond à {scheduler}. {advice}") from error
    with client:
        names = {client.submit(_attempt, job, pure=False): name for name, job in jobs.items()}
        for future in as_completed(list(names)):  # type: ignore[no-untyped-call]
            yield names[future], future.result()


def _attempt(job: Job[Result]) -> Result | EntreeInvalide:
    """A refusal is an outcome like another: the other jobs go on."""
    try:
        return job()
    except EntreeInvalide as refusal:
        return refusal
