"""``python -m bench.charge``: an open loop of readers on portraits and tables, on this machine only.

Requests leave at their hour whether or not the others have come back (no coordinated omission): 15 a second,
which is 50 readers who think for 3 seconds. Printed: what the server took (Server-Timing) and what the reader
waited.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from bench.installation import find_atlas, serving

WORK = Path("build/charge")


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


def list_addresses(base: str) -> list[str]:
    """Portraits of communes spread over the département, of EPCI, and tables: all different pages."""
    with urllib.request.urlopen(f"{base}/api/1/territoires?niveau=commune") as answer:
        communes = [row["code"] for row in json.load(answer)]
    with urllib.request.urlopen(f"{base}/api/1/territoires?niveau=epci") as answer:
        epcis = [row["code"] for row in json.load(answer)]
    portraits = [f"{base}/territoires/commune/{code}/" for code in communes]
    tables = [f"{base}/classements/?niveau=commune&dans=epci:{code}" for code in epcis]
    pages = [f"{base}/classements/?tri=population&page={n}" for n in range(1, 11)]
    others = [*tables, *pages, *(f"{base}/territoires/epci/{code}/" for code in epcis)]
    mixed = np.random.default_rng(59).permutation([*portraits[:: max(1, len(portraits) // 300)], *others * 3])
    return [str(url) for url in mixed]


def open_loop(addresses: list[str], rate: float, duration_s: float) -> Releve:
    """Requests at a steady rate, each in a thread of its own."""
    releve, threads = Releve(), []
    start = time.perf_counter()
    for rank in range(int(rate * duration_s)):
        wait = start + rank / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        thread = threading.Thread(target=ask, args=(addresses[rank % len(addresses)], releve))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return releve


def cached_rate(base: str, duration_s: float) -> float:
    """Answers a second when the reader already holds the map's figures (304); four readers, no pause."""
    url = f"{base}/carte/donnees.json"
    with urllib.request.urlopen(url) as answer:
        headers = {"If-None-Match": answer.headers["ETag"]}
    releve, limit = Releve(), time.perf_counter() + duration_s

    def loop() -> None:
        while time.perf_counter() < limit:
            ask(url, releve, headers)

    threads = [threading.Thread(target=loop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(releve.attente_ms) / duration_s


def main() -> None:
    """Serve, warm up each kind of page once, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path)
    parser.add_argument("--atlas", type=Path, help="un atlas déjà construit")
    parser.add_argument("--debit", type=float, default=15.0)
    parser.add_argument("--duree", type=float, default=60.0)
    parser.add_argument("--port", type=int, default=28419)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    atlas = options.atlas or find_atlas(options.source, "59", WORK)
    with serving(atlas, WORK, options.port) as base:
        addresses = list_addresses(base)
        warm = Releve()
        for url in addresses[:20]:
            ask(url, warm)
        releve = open_loop(addresses, options.debit, options.duree)
        figures = releve.resume() | {"debit": options.debit, "duree_s": options.duree}
        figures["reponses_304_par_s"] = round(cached_rate(base, min(options.duree, 10)), 1)
    print(json.dumps(figures, indent=1))
    for failure in releve.echecs[:10]:
        print(failure)


if __name__ == "__main__":
    main()
