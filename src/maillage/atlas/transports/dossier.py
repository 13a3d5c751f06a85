"""Feeds joined into one folder: arrays that are mapped when opened, tables that name what they number.

``horaires/*.npy`` are the arrays of :class:`~maillage.network.timetables.timetable.Timetable`;
``arrets.parquet``, ``lignes.parquet``, ``courses.parquet`` hold one row per number. A stop's ``id`` is the
feed's own when there is one feed; among several it is ``feed:id``, and ``origine`` the feed's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage import __version__
from maillage.atlas.construction.ecriture import check_destination, whole_folder, write_json, write_piece
from maillage.atlas.construction.empreinte import hash_code
from maillage.atlas.construction.entrees import JEU_ESSAI
from maillage.atlas.lecture.format import FORMAT, MANIFEST
from maillage.atlas.lecture.ouvert import Manifest, read_described, read_manifest
from maillage.atlas.reseau.fichiers import list_arrays
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied
from maillage.atlas.transports.assemblage import Assemblage, join_feeds
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.network.timetables.timetable import Calendar, StopTimes, Timetable, Trips
from maillage.sources.gtfs import FluxGtfs, Signalement, read_gtfs

ARRAYS = "horaires"
REPORT = "rapport.json"
TABLES = ("arrets", "lignes", "courses", "correspondances", "cheminements", "a_la_demande")


@dataclass(frozen=True)
class Transports:
    """An open folder of timetables. ``fuseaux``: the time zone of each clock; the first one is spoken.

    ``a_pied``: how one walks to its stops, and between them. ``fauteuil``: null, or which stops and vehicles
    one takes in a wheelchair (:mod:`~maillage.atlas.transports.fauteuil`).
    """

    dossier: Path
    manifest: Manifest
    fuseaux: tuple[str, ...]
    services: tuple[str, ...]
    a_pied: APied = field(default=A_VOL_D_OISEAU, compare=False, repr=False)
    fauteuil: str | None = None

    @cached_property
    def horaires(self) -> Timetable:
        """The arrays, memory-mapped."""
        get = self._map
        return Timetable(
            int(get("n_stops")[0]),
            Trips(*(get(f"trips.{name}") for name in Trips.__annotations__)),
            StopTimes(*(get(f"stop_times.{name}") for name in StopTimes.__annotations__)),
            Calendar(
                get("calendar.active"),
                get("calendar.clock"),
                get("calendar.start_s"),
                int(get("calendar.first_day")[0]),
            ),
        )

    def _map(self, name: str) -> NDArray[Any]:
        array: NDArray[Any] = np.load(self.dossier / ARRAYS / f"{name}.npy", mmap_mode="r")
        return array

    def table(self, name: str) -> pl.DataFrame:
        """One of the tables of :class:`~maillage.sources.gtfs.flux.FluxGtfs`; ``flux`` is a feed's rank."""
        return pl.read_parquet(self.dossier / f"{name}.parquet")

    @cached_property
    def arrets(self) -> pl.DataFrame:
        """The stops, a row a number."""
        return self.table("arrets")

    @cached_property
    def cheminements(self) -> pl.DataFrame:
        """The ways in stations; none in a folder written before they were read."""
        schema = {"de": pl.Int32, "vers": pl.Int32, "genre": pl.Int8, "deux_sens": pl.Boolean}
        known = (self.dossier / "cheminements.parquet").exists()
        return self.table("cheminements") if known else pl.DataFrame(schema=schema)

    @cached_property
    def noms(self) -> pl.Series:
        """What each stop is called, a row a number: its name, else its id."""
        return self.arrets["nom"].fill_null(self.arrets["id"])

    def signalements(self) -> list[Signalement]:
        """What was said of the feeds when they were read."""
        entries = read_described(self.dossier / REPORT)["signalements"]
        return [Signalement(**entry) for entry in entries]


def build_transports(feeds: Iterable[Path], out: Path, *, replace: bool = False) -> Transports:
    """Read the feeds and write the folder, whole or not at all.

    Raises:
        EntreeInvalide: with every fault of every feed, or a destination that is not free.
    """
    paths = list(feeds)
    check_destination(out, replace=replace)
    read = read_feeds(paths)
    joined = join_feeds(read)
    with whole_folder(out) as folder:
        tables: dict[str, Any] = {}
        for name in TABLES:
            tables |= write_piece(folder, name, joined.tables[name])
        for name, array in [*list_arrays(joined.horaires), *list_scalars(joined)]:
            tables |= write_piece(folder, f"{ARRAYS}/{name}", array)
        told = [asdict(s) for flux in read for s in flux.signalements]
        tables |= write_json(folder, REPORT, {"signalements": told})
        invented = any((path.parent / JEU_ESSAI).is_file() for path in paths)
        write_json(folder, MANIFEST, describe(read, joined, tables) | {"jeu_essai": invented})
    return open_transports(out)


def list_scalars(joined: Assemblage) -> Iterable[tuple[str, NDArray[np.int64]]]:
    """What is no array of a timetable, as arrays of one."""
    yield "n_stops", np.array([joined.horaires.n_stops])
    yield "calendar.first_day", np.array([joined.horaires.calendar.first_day])


def read_feeds(paths: list[Path]) -> list[FluxGtfs]:
    """Each feed under a name of its own; the faults of all at once.

    Raises:
        EntreeInvalide: with them.
    """
    read: list[FluxGtfs] = []
    fautes: list[Faute] = []
    for path, name in zip(paths, name_feeds(paths), strict=True):
        try:
            read.append(read_gtfs(path, name))
        except EntreeInvalide as error:
            fautes += error.fautes or (Faute(error.message, path.name),)
            message = error.message
    if fautes:
        raise EntreeInvalide(
            message if len(paths) == 1 else "Des flux ne peuvent pas être lus.", tuple(fautes)
        )
    return read


def name_feeds(paths: list[Path]) -> list[str]:
    """The files' names; those met again take a number.

    >>> name_feeds([Path("a/bus.zip"), Path("b/bus.zip"), Path("train")])
    ['bus', 'bus-2', 'train']
    """
    names: list[str] = []
    for path in paths:
        stem, rank = path.stem, 1
        while (name := stem if rank == 1 else f"{stem}-{rank}") in names:
            rank += 1
        names.append(name)
    return names


def describe(read: list[FluxGtfs], joined: Assemblage, tables: dict[str, Any]) -> dict[str, Any]:
    """The manifest of timetables alone."""
    return {
        "format": FORMAT,
        "departement": "",
        "nom": "Transports collectifs",
        "jeu_essai": False,
        "version_code": f"{__version__}+{hash_code()[:12]}",
        "parametres": {"fuseaux": list(joined.fuseaux), "services": list(joined.services)},
        "sources": {flux.nom: asdict(flux.provenance) | {"annexes": flux.annexes} for flux in read},
        "manques": [],
        "avertissements": [],
        "tables": dict(sorted(tables.items())),
        "controles": {},
    }


def open_transports(dossier: Path, a_pied: APied = A_VOL_D_OISEAU) -> Transports:
    """Open a folder written by :func:`build_transports`; :class:`EntreeInvalide` when it is none."""
    if not (dossier / ARRAYS).is_dir():
        advice = "Construisez-le avec « maillage transports build »."
        raise EntreeInvalide(f"{dossier} ne contient pas d’horaires. {advice}")
    manifest = read_manifest(dossier)
    parameters = manifest.parametres
    return Transports(dossier, manifest, tuple(parameters["fuseaux"]), tuple(parameters["services"]), a_pied)
