"""Random scenarios held to full recomputation: every kind of edit, in any order, some taken back.

    python -m bench.scenarios_au_hasard [--nombre N] [--depuis SEED] [--temps routes|estimes] [--sources DIR]

Each scenario is tried in memory as pages and commands try it, then its list of places, and its roads, are
given to the stages of a build, which keep nothing from the atlas: every figure of every niveau, every
judgement, every time and nearest place must be the same to the last bit. Places are those of the embedded
example, or of ``--sources``; the roads are the example's. Ends with 1 at the first difference; ``--depuis``
goes on from a seed.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np

from bench.tirage import draw
from maillage.atlas.construction.build import ETAPES, build, describe_entrees
from maillage.atlas.construction.entrees import Entrees, read_entrees
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.places import give_places, read_places
from maillage.atlas.construction.stages import Lot, Silence, StageRunner, frame_of
from maillage.atlas.etapes.lieux import make_lieux
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.lots import open_networks, open_timetables
from maillage.atlas.reseau.entree import add_network
from maillage.atlas.reseau.osm import open_reseau
from maillage.cli.demo import build_roads
from maillage.scenarios.fichier import read_scenario, write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.simulation import Simulation, try_on

EXEMPLE = Path(str(files("maillage.sources") / "jeu_essai"))
DEPARTEMENT = "59"
SANS_TUILES = Parametres(tuiles=False).settle(DEPARTEMENT)
COMPARED = ("offre", "durees", "marche", "indicateurs", "deficits")
UNDONE = 0.25  # of the edits, taken back as soon as made; half of those are made again
MOST = 6  # edits drawn for one scenario


@dataclass(frozen=True)
class Monde:
    """An atlas, and what its stages are given again: its sources read, its territories."""

    atlas: Atlas
    entrees: Entrees
    lieux: Lot


def open_monde(folder: Path, sources: Path, *, roads: bool) -> Monde:
    """Build the atlas that scenarios start from."""
    reseau = build_roads(EXEMPLE, folder / "reseau", Silence()) if roads else None
    atlas = build(DEPARTEMENT, sources, folder / "atlas", SANS_TUILES, reseau=reseau)
    network = open_reseau(reseau) if reseau else None
    entrees = add_network(read_entrees(DEPARTEMENT, sources), network)
    lieux = make_lieux({"entrees": entrees.lot}, {"nom": entrees.nom})
    return Monde(atlas, entrees, lieux)


def draw_history(atlas: Atlas, seed: int) -> Scenario:
    """What remains of random edits once some of them were taken back.

    Raises:
        AssertionError: taking an edit back did not give the scenario of before.
    """
    rng = random.Random(seed)
    drawn = draw(atlas, seed, n=rng.randint(1, MOST))
    kept = Scenario(nom=drawn.nom)
    for edit in drawn.modifications:
        before, kept = kept, kept.add(edit)
        if rng.random() < UNDONE:
            kept = kept.undo()
            if kept != before:
                raise AssertionError(f"seed {seed}: an edit taken back leaves something")
            kept = kept.add(edit) if rng.random() < 0.5 else kept
    return read_scenario(write_scenario(kept))


def recompute(monde: Monde, simulation: Simulation, folder: Path) -> Mapping[str, Lot]:
    """The lots of a build on the list of places and the roads of a scenario."""
    file = folder / "offre.parquet"
    simulation.application.offre.write_parquet(file)
    entrees = give_places(monde.entrees, read_places(file))
    runner = StageRunner(SANS_TUILES.as_dict() | describe_entrees(entrees), Silence())
    runner.put("entrees", entrees.lot, "")
    altered = simulation.evaluated.reseau
    runner.put("reseau", open_networks(monde.atlas) if altered is None else altered, "")
    runner.put("horaires", open_timetables(monde.atlas), "")
    runner.put("lieux", monde.lieux, "")
    runner.run(etape for etape in ETAPES if etape.nom in COMPARED)
    return runner.lots


def list_differences(simulation: Simulation, lots: Mapping[str, Lot]) -> Iterator[str]:
    """What a scenario in memory and a recomputation disagree on; nothing when they are equal."""
    evaluated, durees = simulation.evaluated, lots["durees"]
    if simulation.refus:
        yield f"refus : {simulation.refus}"
    for niveau in evaluated.calcul.niveaux:
        if not evaluated.whole(niveau).equals(frame_of(lots["indicateurs"], niveau)):
            yield f"indicateurs {niveau}"
    if not evaluated.deficits().equals(frame_of(lots["deficits"], "deficits")):
        yield "deficits"
    found = evaluated.durees
    if list(found.types) != frame_of(durees, "types")["type"].to_list():
        yield "types"
    elif not np.array_equal(found.time_ds, durees["time_ds"]) or not np.array_equal(
        found.site, durees["site"]
    ):
        yield "durees"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.scenarios_au_hasard", description=__doc__)
    parser.add_argument("--nombre", type=int, default=1000)
    parser.add_argument("--depuis", type=int, default=0, help="the first seed")
    parser.add_argument("--temps", choices=("routes", "estimes"), default="routes")
    parser.add_argument("--sources", type=Path, default=EXEMPLE)
    asked = parser.parse_args()
    kinds: Counter[str] = Counter()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        monde = open_monde(folder, asked.sources, roads=asked.temps == "routes")
        for done, seed in enumerate(range(asked.depuis, asked.depuis + asked.nombre), start=1):
            simulation = try_on(monde.atlas, draw_history(monde.atlas, seed))
            kinds.update(edit.cle for edit in simulation.scenario.modifications)
            wrong = list(list_differences(simulation, recompute(monde, simulation, folder)))
            if wrong:
                raise SystemExit(f"seed {seed}: {', '.join(wrong)}\n{write_scenario(simulation.scenario)}")
            if done % 10 == 0 or done == asked.nombre:
                spent, load = time.perf_counter() - begun, os.getloadavg()[0]
                print(f"{done} égaux ({asked.temps}), {spent:.0f} s, charge {load:.1f}", flush=True)
    print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    main()
