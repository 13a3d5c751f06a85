"""``python -m bench.france``: the national plan in docs/france.md, from builds measured at several sizes.

Each size is the Nord with some of its communes and a grid of so many 200 m cells in each km², inside and
around, drawn from its 1 km grid; rows far away stand for the rest of the country in national files. Each
build runs in a process of its own. Processor time is fitted, since other work may share the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from string import Template
from typing import Any, Final

import numpy as np
import polars as pl
from scipy.optimize import nnls

from bench.cas import FOLDER
from bench.mesures import memory_gb, peak_gb, processor
from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes.grille import BUFFER_DEGREES
from maillage.atlas.reseau.osm import build_reseau
from maillage.catalogue.departements import list_all
from maillage.francais import nombre

RESULTS = FOLDER / "resultats" / "france"
PAGE = Path("docs/france.md")
PEOPLE_MAX: Final = 400
SIDE_M: Final = 200
KM_PER_DEGREE: Final = 111.2
LATITUDE_SHRINK: Final = 0.7
"""Kilometres of a degree of longitude, to one of latitude, in the middle of France."""


@dataclass(frozen=True)
class Taille:
    """A size measured: cells per km² inside and around, share of communes, rows of elsewhere."""

    dedans: int
    autour: int
    communes: float = 1.0
    ailleurs: int = 0


SIZES: Final = {
    "tiers": Taille(5, 1, 1 / 3),
    "communes": Taille(5, 1),
    "dedans": Taille(13, 1, 1 / 3),
    "autour": Taille(5, 4, 1 / 3),
    "lignes": Taille(5, 1, 1 / 3, 1_000_000),
    "grand": Taille(13, 4),
}
CONTROLE: Final = "grand"
"""The size that no slope is drawn from: it tells what they are worth."""
UNITS: Final = {
    "constante": ("par département", 1),
    "communes": ("pour 100 communes", 100),
    "carreaux": ("pour 10 000 carreaux dedans", 10_000),
    "autour": ("pour 10 000 carreaux autour", 10_000),
    "lignes": ("pour 1 million de lignes lues", 1_000_000),
}
VARIABLES: Final = tuple(UNITS)
FITTED: Final = ("processeur_s", "crete_go", "disque_mo")
Figures = dict[str, dict[str, Any]]


def draw_grid(cells: pl.DataFrame, size: Taille, rng: np.random.Generator) -> pl.DataFrame:
    """So many 200 m cells in each km², its people shared at random (few enough to be plausible)."""
    counts = np.where(cells["dans_le_nord"].to_numpy(), size.dedans, size.autour)
    row = np.repeat(np.arange(cells.height), counts)
    spot = np.concatenate([rng.permutation(25)[:count] for count in counts])
    x = cells["x_3035"].to_numpy()[row] + SIDE_M * (spot % 5)
    y = cells["y_3035"].to_numpy()[row] + SIDE_M * (spot // 5)
    share = rng.exponential(size=len(row))
    share /= np.bincount(row, share, cells.height)[row]
    people = np.minimum(cells["population"].to_numpy()[row] * share, PEOPLE_MAX)
    far = np.arange(size.ailleurs)
    x, y = np.append(x, 3_300_000 + SIDE_M * (far % 2500)), np.append(y, 2_100_000 + SIDE_M * (far // 2500))
    people = np.append(people, np.ones(size.ailleurs))
    return pl.DataFrame({"x": x, "y": y, "ind": people.round(1)}).select(
        idcar_200m=pl.format("CRS3035RES200mN{}E{}", "y", "x"),
        ind="ind",
        ind_65_79=pl.col("ind") * 0.15,
        ind_80p=pl.col("ind") * 0.05,
    )


def write_sources(data: Path, folder: Path, size: Taille) -> None:
    """The Nord's files, linked; its list of communes cut, its grid drawn."""
    for path in data.iterdir():
        if path.name.startswith(("communes_59_", "bpe", "france_", "etab", "gares", "cons", "temps")):
            (folder / path.name).symlink_to(path)
    (folder / "communes_59.geojson").symlink_to(data / "communes_59.geojson")
    communes = pl.read_csv(data / "communes_59.csv", infer_schema=False)
    communes.head(round(communes.height * size.communes)).write_csv(folder / "communes_59.csv")
    cells = pl.read_parquet(data / "carreaux_1km_2021.parquet")
    draw_grid(cells, size, np.random.default_rng(59)).write_csv(folder / "carreaux_200m_met.csv")


