"""An open atlas: typed access to its tables, read when asked, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.lecture.format import (
    FORMAT,
    FORMAT_RESEAU,
    FORMATS_RESEAU,
    JOURNAL,
    MANIFEST,
    NIVEAUX,
    RESEAU,
    SUFFIXES,
)
from maillage.catalogue.erreurs import EntreeInvalide

# A file cut in its pages makes the reader panic rather than fail.
UNREADABLE = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True)
class Durees:
    """Times to the nearest implantation of each type, by one mode.

    ``time_ds`` uint32[origins, types], deciseconds (``2**32-1`` unreachable) and ``site`` int32, a row of
    ``implantations`` (-1 none); both memory-mapped. Origins are the first rows of ``carreaux``.
    """

    time_ds: NDArray[np.uint32]
    site: NDArray[np.int32]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What an atlas says of itself; ``empreinte``, the SHA-256 of the file, is the atlas's identity."""

    format: int
    departement: str
    nom: str
    jeu_essai: bool
    version_code: str
    parametres: dict[str, Any]
    sources: dict[str, dict[str, Any]]
    manques: list[dict[str, str]]
    avertissements: list[str]
    tables: dict[str, dict[str, Any]]
    controles: dict[str, bool]
    empreinte: str = ""
    constats: list[dict[str, Any]] = field(default_factory=list)
    transports: dict[str, Any] | None = None

    @property
    def millesime(self) -> str:
        """The newest vintage among the sources: what to date a page with."""
        return max((str(source["millesime"]) for source in self.sources.values()), default="")


@dataclass(frozen=True)
class Atlas:
    """An atlas folder. Tables are read once and kept; columns are memory-mapped where the format allows."""

    dossier: Path
    manifest: Manifest
    _kept: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def table(self, name: str) -> pl.DataFrame:
        """The table ``name`` (path without suffix); :class:`EntreeInvalide` when this atlas has none."""
        if name not in self._kept:
            if not self.exists(name):
                raise EntreeInvalide(f"L'atlas {self.dossier.name} n'a pas de table « {name} ».")
            self._kept[name] = read_table(self._path(name))
        return self._kept[name]

    def exists(self, name: str) -> bool:
        """Whether this table is there."""
        return name in self._kept or self._path(name).is_file()

    def names(self, name: str) -> tuple[str, ...]:
        """The columns of a table, in order; none when the atlas has no such table."""
        if name in self._kept:
            return tuple(self._kept[name].columns)
        return tuple(read_schema(self._path(name))) if self.exists(name) else ()

    def columns(self, name: str, wanted: Sequence[str]) -> pl.DataFrame:
        """Some columns of a table, read each time: for those too large to be kept whole."""
        return read_table(self._path(name), list(wanted))

    def _path(self, name: str) -> Path:
        return self.dossier / f"{name}.parquet"

    def has(self, name: str) -> bool:
        """Whether the table ``name`` is there."""
        return f"{name}.parquet" in self.manifest.tables

    def territoires(self, niveau: str | None = None) -> pl.DataFrame:
        """Every territory, or those of one niveau."""
        table = self.table("territoires")
        return table if niveau is None else table.filter(pl.col("niveau") == check_niveau(niveau))

    def contours(self, niveau: str | None = None) -> pl.DataFrame:
        """Outlines (``wkb``, WGS 84)."""
        table = self.table("contours")
        return table if niveau is None else table.filter(pl.col("niveau") == check_niveau(niveau))

    def carreaux(self) -> pl.DataFrame:
        """Population cells, those of the département first."""
        return self.table("carreaux")

    def fragments(self) -> pl.DataFrame:
        """Cell × commune, with the people of each."""
        return self.table("fragments")

    def implantations(self) -> pl.DataFrame:
        """Every location that times were computed to."""
        return self.table("implantations")

    def indicateurs(self, niveau: str, ids: Sequence[str] = ()) -> pl.DataFrame:
        """The wide table of one niveau: ``code``, ``nom``, then columns by indicator.

        With ``ids``, only these indicators' columns are read; those that the atlas lacks are left out.
        """
        name = f"indicateurs/{check_niveau(niveau)}"
        if not ids or name in self._kept:
            return self.table(name)
        wanted = [f"{key}{suffix}" for key in ids for suffix in ("", *SUFFIXES)]
        return read_held(self._path(name), ["code", "nom", *wanted])

    def index(self) -> pl.DataFrame:
        """One row per indicator and niveau: label, unit, vintage, sources, method."""
        return self.table("indicateurs/index")

    def frontiere(self) -> pl.DataFrame:
        """What is known beyond the border, by type of service."""
        return self.table("frontiere")

    def references(self) -> pl.DataFrame:
        """The same figures for larger territories."""
        return self.table("references")

    def deficits(self) -> pl.DataFrame:
        """Territories in deficit under each profile."""
        return self.table("deficits")

    @cached_property
    def modes(self) -> tuple[str, ...]:
        """Modes with travel times, sorted."""
        found = [
            name for name in self.manifest.tables if name.startswith("durees/") and name.endswith("_site.npy")
        ]
        return tuple(sorted(name.removeprefix("durees/").removesuffix("_site.npy") for name in found))

    def durees(self, mode: str = "voiture") -> Durees:
        """Times by one mode; :class:`EntreeInvalide` when this atlas has none by it."""
        if mode not in self.modes:
            raise EntreeInvalide(f"L'atlas {self.dossier.name} n'a pas de durées « {mode} ».")
        folder = self.dossier / "durees"
        types = tuple(json.loads((folder / "types.json").read_text("utf-8")))
        times = np.load(folder / f"{mode}.npy", mmap_mode="r")
        sites = np.load(folder / f"{mode}_site.npy", mmap_mode="r")
        return Durees(times, sites, types)


