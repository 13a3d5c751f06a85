"""What gradients change, on an invented relief: the figures of docs/pentes.md, made again.

    python -m bench.pentes --from DONNEES [--ecrire]

Real extracts (``DONNEES/osm``), a stated relief written as IGN writes its grids, trips drawn by a seed: the
ratios show the mechanism, and say nothing of these places.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.reseau.fichiers import Reseau
from maillage.atlas.reseau.osm import build_reseau
from maillage.catalogue.altitudes import list_projections
from maillage.francais import nombre
from maillage.network.travel_times import Points, Sites
from maillage.sources.altitudes import read_header, read_heights
from maillage.sources.osm.assemblage import read_osm
from maillage.sources.projections import from_wgs84

PAGE = Path(__file__).parents[1] / "docs/pentes.md"
TITRE = "## Ce que cela change, sur un relief inventé"
EXTRAITS = {"Andorre": ("andorra", "LAMB93"), "Saint-Barthélemy": ("saint_barthelemy", "RGAF09UTM20")}
MODELE = """\
Fait par `python -m bench.pentes`. Les extraits réels d’Andorre et de Saint-Barthélemy, et un relief
**inventé** : des ondes de {ondes}, et un bruit de {bruit} m, graine {graine}, pas de {pas} m.
Ces rapports montrent le mécanisme, et ne disent rien de ces lieux. Trajets de plus de {plat} min à plat entre
{n} carrefours tirés au hasard ; rapport du temps avec les altitudes au temps sans.

| | rapport médian | de 10 à 90 % | aller sur retour, 9 sur 10 sous |
|---|---:|---:|---:|"""
MODES = {"marche": "à pied", "velo": "à vélo"}
GRAINE = 178
PAS_M, COTE = 5, 1000  # metres between cells, cells on a side of a tile
ONDES = ((9_000, 110, 0.4), (2_500, 22, 1.1), (700, 3, 2.0))  # length and height of waves (m), where they run
BRUIT_M = 0.3
CARREFOURS, PLAT_MIN = 40, 10
HORIZON_DS = 100 * 36_000


@dataclass(frozen=True)
class Mesure:
    """One place and one mode: median ratio, its tenth and ninetieth percent, that of a trip to its return."""

    qui: str
    rapports: tuple[float, float, float]
    retour: float
    n: int

    def write(self) -> str:
        """A row of the table."""
        median, low, high = (nombre(value, 2) for value in self.rapports)
        return f"| {self.qui} | {median} | {low} à {high} | {nombre(self.retour, 2)} |"


def relief(x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Metres of the ground: waves that run aslant, and a noise of its own in each cell."""
    ground = np.full(np.broadcast_shapes(x.shape, y.shape), 500.0)
    for length_m, height_m, angle in ONDES:
        turn = 2 * np.pi / length_m
        along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
        ground += height_m * np.sin(turn * along) * np.cos(turn * across)
    return ground + rng.normal(0, BRUIT_M, ground.shape)


def write_tiles(folder: Path, roads: Points, projection: str) -> list[Path]:
    """The tiles that hold roads, named as IGN names them."""
    epsg = next(one.epsg for one in list_projections() if one.nom == projection)
    side = PAS_M * COTE
    x, y = from_wgs84(roads.lon, roads.lat, epsg)
    places = np.unique(np.stack([np.floor(x / side), np.floor(y / side)], axis=1).astype(int), axis=0)
    folder.mkdir()
    return [write_tile(folder, (int(left) * side, int(low) * side), projection) for left, low in places]


def write_tile(folder: Path, corner: tuple[int, int], projection: str) -> Path:
    """One tile from its south-western corner (metres), its own noise drawn by where it is."""
    left, low = corner
    step = np.arange(COTE) * PAS_M
    rng = np.random.default_rng([GRAINE, *(value % 2**32 for value in corner)])
    heights = relief((left + step)[None, :], (low + step)[::-1, None], rng)
    path = folder / f"RGEALTI_FXX_{left // 1000:04}_{low // 1000:04}_MNT_{projection}_ESSAI.asc"
    head = f"ncols {COTE}\nnrows {COTE}\nxllcorner {left - PAS_M / 2}\nyllcorner {low - PAS_M / 2}\n"
    head += f"cellsize {PAS_M}\nNODATA_value -99999\n"
    body = pl.DataFrame(heights).write_csv(include_header=False, separator=" ", float_precision=2)
    path.write_text(head + body, "ascii")
    return path


