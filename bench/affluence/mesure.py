"""What the processes of an install take: processor time, memory; and what else the machine did."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from bench.affluence.service import Service

EVERY_S = 5.0
PROC = Path("/proc")


@dataclass
class Suivi:
    """(Second, MB of gunicorn) over time; seconds of processor by who, and of the whole machine.

    ``debut``: when, by the clock.
    """

    memoire: list[tuple[float, float]] = field(default_factory=list)
    temps: dict[str, float] = field(default_factory=dict)
    debut: float = 0.0
    duree_s: float = 0.0
    machine_s: float = 0.0

    def slope_mb_min(self, after_s: float = 0.0) -> float:
        """Least squares over what was seen after so many seconds."""
        seen = np.array([(when, size) for when, size in self.memoire if when >= after_s])
        return float(np.polyfit(seen[:, 0] / 60, seen[:, 1], 1)[0]) if len(seen) > 1 else float("nan")


def list_family(pid: int) -> list[psutil.Process]:
    """A process and all it started."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def read_cpu_s(pid: int) -> float:
    """Seconds of processor of a family, children that ended included (hundredths)."""
    total = 0.0
    for one in list_family(pid):
        with suppress(psutil.NoSuchProcess):
            total += sum(one.cpu_times()[:4])
    return total


def read_fine_ms(pid: int) -> float:
    """Milliseconds of processor of a family as it is, ended children left out (nanoseconds)."""
    total = 0.0
    for one in list_family(pid):
        with suppress(psutil.NoSuchProcess, OSError):
            for path in (PROC / str(one.pid) / "task").glob("*/schedstat"):
                total += int(path.read_text().split()[0]) / 1e6
    return total


def read_pss_mb(pid: int) -> float:
    """Memory of a family; what is shared is counted once."""
    total = 0
    for one in list_family(pid):
        with suppress(psutil.NoSuchProcess, OSError):
            text = (PROC / str(one.pid) / "smaps_rollup").read_text()
            total += int(text.partition("Pss:")[2].split()[0])
    return total / 1024


def read_all(service: Service) -> dict[str, float]:
    """Who took how much of the processor since they began."""
    known = {"gunicorn": service.gunicorn, "PostgreSQL": service.grappe, "nginx": service.nginx}
    told = {name: read_cpu_s(pid) for name, pid in known.items() if pid is not None}
    mine = psutil.Process().cpu_times()
    return told | {"lecteurs": mine.user + mine.system}


def read_machine_s() -> float:
    """Seconds of processor that the whole machine spent at work."""
    spent = psutil.cpu_times()
    return sum(spent) - spent.idle - spent.iowait


@contextmanager
def followed(service: Service) -> Iterator[Suivi]:
    """Follow an install while something happens to it."""
    found, stop = Suivi(debut=time.time()), threading.Event()
    start, before, machine = time.perf_counter(), read_all(service), read_machine_s()

    def watch() -> None:
        while True:
            found.memoire.append((time.perf_counter() - start, read_pss_mb(service.gunicorn)))
            if stop.wait(EVERY_S):
                return

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()
        after = read_all(service)
        found.temps = {name: after[name] - before[name] for name in before}
        found.duree_s, found.machine_s = time.perf_counter() - start, read_machine_s() - machine
