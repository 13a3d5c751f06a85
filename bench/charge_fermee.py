"""``make charge``: readers without pause, alone, then beside idle connections and export loops.

A closed loop, on this machine only: each reader asks for the next of ``PAGES`` as soon as the last one came.
It shows how many answers the server gives, and what one waits when everybody hurries; ``bench.affluence``
(open loop) shows what one waits at a given hour. Readers come from one address, so that the API, which counts
requests by address, is left out. Another version is measured by the same script: ``--src`` names its sources,
which build its example and serve it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import selectors
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import psutil

from bench.installation import find_atlas, launching
from bench.tableaux import number, table

PAGES = (
    "/",
    "/territoires/",
    "/territoires/commune/59350/",
    "/territoires/commune/59178/",
    "/territoires/commune/59606/",
    "/territoires/epci/200093201/",
    "/territoires/epci/245900758/",
    "/territoires/arrondissement/593/",
    "/classements/",
    "/classements/?niveau=commune&dans=epci:200093201",
    "/classements/?tri=population&page=3",
    "/comparer/",
    "/prioritaires/",
    "/croiser/",
    "/carte/",
    "/carte/?niveau=epci",
    "/carte/donnees.json",
    "/carte/contours/commune.geojson",
    "/recherche/?q=lille",
    "/methodes/",
    "/methodes/densite/",
    "/sources/",
    "/glossaire/",
    "/programme/",
    "/programme/fiches/sante/",
    "/programme/declinaisons/",
    "/programme/objectifs/sante.1/",
    "/programme/couverture/",
    "/programme/recherche/?texte=mobilite",
    "/programme/ici/arrondissement/593/",
    "/accessibilite/",
)
DOCUMENTS = tuple(f"/programme/exporter/{forme}" for forme in ("docx", "pdf", "ods", "xlsx"))
ALIVE = b"GET /sante HTTP/1.1\r\nHost: localhost\r\n\r\n"
CHARGES = ("seuls", "neuves", "melee")
CONNECTION_S = 5
SAMPLES = 12
ALIVE_S = 0.05


@dataclass
class Releve:
    """What came back: waiting times and server times in milliseconds, failures."""

    attente_ms: list[float] = field(default_factory=list)
    serveur_ms: list[float] = field(default_factory=list)
    echecs: list[str] = field(default_factory=list)

    def resume(self) -> dict[str, float]:
        """Median, p95 and p99 of both, and the failures."""
        figures = {"requetes": len(self.attente_ms), "echecs": len(self.echecs)}
        for name, values in (("serveur", self.serveur_ms), ("attente", self.attente_ms)):
            for share in (50, 95, 99):
                figures[f"{name}_p{share}_ms"] = (
                    round(float(np.percentile(values, share)), 1) if values else 0
                )
        return figures


def ask(url: str, releve: Releve, headers: dict[str, str] | None = None) -> None:
    """One request, noted."""
    start = time.perf_counter()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=30) as answer:
            answer.read()
            timing = answer.headers.get("Server-Timing", "")
    except urllib.error.HTTPError as error:
        if error.code != 304:
            releve.echecs.append(f"{url} : {error.code}")
            return
        timing = error.headers.get("Server-Timing", "")
    except OSError as error:
        releve.echecs.append(f"{url} : {error}")
        return
    releve.attente_ms.append((time.perf_counter() - start) * 1000)
    if "dur=" in timing:
        releve.serveur_ms.append(float(timing.rpartition("dur=")[2]))


@dataclass(frozen=True)
class Charge:
    """What is beside the readers, and whether each of their addresses is new to the server."""

    nom: str
    muettes: int = 0
    exports: int = 0
    neuves: bool = False


@dataclass
class Mesure:
    """A load, and what came of it: readers, documents, connections opened, memory (seconds, MB)."""

    nom: str
    lecteurs: Releve = field(default_factory=Releve)
    documents: Releve = field(default_factory=Releve)
    duree_s: float = 0.0
    connexions: int = 0
    memoire: list[tuple[float, float]] = field(default_factory=list)
    mort: bool = False

    def figures(self) -> dict[str, Any]:
        """Everything, for ``--json``."""
        return {
            "charge": self.nom,
            "duree_s": round(self.duree_s, 1),
            "lecteurs": summarise(self.lecteurs, self.duree_s),
            "documents": summarise(self.documents, self.duree_s),
            "connexions_ouvertes": self.connexions,
            "serveur_mort": self.mort,
            "memoire_mo": [(round(when, 1), round(size)) for when, size in self.memoire],
        }


def summarise(releve: Releve, duration_s: float) -> dict[str, Any]:
    """Answers a second, waiting times in milliseconds, failures by what was said (503, timed out…)."""
    figures = releve.resume()
    return {
        "requetes_par_s": round(len(releve.attente_ms) / duration_s, 1),
        "p50_ms": figures["attente_p50_ms"],
        "p95_ms": figures["attente_p95_ms"],
        "pire_ms": round(max(releve.attente_ms, default=0), 1),
        "echecs": dict(Counter(re.sub(r".* : ", "", failure) for failure in releve.echecs)),
    }


def read_without_pause(addresses: Iterator[str], lasting: Callable[[], bool], releve: Releve) -> None:
    """One reader, while the load lasts."""
    while lasting():
        ask(next(addresses), releve)


def go_around(addresses: list[str], first: int) -> Iterator[str]:
    """The same addresses again and again, from one of the reader's own."""
    return islice(cycle(addresses), first % len(addresses), None)