def measure(name: str, extract: Path, tiles: Path, work: Path) -> Iterator[Mesure]:
    """The same trips without heights and with them, one measure per mode."""
    flat = build_reseau(extract, MODES, work / "plat")
    high = build_reseau(extract, MODES, work / "haut", altitudes=tiles)
    for mode, words in MODES.items():
        level, steep = flat.load(mode), high.load(mode)
        ends = draw(level)
        before, after = (ask(one, ends) for one in (level, steep))
        far = (before >= 600 * PLAT_MIN) & np.isfinite(before)
        ratio = (after / before)[far]
        back = after / after.T
        both = np.maximum(back, 1 / back)[far & far.T & np.triu(np.ones_like(far))]
        low, median, high_end = np.percentile(ratio, (10, 50, 90))
        spread = float(median), float(low), float(high_end)
        yield Mesure(f"{name}, {words}", spread, float(np.percentile(both, 90)), len(ratio))


def draw(reseau: Reseau) -> Points:
    """Crossings drawn by the seed."""
    rng = np.random.default_rng(GRAINE)
    chosen = rng.choice(reseau.graphe.n_nodes, CARREFOURS, replace=False)
    return Points(reseau.graphe.lon[chosen].astype(float), reseau.graphe.lat[chosen].astype(float))


def ask(reseau: Reseau, ends: Points) -> NDArray[np.float64]:
    """Deciseconds from each place to each other; not a number where there is no way."""
    sites = Sites(ends, np.zeros(len(ends), np.int32), 1)
    found = reseau.times(ends).within(sites, HORIZON_DS)
    times = np.full((len(ends), len(ends)), np.nan)
    origin = np.repeat(np.arange(len(ends)), np.diff(found.indptr))
    times[origin, found.site] = found.time_ds
    np.fill_diagonal(times, np.nan)
    return times


def time_reading(tiles: list[Path]) -> str:
    """What reading the tiles costs, in words."""
    start = time.process_time()
    for path in tiles:
        read_heights(read_header(path))
    spent = time.process_time() - start
    weight = sum(path.stat().st_size for path in tiles) / 1e6
    what = f"{len(tiles)} dalles d’un million de points ({nombre(weight)} Mo)"
    return f"Lire {what} prend {nombre(spent)} s de processeur par mode, une dalle en mémoire à la fois."


def describe(rows: list[Mesure], reading: str) -> str:
    """The part of the page that this script makes."""
    waves = [f"{nombre(length)} m de long et {nombre(height)} m de haut" for length, height, _ in ONDES]
    told = MODELE.format(
        ondes=", ".join(waves),
        bruit=nombre(BRUIT_M, 1),
        graine=GRAINE,
        pas=PAS_M,
        plat=PLAT_MIN,
        n=CARREFOURS,
    )
    return "\n".join((TITRE, "", told, *(row.write() for row in rows), "", reading, ""))


def main() -> None:
    """Print the part of the page, or write it there."""
    parser = argparse.ArgumentParser(prog="python -m bench.pentes", description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, required=True, help="dossier des données réelles")
    parser.add_argument("--ecrire", action="store_true", help="écrire dans docs/pentes.md")
    asked = parser.parse_args()
    rows, reading = [], ""
    for name, (file, projection) in EXTRAITS.items():
        with tempfile.TemporaryDirectory() as work:
            extract, place = asked.source / "osm" / f"{file}.osm.pbf", Path(work)
            held = read_osm(extract)
            tiles = write_tiles(place / "dalles", Points(held.lon, held.lat), projection)
            reading = reading or time_reading(tiles)
            rows += measure(name, extract, place / "dalles", place)
    part = describe(rows, reading)
    print(part, *(f"{row.qui} : {row.n} trajets" for row in rows), sep="\n")
    if asked.ecrire:
        before = PAGE.read_text("utf-8").partition(TITRE)[0]
        PAGE.write_text(before + part, "utf-8")


if __name__ == "__main__":
    main()
