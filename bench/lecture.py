"""What reading extracts costs: processor and peak memory, each extract in a process of its own.

python -m bench.lecture FICHIER… [--json]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from maillage.sources.osm.assemblage import read_osm
from maillage.sources.osm.lecture import STAGE


def measure(path: Path) -> dict[str, Any]:
    """Read one extract here."""
    told: list[tuple[str, int, int | None]] = []
    start = time.process_time()
    extract = read_osm(path, lambda *call: told.append(call))
    spent = time.process_time() - start
    return {
        "fichier": path.name,
        "mo": path.stat().st_size / 1e6,
        "voies": len(extract.way_id),
        "noeuds": len(extract.node_id),
        "processeur_s": spent,
        "memoire_mo": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "octets_dits": max(done for stage, done, _ in told if stage == STAGE),
    }


def main() -> None:
    """Measure each extract in its own process."""
    parser = argparse.ArgumentParser(prog="python -m bench.lecture", description=__doc__)
    parser.add_argument("fichiers", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--ici", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.ici:
        print(json.dumps(measure(asked.fichiers[0])))
        return
    rows = []
    for path in asked.fichiers:
        command = [sys.executable, "-m", "bench.lecture", "--ici", str(path)]
        rows.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    if asked.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        size, nodes = f"{row['mo']:.1f} Mo", f"{row['noeuds']} nœuds de routes"
        print(f"{row['fichier']} : {size}, {nodes}, {row['processeur_s']:.1f} s, {row['memoire_mo']:.0f} Mo")


if __name__ == "__main__":
    main()
