"""One gives each command forty wrong arguments, files, disks, outputs: it says so and leaves nothing.

No traceback; exit code 1 or 2 and a French message where the thing is wrong; nothing left behind; bounded
time. A new command joins by itself. ``make attaques`` tries all; elsewhere each command meets five, in turn.
``python -m tests.attaques.test_commandes`` tries every parameter and prints the table.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest

from tests.attaques.commandes.lignes import list_commandes
from tests.attaques.commandes.torts import ATTAQUES

ROOT = Path(__file__).parents[2]
PARTS = 2
TURNS = int(os.environ.get("MAILLAGE_TOURS", "8"))
"""1: forty attacks on each command (``make attaques``); 8: five on each, others on its neighbours."""
Verdicts = dict[str, list[dict[str, object]]]


def start(*arguments: str) -> subprocess.Popen[str]:
    """The bench in a process of its own; root is denied what it would be allowed above its rights."""
    root = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.Popen(
        [*root, sys.executable, "-m", "tests.attaques.commandes.banc", *arguments],
        env=os.environ | {"PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"},
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def attack_all(folder: Path, atlas: Path, sources: Path, share: str, *base: str) -> Verdicts:
    """Command → the verdict of each attack; ``base``: where the good install begins, migrated already."""
    making = start(str(folder), "bon", str(atlas), str(sources), *base)
    making.communicate()
    assert making.returncode == 0
    workers = [start(str(folder), str(part), str(PARTS), share) for part in range(PARTS)]
    lines = [line for worker in workers for line in worker.communicate()[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0] * PARTS
    found: Verdicts = defaultdict(list)
    for verdict in map(json.loads, lines):
        found[verdict["commande"]].append(verdict)
    return found


@pytest.fixture(scope="session")
def verdicts(petit_atlas, une_fois, base_migree) -> Verdicts:
    def make(folder: Path) -> None:
        place = petit_atlas.dossier
        sources = place.parent / "sources"
        found = attack_all(folder / "banc", place, sources, str(TURNS), str(base_migree))
        shutil.rmtree(folder / "banc", ignore_errors=True)
        (folder / "verdicts.json").write_text(json.dumps(found), "utf-8")

    found: Verdicts = json.loads((une_fois("commandes", make) / "verdicts.json").read_text("utf-8"))
    return found


def test_there_are_forty_attacks() -> None:
    assert len({attaque.nom for attaque in ATTAQUES}) == 40


@pytest.mark.lent
@pytest.mark.parametrize("commande", [commande.nom for commande in list_commandes()])
def test_a_command_withstands_forty_wrong_things(verdicts: Verdicts, commande: str) -> None:
    assert len(verdicts[commande]) == 40 // TURNS
    assert [fault for verdict in verdicts[commande] for fault in verdict["fautes"]] == []


def print_table(found: Verdicts) -> None:
    """One row a command: tries, refused in words, done all the same, faults."""
    print("| commande | essais | refusés | sans objet pour elle | fautes |\n|---|---|---|---|---|")
    for commande, verdicts in sorted(found.items()):
        tries, refused = (sum(int(str(v[key])) for v in verdicts) for key in ("essais", "refus"))
        faults = [fault for v in verdicts for fault in v["fautes"]]  # type: ignore[attr-defined]
        print(f"| `{commande}` | {tries} | {refused} | {tries - refused} | {len(faults)} |")
        print("\n".join(faults), file=sys.stderr)


if __name__ == "__main__":
    from maillage.atlas.construction.build import build
    from maillage.atlas.construction.parametres import Parametres
    from tests.petit_monde import write_sources

    with tempfile.TemporaryDirectory(prefix="maillage-commandes-", ignore_cleanup_errors=True) as name:
        work = Path(name)
        sources = write_sources(work / "sources")
        build("59", sources, work / "atlas", Parametres(tuiles=False))
        print_table(attack_all(work / "banc", work / "atlas", sources, "tout"))
