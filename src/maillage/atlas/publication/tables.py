"""What of an atlas is published: its tables, flat, with what their columns say, their licence and vintage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from maillage.atlas.export import COLONNES, make_long, name_sources
from maillage.atlas.lecture.format import LABELS, NIVEAUX
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.lecture import read_toml

FICHIER: Final = "publication.toml"
ESSAI: Final = "jeu_essai"
SEPARATEUR: Final = " ; "
ROWS_SAY: Final = {"implantations", "references", "frontiere"}
INJOIGNABLE: Final = 2**32 - 1
ANNEE: Final = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class ColonneOuverte:
    """A column: ``type`` is string, integer, number or boolean; an empty cell is null, unknown."""

    nom: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class LicencePubliee:
    """Under what a file may be used again."""

    nom: str
    adresse: str


@dataclass(frozen=True, slots=True)
class TablePubliee:
    """A table as others read it.

    ``nom``: its stable name, that of its files. ``geometrie``: polygones, carres, points, or null.
    ``annees``: first and last year of its sources' vintages, null when none says a year. ``mentions``: each
    source in words, with its producer, vintage and licence. ``niveau``, ``mode``: of which mesh or way of
    travelling, null when it is of none.
    """

    nom: str
    titre: str
    description: str
    cle: tuple[str, ...]
    mots: tuple[str, ...]
    champs: tuple[ColonneOuverte, ...]
    geometrie: str | None
    methode: str
    licence: LicencePubliee
    annees: tuple[int, int] | None
    mentions: tuple[str, ...]
    niveau: str | None = None
    mode: str | None = None

    @property
    def sorte(self) -> str:
        """What it is in the catalogue, whatever the mesh or the mode."""
        return self.nom.split("-", maxsplit=1)[0]


def list_tables(atlas: Atlas) -> tuple[TablePubliee, ...]:
    """The tables that an atlas publishes, in the order of the catalogue; those it lacks are left out."""
    return tuple(
        describe(atlas, name, entry, niveau, mode)
        for name, entry in read_toml(FICHIER)["tables"].items()
        for niveau, mode in list_parts(atlas, name)
    )


def list_parts(atlas: Atlas, name: str) -> Iterator[tuple[str | None, str | None]]:
    """The (mesh, mode) of each table of a kind: one without either, one per mesh, one per mode, or none."""
    if name == "indicateurs":
        yield from ((niveau, None) for niveau in NIVEAUX if atlas.exists(f"indicateurs/{niveau}"))
    elif name == "durees":
        yield from ((None, mode) for mode in atlas.modes)
    elif atlas.exists("indicateurs/index" if name == "definitions" else name):
        yield None, None


def describe(
    atlas: Atlas, name: str, entry: dict[str, Any], niveau: str | None, mode: str | None
) -> TablePubliee:
    """What is said of one table."""
    words = {
        "niveau": LABELS[niveau] if niveau else "",
        "mode": read_toml(FICHIER)["modes"].get(mode, mode or ""),
    }
    part = niveau or mode
    sources = list_sources(atlas, name, entry["sources"])
    return TablePubliee(
        nom=f"{name}-{part}" if part else name,
        titre=entry["titre"].format(**words),
        description=entry["description"].format(**words),
        cle=tuple(entry["cle"]),
        mots=tuple(entry["mots"]),
        champs=tuple(list_fields(atlas, name)),
        geometrie=entry.get("geometrie"),
        methode=entry["methode"],
        licence=choose_licence(atlas.manifest.sources[one]["licence"] for one in sources),
        annees=find_years(atlas.manifest.sources[one]["millesime"] for one in sources),
        mentions=tuple(
            f"{name_sources(atlas, [one])}, {atlas.manifest.sources[one]['licence']}" for one in sources
        ),
        niveau=niveau,
        mode=mode,
    )


def list_sources(atlas: Atlas, name: str, told: Iterable[str]) -> list[str]:
    """Ids of the sources that a table comes from, in the manifest's order.

    Those that its rows name, else those that its entry tells, else all: times, indicators and deficits come
    from roads, people and places together.
    """
    known = atlas.manifest.sources
    wanted = set(told)
    if name in ROWS_SAY:
        wanted = set(atlas.table(name)["source"].unique().drop_nulls().to_list()) | {""}
    return [one for one in known if not wanted or one in wanted]


def choose_licence(texts: Iterable[str]) -> LicencePubliee:
    """ODbL as soon as a source is, else the Licence Ouverte.

    >>> choose_licence(["Licence Ouverte 2.0", "ODbL 1.0"]).nom, choose_licence([]).nom
    ('ODbL 1.0', 'Licence Ouverte 2.0')
    """
    told = read_toml(FICHIER)["licences"]
    shared = any(told["odbl"]["marque"] in text for text in texts)
    chosen = told["odbl" if shared else "lov2"]
    return LicencePubliee(chosen["nom"], chosen["adresse"])


def find_years(vintages: Iterable[str]) -> tuple[int, int] | None:
    """The first and last year that vintages name.

    >>> find_years(["2021", "COG 2026", "non daté"]), find_years(["non daté"])
    ((2021, 2026), None)
    """
    years = [int(year) for text in vintages for year in ANNEE.findall(str(text))]
    return (min(years), max(years)) if years else None


def list_fields(atlas: Atlas, name: str) -> Iterator[ColonneOuverte]:
    """The columns of a kind of table, with what the catalogue says of each."""
    words = read_toml(FICHIER)["colonnes"]
    for column, kind in read_schema(atlas, name).items():
        yield ColonneOuverte(column, tell_type(kind), words[column])


def read_schema(atlas: Atlas, name: str) -> pl.Schema:
    """Columns and types of a kind of table, without its rows."""
    if name == "indicateurs":
        texts = dict.fromkeys(COLONNES, pl.String)
        numbers = dict.fromkeys(("valeur", "couverture", "bas", "haut"), pl.Float64)
        return pl.Schema(texts | numbers | {ESSAI: pl.Boolean})
    if name == "durees":
        texts = dict.fromkeys(("carreau", "type", "duree_s", "implantation", "fiabilite"), pl.String)
        return pl.Schema(texts | {"duree_s": pl.Float64, ESSAI: pl.Boolean})
    return pl.Schema(flatten(atlas.table(table_of(name)).clear()).schema | {ESSAI: pl.Boolean})


def tell_type(kind: pl.DataType) -> str:
    """A polars type in the words of a table schema.

    >>> tell_type(pl.Int64()), tell_type(pl.Float64()), tell_type(pl.Boolean()), tell_type(pl.String())
    ('integer', 'number', 'boolean', 'string')
    """
    if kind.is_integer():
        return "integer"
    if kind.is_float():
        return "number"
    return "boolean" if kind == pl.Boolean else "string"


def read_frame(atlas: Atlas, table: TablePubliee) -> pl.DataFrame:
    """The rows of a table, flat: a struct as its fields, a list as one text; null where nothing is known.

    Each row says whether it belongs to an example, whose figures are invented: a file travels alone.
    """
    if table.sorte == "indicateurs":
        frame = make_long(atlas, str(table.niveau)).with_columns(pl.col("code").cast(pl.String))
    elif table.sorte == "durees":
        frame = read_durees(atlas, str(table.mode))
    else:
        frame = flatten(atlas.table(table_of(table.sorte)))
    return mark(atlas, frame)


def mark(atlas: Atlas, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows, each with whether it is of an example."""
    return frame.with_columns(pl.lit(atlas.manifest.jeu_essai).alias(ESSAI))