class AtlasIllisible(EntreeInvalide):
    """An atlas, or a table of one, that cannot be read: its folder is not whole, or no longer there."""


def read_table(path: Path, columns: list[str] | None = None) -> pl.DataFrame:
    """A table, or some of its columns; :class:`EntreeInvalide` when the file is not whole."""
    try:
        return pl.read_parquet(path, columns=columns, memory_map=True)
    except UNREADABLE as error:
        raise refuse_table(path) from error


def read_held(path: Path, wanted: list[str]) -> pl.DataFrame:
    """Those of the columns that the table has, in the order given; its thousands of names are read once."""
    try:
        table = pl.scan_parquet(path)
        held = set(table.collect_schema())
        return table.select([name for name in wanted if name in held]).collect(engine="in-memory")
    except UNREADABLE as error:
        raise refuse_table(path) from error


def read_schema(path: Path) -> list[str]:
    """The names of the columns of a table, without its figures."""
    try:
        return list(pl.read_parquet_schema(path))
    except UNREADABLE as error:
        raise refuse_table(path) from error


def refuse_table(path: Path) -> AtlasIllisible:
    """What to say of a table that cannot be read."""
    advice = "Le fichier n'a peut-être été copié qu'en partie : copiez ou reconstruisez l'atlas."
    return AtlasIllisible(f"Une table de l'atlas est illisible : {path.name}. {advice}")


def check_niveau(niveau: str) -> str:
    """``niveau`` when an atlas knows it."""
    if niveau not in NIVEAUX:
        raise EntreeInvalide(f"Niveau « {niveau} » inconnu. Niveaux possibles : {', '.join(NIVEAUX)}.")
    return niveau


def open_atlas(dossier: Path) -> Atlas:
    """Open an atlas; nothing is verified beyond its manifest (see ``check_atlas``)."""
    return Atlas(dossier, read_manifest(dossier))


def read_manifest(dossier: Path) -> Manifest:
    """The manifest; :class:`EntreeInvalide` when absent, unreadable or of another format."""
    try:
        data = (dossier / MANIFEST).read_bytes()
        fields = json.loads(data)
        found = fields["format"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise AtlasIllisible(f"{dossier} n'est pas un atlas : {MANIFEST} manque ou est illisible.") from error
    if found != FORMAT:
        advice = "Reconstruisez-le avec « maillage atlas build »."
        raise EntreeInvalide(
            f"L'atlas {dossier.name} est au format {found}, cette version lit {FORMAT}. {advice}"
        )
    if not all(isinstance(fields.get(name), dict) for name in ("tables", "sources")):
        raise AtlasIllisible(f"Le manifeste de {dossier.name} ne décrit pas ses tables et ses sources.")
    try:
        manifest = Manifest(**fields, empreinte=hashlib.sha256(data).hexdigest())
    except TypeError as error:
        raise AtlasIllisible(f"Le manifeste de {dossier.name} est incomplet.") from error
    return manifest


def read_described(path: Path) -> dict[str, Any]:
    """What a JSON file of an atlas or of a network tells; :class:`EntreeInvalide` when that is nothing."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise AtlasIllisible(f"{path.name} manque ou est illisible : reconstruisez ce dossier.") from error
    if not isinstance(found, dict):
        raise AtlasIllisible(f"{path.name} ne décrit rien : reconstruisez ce dossier.")
    return found


def check_readable(atlas: Atlas) -> None:
    """Refuse an atlas that has lost a table or a map, or holds one that is not what was built.

    So too when its roads are of a format that this version does not read. Figures are not looked at; a file
    without a hash in the manifest is only opened.
    """
    for name, entry in atlas.manifest.tables.items():
        if name.endswith((".parquet", ".pmtiles")):
            _check_file(atlas.dossier / name, entry.get("sha256"))
        elif name.endswith(f"/{RESEAU}"):
            check_network(atlas.dossier / name)


def check_network(description: Path) -> None:
    """Refuse a road network that this version does not read, by its description; open none of its arrays."""
    try:
        found = json.loads(description.read_text("utf-8"))["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse_table(description) from error
    if found not in FORMATS_RESEAU:
        advice = "Reconstruisez-le (« maillage network build »), et l'atlas qui le contient."
        raise EntreeInvalide(
            f"Le réseau « {description.parent.name} » est au format {found}, "
            f"cette version lit {FORMAT_RESEAU}. {advice}"
        )


def _check_file(path: Path, sha256: str | None) -> None:
    try:
        with path.open("rb") as file:
            intact = not sha256 or hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError as error:
        raise refuse_table(path) from error
    if not intact:
        raise refuse_table(path)
    if path.suffix == ".parquet":
        read_schema(path)


def read_build_date(dossier: Path) -> str:
    """When an atlas was built, as its journal says; empty without one, refused when it is no journal."""
    path = dossier / JOURNAL
    if not path.exists():
        return ""
    try:
        return str(json.loads(path.read_text("utf-8")).get("construit_le", ""))
    except (OSError, ValueError, AttributeError, RecursionError) as error:
        raise AtlasIllisible(f"L'atlas {dossier.name} a un journal illisible : {JOURNAL}.") from error
