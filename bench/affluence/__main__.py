"""``make affluence``: readers, then readers beside slow connections; tables of ``docs/charge.md``."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.affluence import couts, ecriture, tables
from bench.affluence.comptes import hooked, read_costs
from bench.affluence.entree import make_crowd, open_session
from bench.affluence.lecteurs import Foule
from bench.affluence.lents import Lenteurs
from bench.affluence.mesure import followed
from bench.affluence.prepare import Preparee, prepared
from bench.affluence.service import Service, serving

MESURES = ("lecteurs", "lents", "lents-sans-mandataire")


async def spend(foule: Foule, service: Service, options: argparse.Namespace, slow: int, writes: Any) -> Any:
    """Warm up, then the measure; slow connections all along when there are any."""
    lents = Lenteurs()
    lents.start(slow, service.port)
    await foule.spend(options.chauffe, options.pause)
    foule.forget()
    with followed(service) as suivi:
        may = options.ecritures and service.nginx is not None  # without a proxy, an edit would wait too
        writing = asyncio.create_task(writes(options.ecritures)) if may else None
        await foule.spend(options.duree, options.pause)
        written = 0
        if writing is not None:
            if writing.done():
                writing.result()  # it never ends by itself: what stopped it is raised
            writing.cancel()
            written = writes.faites
    held = {"tenues": lents.tenues, "ouvertes": lents.ouvertes, "fermees": lents.fermees,
            "refusees": lents.refusees}  # fmt: skip
    await lents.stop()
    for reader in foule.lecteurs:
        reader.close()
    return suivi, held, written


def measure(name: str, install: Preparee, options: argparse.Namespace) -> dict[str, Any]:
    """One measure, on processes of its own; everything, as JSON."""
    proxy = name != "lents-sans-mandataire"
    slow = options.lents if name != "lecteurs" else 0
    environment, counted = hooked(install.environment, options.var)
    more = [*options.gunicorn, *counted]
    with serving(environment, options.var, options.port, more, proxy=proxy) as service:
        foule = make_crowd(service, install, options)
        editor = open_session(service.port, install, "charge-mission@demonstration.invalid")
        writes = ecriture.Ecritures(service.port, editor)
        suivi, held, written = asyncio.run(spend(foule, service, options, slow, writes))
    return {
        "mesure": name,
        "gunicorn": options.gunicorn,
        "lecteurs": options.lecteurs,
        "pause_s": options.pause,
        "duree_s": options.duree,
        "chauffe_s": options.chauffe,
        "lents": slow,
        "lenteurs": held,
        "ecritures": written,
        "pages": [asdict(one) for one in foule.lectures],
        "suites": [asdict(one) for one in foule.suites],
        "suivi": asdict(suivi),
        "couts": read_costs(options.var, suivi.debut, suivi.debut + suivi.duree_s),
        "quand": time.strftime("%Y-%m-%d %H:%M"),
    }


def read_options() -> argparse.Namespace:
    """What may be asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--atlas", type=Path, required=True, help="l’atlas d’un vrai département, construit")
    parser.add_argument("--from", dest="source", type=Path, required=True, help="les données ouvertes")
    parser.add_argument(
        "--var", type=Path, default=Path("build/affluence"), help="gardé d’une fois à l’autre"
    )
    parser.add_argument("--mesures", nargs="*", default=list(MESURES), choices=[*MESURES, "couts"])
    parser.add_argument("--lecteurs", type=int, default=500)
    parser.add_argument("--pause", type=float, default=10.0, help="secondes entre deux pages d’un lecteur")
    parser.add_argument("--duree", type=float, default=300.0)
    parser.add_argument("--chauffe", type=float, default=60.0, help="secondes qui ne comptent pas")
    parser.add_argument(
        "--neuves", type=float, default=0.3, help="part d’adresses que personne n’a demandées"
    )
    parser.add_argument("--ecritures", type=float, default=120.0, help="secondes entre deux écritures")
    parser.add_argument("--lents", type=int, default=100)
    parser.add_argument("--graine", type=int, default=59)
    parser.add_argument("--port", type=int, default=28430)
    parser.add_argument("--gunicorn", nargs="*", default=[], help="options de plus, sans leurs tirets")
    parser.add_argument("--sortie", type=Path, help="où écrire chaque mesure, en JSON")
    return parser.parse_args()


def main() -> None:
    """Prepare once, measure each, write and print."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is stopped
    options = read_options()
    options.gunicorn = [f"--{told}" for told in options.gunicorn]
    options.var.mkdir(parents=True, exist_ok=True)
    found = []
    with prepared(options.atlas, options.source, options.var) as install:
        for name in options.mesures:
            told = couts.measure(install, options) if name == "couts" else measure(name, install, options)
            path = (options.sortie or options.var) / f"{name}.json"
            path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
            found.append(told)
            print(tables.describe(told), flush=True)


if __name__ == "__main__":
    main()
