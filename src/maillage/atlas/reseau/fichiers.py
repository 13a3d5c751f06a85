"""A factorised road network on disk: plain ``.npy`` files, mapped into memory when opened.

``reseau/<mode>/`` holds one file per array (``graphe.lon.npy``, ``facteur.up.head.npy``…) and ``reseau.json``
with the mode and its access leg. Opening reads no array: pages come in as sweeps touch them, and processes on
one machine share them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.format import FORMAT_RESEAU, RESEAU
from maillage.atlas.lecture.ouvert import check_network
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.attach import NearestRoad, index_roads
from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import Factor, Pattern, Triangle, customise
from maillage.network.routes.graph import MAX_WEIGHT_DS, Climbs, Graph, Ways
from maillage.network.shapes import Shapes, close_roads
from maillage.network.travel_times import Fiabilite, Points

Part = TypeVar("Part")
Get = Callable[[str], NDArray[Any]]


@dataclass(frozen=True)
class Reseau:
    """The roads of one ``mode``, factorised; a straight leg to them at ``acces_kmh``, to ``acces_max_m``."""

    mode: str
    fiabilite: Fiabilite
    acces_kmh: float
    acces_max_m: float
    graphe: Graph
    formes: Shapes
    motif: Pattern
    facteur: Factor

    def attach(self) -> NearestRoad:
        """Put points on the nearest road."""
        return index_roads(self.formes, self.acces_kmh, self.acces_max_m)

    def times(self, origins: Points) -> RoadTimes:
        """Travel times from these origins."""
        attach = self.attach()
        return RoadTimes(self.graphe, self.facteur, attach, attach(origins), self.fiabilite)

    def with_weights(self, weight_ds: NDArray[np.uint32]) -> Reseau:
        """Other speeds, or a road closed (a weight of ``MAX_WEIGHT_DS``): customised anew, the order kept.

        Places beside a road closed both ways go to the nearest one that is open.
        """
        graphe = Graph(**{**_by_name(self.graphe), "weight_ds": weight_ds, "ways": None})
        shut = weight_ds >= MAX_WEIGHT_DS
        both = shut & ((graphe.reverse < 0) | shut[graphe.reverse])
        changed = {
            "graphe": graphe,
            "facteur": customise(self.motif, graphe),
            "formes": close_roads(self.formes, both[: self.formes.n_roads]),
        }
        return Reseau(**{**_by_name(self), **changed})


def save_network(folder: Path, reseau: Reseau) -> dict[str, dict[str, Any]]:
    """Write into ``folder``, made if need be; what the manifest says of each file (lignes, sha256)."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, array in list_arrays(reseau):
        path = folder / f"{name}.npy"
        np.save(path, array)
        entries[path.name] = {"lignes": len(array), "sha256": _hash(path)}
    scalars = describe(reseau)
    path = folder / RESEAU
    path.write_text(
        json.dumps({"format": FORMAT_RESEAU, **scalars}, indent=2, sort_keys=True) + "\n", "utf-8"
    )
    return entries | {RESEAU: {"lignes": None, "sha256": _hash(path)}}


def describe(reseau: Reseau) -> dict[str, Any]:
    """What is not an array: mode, reliability, the straight leg."""
    return {name: value for name, value in _by_name(reseau).items() if isinstance(value, str | float | int)}


def open_network(folder: Path) -> Reseau:
    """Map the network of ``folder``.

    Raises:
        EntreeInvalide: there is none, a file is missing, or its format is another.
    """
    try:
        described = json.loads((folder / RESEAU).read_text("utf-8"))
        check_network(folder / RESEAU)
        former = described.pop("format") < FORMAT_RESEAU
        names = {path.stem for path in folder.glob("*.npy")}

        def get(name: str) -> NDArray[Any]:
            if former and name == "graphe.standing":
                return _find_standing(get("graphe.leaving"))
            return _map(folder / f"{name}.npy")

        return assemble(get, described, names)
    except (OSError, ValueError, KeyError, TypeError) as error:
        advice = "Indiquez un dossier écrit par « maillage network build »."
        raise EntreeInvalide(f"{folder} ne contient pas de réseau lisible. {advice}") from error


def _find_standing(leaving: NDArray[np.int32]) -> NDArray[np.int32]:
    """The arc on which those of each arc stand, when a road has one copy by which they set out.

    >>> _find_standing(np.array([4, 1, 2, 3, 4, 5], np.int32)).tolist()  # those of arc 0 set out by arc 4
    [0, 1, 2, 3, 0, 5]
    """
    standing = np.arange(len(leaving), dtype=np.int32)
    copied = np.flatnonzero(leaving != standing)
    standing[leaving[copied]] = copied
    return standing


def assemble(get: Get, described: dict[str, Any], names: Container[str]) -> Reseau:
    """The network whose arrays ``get`` finds, named as by :func:`list_arrays`: those of ``names`` are there.

    A network without heights, or whose times were changed, lacks some.
    """
    told, sloped = "graphe.ways.indptr" in names, "graphe.ways.climbs.flat_ds" in names
    climbs = _open(get, "graphe.ways.climbs", Climbs) if sloped else None
    ways = _open(get, "graphe.ways", Ways, climbs=climbs) if told else None
    graphe = _open(get, "graphe", Graph, ways=ways)
    motif = _open(get, "motif", Pattern)
    up, down = (_open(get, f"facteur.{half}", Triangle) for half in ("up", "down"))
    both_ways = get("formes.back_share") if "formes.back_share" in names else None
    formes = _open(get, "formes", Shapes, back_share=both_ways)
    return Reseau(
        graphe=graphe, formes=formes, motif=motif, facteur=Factor(motif.rank, up, down), **described
    )


def _open(get: Get, prefix: str, part: type[Part], **known: Any) -> Part:
    names = [name for name in _names(part) if name not in known]
    return part(**{name: get(f"{prefix}.{name}") for name in names}, **known)


def _map(path: Path) -> NDArray[Any]:
    """Mapped copy-on-write: writable for numba's sake, never written back."""
    try:
        return np.asarray(np.load(path, mmap_mode="c"))
    except ValueError:  # an empty array cannot be mapped; it is read
        return np.asarray(np.load(path))


def list_arrays(part: Any, prefix: str = "") -> Iterator[tuple[str, NDArray[Any]]]:
    """Every array of a part and of its parts, named by its path; ``facteur.rank`` is the pattern's."""
    for name, value in _by_name(part).items():
        path = f"{prefix}{name}"
        if isinstance(value, np.ndarray) and path != "facteur.rank":
            yield path, value
        elif is_dataclass(value) or hasattr(value, "_fields"):
            yield from list_arrays(value, f"{path}.")


def _by_name(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in _names(type(part))}


def _names(part: Any) -> tuple[str, ...]:
    return tuple(part._fields) if hasattr(part, "_fields") else tuple(field.name for field in fields(part))


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