def never_twice(addresses: list[str], first: int) -> Iterator[str]:
    """The same pages, each time at an address that nobody asked for: nothing kept can serve."""
    for turn, address in enumerate(go_around(addresses, first)):
        yield f"{address}{'&' if '?' in address else '?'}lecture={first}-{turn}"


@contextmanager
def beside(work: Callable[[threading.Event], None]) -> Iterator[None]:
    """Work in a thread while the measure lasts; it is told when to stop."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def hold_idle(address: str, n: int, mesure: Mesure, stop: threading.Event) -> None:
    """Hold ``n`` connections, half of them never saying a word; those the server closes are opened again."""
    allow_descriptors()
    with selectors.DefaultSelector() as selector, ExitStack() as stack:
        for rank in range(n):
            open_idle(selector, stack, address, b"" if rank % 2 else ALIVE, mesure)
        while not stop.is_set():
            for key, _ in selector.select(timeout=0.2):
                if not drain(key.fileobj):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]
                    open_idle(selector, stack, address, key.data, mesure)


def open_idle(
    selector: selectors.BaseSelector, stack: ExitStack, address: str, said: bytes, mesure: Mesure
) -> None:
    """One more; a refusal is part of what is measured."""
    parts = urlsplit(address)
    with suppress(OSError):
        connection = socket.create_connection((parts.hostname, parts.port), timeout=CONNECTION_S)
        stack.enter_context(connection)
        connection.sendall(said)
        selector.register(connection, selectors.EVENT_READ, said)
        mesure.connexions += 1


def drain(connection: Any) -> bytes:
    """What the server sent; nothing when it closed."""
    try:
        return bytes(connection.recv(65536))
    except OSError:
        return b""


def allow_descriptors() -> None:
    """As many descriptors as the system allows this process; the server has asked for its own."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def watch_memory(pid: int, every_s: float, mesure: Mesure, stop: threading.Event) -> None:
    """Resident memory of the server and its children, in MB, over time; a server that dies ends the load."""
    start = next_at = time.perf_counter()
    while not stop.wait(ALIVE_S):
        mesure.mort = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        if mesure.mort:
            return
        if time.perf_counter() >= next_at:
            mesure.memoire.append((time.perf_counter() - start, memory_mb(pid)))
            next_at += every_s


def memory_mb(pid: int) -> float:
    """Pages that a process and its children share are counted in each."""
    server = psutil.Process(pid)
    total = 0
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            total += process.memory_info().rss
    return total / 1e6