def measure(name: str, data: Path) -> dict[str, Any]:
    """One build, in this process."""
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "sources", Path(place) / "59"
        folder.mkdir()
        write_sources(data, folder, SIZES[name])
        before, start = used_s(), time.perf_counter()
        atlas = build("59", folder, out, Parametres(relief="plaine"))
        wall_s = time.perf_counter() - start
        cells = atlas.carreaux()
        inside = int(cells["dans_departement"].sum())
        return {
            "communes": atlas.territoires("commune").height,
            "carreaux": inside,
            "autour": cells.height - inside,
            "lignes": pl.scan_csv(folder / "carreaux_200m_met.csv").select(pl.len()).collect().item(),
            "processeur_s": used_s() - before,
            "horloge_s": wall_s,
            "crete_go": peak_gb(),
            "disque_mo": sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6,
        }


def measure_roads(data: Path) -> dict[str, Any]:
    """The network of the largest real extract at hand, by car."""
    extract = data / "osm" / "andorra.osm.pbf"
    with tempfile.TemporaryDirectory() as place:
        build_reseau(data / "osm" / "saint_barthelemy.osm.pbf", ["voiture"], Path(place) / "avant")
        before = used_s()
        network = build_reseau(extract, ["voiture"], Path(place) / "reseau")
        size = sum(path.stat().st_size for path in (Path(place) / "reseau").rglob("*") if path.is_file())
        nodes = int(network.report("voiture")["n_nodes"])
        return {
            "extrait_mo": extract.stat().st_size / 1e6,
            "noeuds": nodes,
            "processeur_s": used_s() - before,
            "disque_mo": size / 1e6,
        }


def used_s() -> float:
    """Processor time of this process and of those it waited for."""
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def fit(figures: list[dict[str, Any]], what: str) -> dict[str, float]:
    """Least squares without a negative slope: ``what`` = constante + Σ slope × size."""
    sizes = np.array([[1.0, *(one[name] for name in VARIABLES[1:])] for one in figures])
    scale = sizes.max(axis=0)
    slopes, _ = nnls(sizes / scale, np.array([one[what] for one in figures]))
    return dict(zip(VARIABLES, (slopes / scale).tolist(), strict=True))


def apply(slopes: Mapping[str, float], sizes: Mapping[str, float]) -> float:
    """A fitted figure at other sizes."""
    return sum(slope * sizes.get(name, 1.0) for name, slope in slopes.items())


def ratio_around() -> float:
    """Cells around to cells inside, over the country: a square of each area, and its buffer."""
    north_south, east_west = (2 * BUFFER_DEGREES * KM_PER_DEGREE * shrink for shrink in (1, LATITUDE_SHRINK))
    areas = [one.superficie_km2 for one in list_all().values() if one.metropolitain]
    seen = sum((sqrt(area) + north_south) * (sqrt(area) + east_west) for area in areas)
    return seen / sum(areas) - 1


