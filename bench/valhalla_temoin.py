"""Times by Valhalla, in an environment of its own: ``python -I valhalla_temoin.py EXTRAIT < pairs > times``.

Reads {"auto": [[lon, lat, lon, lat], …], …} and writes {"auto": [seconds or null, …], …}. Tiles are built
from the extract, without elevation, time zones, borders or traffic. Needs ``valhalla.requirements.txt`` and
nothing of Maillage. Isolated (-I), since the bench has a ``valhalla`` of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import valhalla
from valhalla.config import get_config


def build_tiles(extract: Path, folder: Path) -> Path:
    """The configuration of freshly built tiles."""
    (folder / "tiles").mkdir()
    config: dict[str, Any] = get_config(tile_extract="", tile_dir=str(folder / "tiles"), verbose=False)
    config["mjolnir"] |= {"admin": "", "timezone": "", "traffic_extract": "", "concurrency": 1}
    path = folder / "valhalla.json"
    path.write_text(json.dumps(config), "utf-8")
    builder = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    command = [str(builder), "-c", str(path), str(extract)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return path


def ask(actor: Any, costing: str, pair: list[float]) -> float | None:
    """Seconds of one trip, None where there is none."""
    spots = [{"lon": pair[0], "lat": pair[1]}, {"lon": pair[2], "lat": pair[3]}]
    try:
        answer = actor.route({"locations": spots, "costing": costing, "directions_type": "none"})
    except RuntimeError:
        return None
    return float(answer["trip"]["summary"]["time"])


def main() -> None:
    """Answer all pairs; what the library prints goes to the error stream."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        actor = valhalla.Actor(str(build_tiles(Path(sys.argv[1]), Path(folder))))
        times = {costing: [ask(actor, costing, pair) for pair in pairs] for costing, pairs in asked.items()}
    json.dump(times | {"version": valhalla.__version__}, out)
    out.close()


if __name__ == "__main__":
    main()