def table_of(name: str) -> str:
    """The table of the atlas that a published one is read from."""
    return "indicateurs/index" if name == "definitions" else name


def flatten(frame: pl.DataFrame) -> pl.DataFrame:
    """A struct spread in its fields, a list joined, an enumeration as text.

    >>> row = {"p": {"epci": "1"}, "l": ["a", "b"]}
    >>> flatten(pl.DataFrame([row])).row(0, named=True)
    {'epci': '1', 'l': 'a ; b'}
    """
    structs = [name for name, kind in frame.schema.items() if kind == pl.Struct]
    lists = [name for name, kind in frame.schema.items() if kind == pl.List]
    enums = [name for name, kind in frame.schema.items() if kind in {pl.Enum, pl.Categorical}]
    joined = [pl.col(name).list.join(SEPARATEUR) for name in lists]
    return frame.unnest(structs).with_columns(*joined, pl.col(enums).cast(pl.String))


def read_durees(atlas: Atlas, mode: str) -> pl.DataFrame:
    """Times by one mode, one row per cell of the département and type of service; null when out of reach.

    ``fiabilite``: how the times of this atlas were made.
    """
    times = atlas.durees(mode)
    cells = atlas.carreaux()["id"].head(len(times.time_ds))
    places = atlas.implantations()["id"]
    seconds = np.where(times.time_ds == INJOIGNABLE, np.nan, times.time_ds / 10.0).ravel()
    site = pl.Series(times.site.ravel()).cast(pl.Int64)
    return pl.DataFrame(
        {
            "carreau": cells.gather(np.repeat(np.arange(len(cells)), len(times.types))),
            "type": pl.Series(np.tile(np.array(times.types, dtype=object), len(cells)), dtype=pl.String),
            "duree_s": pl.Series(seconds).fill_nan(None),
            "implantation": places.gather(site.replace(-1, None)),
        }
    ).with_columns(pl.lit(Lecteur(atlas).fiabilite_temps).alias("fiabilite"))