def run(name: str) -> dict[str, Any]:
    """A measure in a process of its own, kept."""
    kept = RESULTS / f"{name}.json"
    if not kept.is_file():
        command = [sys.executable, "-W", "ignore", "-m", "bench.france", "--mesure", name]
        answer = subprocess.run(command, check=True, capture_output=True, text=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(answer.stdout, "utf-8")
    found: dict[str, Any] = json.loads(kept.read_text("utf-8"))
    return found


def write_page(figures: Figures, roads: dict[str, Any]) -> None:
    """The page of documentation: the model beside this file, with its figures."""
    plan = tomllib.loads(Path(__file__).with_name("france.toml").read_text("utf-8"))
    model = Template(Path(__file__).with_name("france.modele.md").read_text("utf-8"))
    fitted = [one for name, one in figures.items() if name != CONTROLE]
    slopes = {what: fit(fitted, what) for what in FITTED}
    words = {
        "machine": f"{processor()}, {os.cpu_count()} cœurs, {memory_gb()} Go",
        "mesures": "\n".join(map(tell_measure, figures.values())),
        "pentes": "\n".join(tell_slopes(slopes)),
        "nombre": nombre(len(fitted)),
        "controle": tell_control(slopes, figures[CONTROLE]),
        "hypotheses": "\n".join(tell_hypotheses(plan)),
    }
    PAGE.write_text(
        model.substitute(words | tell_plan(slopes, plan, figures[CONTROLE]) | tell_roads(roads, plan)),
        "utf-8",
    )


def tell_measure(one: dict[str, Any]) -> str:
    """A row of what was measured."""
    decimals = {"processeur_s": 1, "crete_go": 2}
    return " ".join(f"| {nombre(figure, decimals.get(name, 0))}" for name, figure in one.items()) + " |"


def tell_slopes(slopes: dict[str, dict[str, float]]) -> Iterator[str]:
    """The fitted slopes, in readable units."""
    for name, (label, by) in UNITS.items():
        cpu, memory, disk = (slopes[what][name] * by for what in FITTED)
        yield f"| {label} | {nombre(cpu, 2)} | {nombre(memory, 3)} | {nombre(disk, 2)} |"


def tell_control(slopes: dict[str, dict[str, float]], measured: dict[str, Any]) -> str:
    """What the slopes say of the size that they were not drawn from, and what was measured."""
    units = (("processeur_s", "s", 0), ("crete_go", "Go", 1), ("disque_mo", "Mo", 0))
    return " ; ".join(
        f"{nombre(apply(slopes[what], measured), digits)} {unit} prévus, "
        f"{nombre(measured[what], digits)} {unit} mesurés"
        for what, unit, digits in units
    )


def tell_hypotheses(plan: dict[str, Any]) -> Iterator[str]:
    """What is supposed, and whether it was read at its source."""
    for one in plan.values():
        values = [
            nombre(value, 2 if value < 1 else 0) for value in one.values() if type(value) in (int, float)
        ]
        known = "oui" if one["confirme"] else "non"
        yield f"| {one['unite']} | {' ; '.join(values)} | {one['date']} | {one['source']} | {known} |"


def tell_plan(
    slopes: dict[str, dict[str, float]], plan: dict[str, Any], measured: dict[str, Any]
) -> dict[str, str]:
    """The country, its largest département, and what they cost; times longer as the control's was, if so."""
    margin = max(1.0, measured["processeur_s"] / apply(slopes["processeur_s"], measured))
    n, around, big, price = len(list_all()), ratio_around(), plan["plus_grand"], plan["prix"]
    cells, communes, rows = (plan[name]["valeur"] for name in ("carreaux", "communes", "lignes"))
    whole = {
        "constante": n,
        "communes": communes,
        "carreaux": cells,
        "autour": cells * around,
        "lignes": rows * n,
    }
    alone = {
        "communes": big["communes"],
        "carreaux": big["carreaux"],
        "autour": big["carreaux"] * around,
        "lignes": rows,
    }
    seconds, disk_go = apply(slopes["processeur_s"], whole), apply(slopes["disque_mo"], whole) / 1000
    hours = seconds * margin / 3600
    return {
        "departements": nombre(n),
        "pentes_heures": nombre(seconds / 3600, 1),
        "marge": nombre(100 * (margin - 1)),
        "heures": nombre(hours, 1),
        "minutes": nombre(hours * 60 / n, 1),
        "part_lignes": nombre(100 * slopes["processeur_s"]["lignes"] * whole["lignes"] / seconds),
        **{f"h{cores}": nombre(hours / cores, 1) for cores in (2, 8, 32)},
        "grand_minutes": nombre(apply(slopes["processeur_s"], alone) * margin / 60, 1),
        "grand_go": nombre(apply(slopes["crete_go"], alone), 1),
        "grand_mo": nombre(apply(slopes["disque_mo"], alone)),
        "disque_go": nombre(disk_go, 1),
        "prix_heure": nombre(price["coeur_heure"], 2),
        "prix_go": nombre(price["go_mois"], 2),
        "cout": nombre(hours * price["coeur_heure"], 2),
        "garde": nombre(disk_go * price["go_mois"] * 12, 2),
        "autour": nombre(around, 2),
    }


def tell_roads(roads: dict[str, Any], plan: dict[str, Any]) -> dict[str, str]:
    """The network measured, and the country's in proportion."""
    times = plan["osm"]["valeur"] / roads["extrait_mo"]
    return {
        "osm_mo": nombre(roads["extrait_mo"], 1),
        "osm_noeuds": nombre(roads["noeuds"]),
        "osm_s": nombre(roads["processeur_s"], 2),
        "osm_disque": nombre(roads["disque_mo"], 1),
        "france_h": nombre(roads["processeur_s"] * times / 3600, 1),
        "france_go": nombre(roads["disque_mo"] * times / 1000, 1),
    }


def main() -> None:
    """Measure what is not yet, then write the page; ``--mesure``: one, in this process, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mesure", choices=[*SIZES, "routes"])
    asked = parser.parse_args().mesure
    data = Path(os.environ.get("MAILLAGE_DATA", "../shared/data")).absolute()
    if asked:
        print(json.dumps(measure_roads(data) if asked == "routes" else measure(asked, data)))
        return
    write_page({name: run(name) for name in SIZES}, run("routes"))


if __name__ == "__main__":
    main()
