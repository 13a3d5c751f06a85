"""What one page of each kind costs: milliseconds of processor, asked one after the other of one process.

Processor time hardly moves with what else the machine does, waiting does: it is what pages are compared by.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from bench.affluence.entree import make_crowd
from bench.affluence.lecteurs import BON, Lecteur
from bench.affluence.mesure import read_fine_ms
from bench.affluence.parcours import Demande, Sorte
from bench.affluence.prepare import Preparee
from bench.affluence.service import Service, serving

TRIES = 12


def measure(install: Preparee, options: argparse.Namespace) -> dict[str, Any]:
    """Each kind: new addresses, then the same again; then what who is logged in reads."""
    options.lecteurs, kept = 10, options.lecteurs
    one = ["--workers", "1", *options.gunicorn]
    with serving(install.environment, options.var, options.port, one, proxy=False) as service:
        foule = make_crowd(service, install, options)
        agent = next(reader for reader in foule.lecteurs if reader.cookie)
        nobody = Lecteur("127.3.0.1", service.port)
        rows = [
            asyncio.run(ask_kind(name, one, nobody, agent, service)) for name, one in foule.sortes.items()
        ]
    options.lecteurs = kept
    return {"mesure": "couts", "sortes": rows}


async def ask_kind(
    name: str, sorte: Sorte, nobody: Lecteur, agent: Lecteur, service: Service
) -> dict[str, Any]:
    """One kind: milliseconds a page, new and again, of gunicorn and of PostgreSQL; kB sent."""
    new = [told for _, told in zip(range(TRIES + 2), sorte.neuves, strict=False)] or list(sorte.connues)
    told: dict[str, Any] = {"sorte": name}
    asked = [Demande(name, *split(one)) for one in new]
    if name == "tâches":
        nobody = agent
    await run(asked[:2], nobody, service)  # what is computed once for all
    told["neuve"] = await run(asked[2:] or asked, nobody, service)
    told["encore"] = await run(asked[2:] or asked, nobody, service)
    told["compte"] = await run(asked[2:] or asked, agent, service)
    for reader in (nobody, agent):
        reader.close()
    return told


def split(told: str) -> tuple[str, bytes]:
    """An address and the form that is sent there."""
    address, _, body = told.partition("#")
    return address, body.encode()


async def run(asked: list[Demande], reader: Lecteur, service: Service) -> dict[str, float]:
    """Ask all; the mean of each."""
    before = read_fine_ms(service.gunicorn), read_fine_ms(service.grappe)
    size = 0
    for one in asked:
        status, got = await reader.ask(one.adresse, one.corps)
        if status not in BON:
            raise ValueError(f"{one.adresse} : {status}")
        size += got
    after = read_fine_ms(service.gunicorn), read_fine_ms(service.grappe)
    n = len(asked)
    return {
        "web_ms": (after[0] - before[0]) / n,
        "base_ms": (after[1] - before[1]) / n,
        "ko": size / n / 1000,
        "n": n,
    }