def measure(address: str, pid: int, charge: Charge, n_readers: int, seconds: float) -> Mesure:
    """Readers, and what is beside them, for so long."""
    mesure = Mesure(charge.nom)
    pages = [address + path for path in PAGES]
    documents = [address + path for path in DOCUMENTS]
    with ExitStack() as stack:
        if charge.muettes:
            stack.enter_context(beside(lambda stop: hold_idle(address, charge.muettes, mesure, stop)))
        stack.enter_context(beside(lambda stop: watch_memory(pid, seconds / SAMPLES, mesure, stop)))
        start = time.perf_counter()

        def lasting() -> bool:
            return not mesure.mort and time.perf_counter() < start + seconds

        read = never_twice if charge.neuves else go_around
        people = [(read(pages, rank * 7), lasting, mesure.lecteurs) for rank in range(n_readers)]
        people += [(go_around(documents, rank), lasting, mesure.documents) for rank in range(charge.exports)]
        threads = [threading.Thread(target=read_without_pause, args=one) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        mesure.duree_s = time.perf_counter() - start
    return mesure


def describe(mesures: list[Mesure]) -> str:
    """Two tables: what was waited, and memory over time."""
    rows = [
        [mesure.nom, who, *describe_releve(releve, mesure.duree_s)]
        for mesure in mesures
        for who, releve in (("lecteurs", mesure.lecteurs), ("documents", mesure.documents))
        if releve.attente_ms or releve.echecs
    ]
    header = ["charge", "qui", "réponses/s", "p50 (ms)", "p95 (ms)", "pire (ms)", "refus et échecs"]
    memory = [
        [mesure.nom, *(number(size, 0) for _, size in islice(mesure.memoire, SAMPLES + 1))]
        for mesure in mesures
    ]
    width = max(map(len, memory))
    when = [number(second, 0) + " s" for second, _ in islice(mesures[0].memoire, width - 1)]
    memory = [row + [""] * (width - len(row)) for row in memory]
    when += [""] * (width - 1 - len(when))
    dead = [
        f"\n\n**Le serveur est mort sous la charge « {mesure.nom} »**" for mesure in mesures if mesure.mort
    ]
    return f"{table(header, rows)}\n\n{table(['mémoire (Mo)', *when], memory)}{''.join(dead)}"


def describe_releve(releve: Releve, duration_s: float) -> list[str]:
    """The cells of one row."""
    figures = summarise(releve, duration_s)
    said = ", ".join(f"{n} fois {what}" for what, n in figures["echecs"].items())
    waits = (number(figures[name], 0) for name in ("p50_ms", "p95_ms", "pire_ms"))
    return [number(figures["requetes_par_s"]), *waits, said or "aucun"]


def read_options() -> argparse.Namespace:
    """What may be asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--src", type=Path, help="les sources d’une autre version : son dossier src")
    parser.add_argument("--var", type=Path, default=Path("build/charge"))
    parser.add_argument("--lecteurs", type=int, default=50)
    parser.add_argument("--duree", type=float, default=60.0, help="secondes, pour chaque charge")
    parser.add_argument("--charges", nargs="+", default=CHARGES, choices=CHARGES)
    parser.add_argument("--muettes", type=int, default=1000, help="connexions muettes de la dernière charge")
    parser.add_argument("--exports", type=int, default=24, help="boucles d’exports de la dernière charge")
    parser.add_argument("--port", type=int, default=28420)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def list_loads(options: argparse.Namespace) -> list[Charge]:
    """Those asked for: the readers alone; alone, at addresses that nobody asked for; among the others."""
    beside_them = f"{options.muettes} muettes, {options.exports} exports"
    known = {
        "seuls": Charge("seuls"),
        "neuves": Charge("seuls, adresses toutes neuves", neuves=True),
        "melee": Charge(beside_them, options.muettes, options.exports),
    }
    return [known[name] for name in options.charges]


def run(options: argparse.Namespace) -> Iterator[Mesure]:
    """Each load has a server of its own, whose log is kept beside the base, under the hour of its end."""
    atlas = find_atlas(None, "59", options.var)
    for load in list_loads(options):
        with launching(atlas, options.var, options.port) as (address, pid):
            for path in (*PAGES, *DOCUMENTS):
                ask(address + path, Releve())
            yield measure(address, pid, load, options.lecteurs, options.duree)
        log = options.var / "serveur.log"
        log.rename(log.with_name(f"serveur-{time.strftime('%H%M%S')}.log"))


def main() -> int:
    """Build, serve, warm up, measure, print; 1 when a server died."""
    options = read_options()
    options.var.mkdir(parents=True, exist_ok=True)
    if options.src:
        os.environ["PYTHONPATH"] = str(options.src.resolve())
    mesures = list(run(options))
    if options.json:
        print(json.dumps([mesure.figures() for mesure in mesures], ensure_ascii=False, indent=1))
    else:
        print(describe(mesures))
    return any(mesure.mort for mesure in mesures)


if __name__ == "__main__":
    sys.exit(main())
