"""The one door by which every table comes to the present communes.

Counts of merged communes are summed, and are unknown when one part is unknown or absent; other figures
(rates, medians) are
unknown. What lay in a commune since split cannot be shared out: unknown too. Each is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import polars as pl
import shapely

from maillage.catalogue.communes import list_mergers
from maillage.catalogue.erreurs import Faute
from maillage.catalogue.lecture import read_csv
from maillage.catalogue.noms import ARRONDISSEMENTS_MUNICIPAUX

if TYPE_CHECKING:
    from maillage.sources.base import Table

SOMMABLES = (
    "habitants", "personnes", "foyers", "ménages", "logements", "équipements", "établissements", "élèves",
    "enfants", "heures", "médecins", "places", "locaux", "antennes", "km²",
)  # fmt: skip
Mouvement = tuple[str, str, str | None, str | None]  # former code, present one, ISO date, nature
UNIS = "contours de communes réunies depuis, joints : {}"
CITES = 20  # codes named in one sentence; the count of the others is said


@dataclass(frozen=True)
class Changements:
    """``successeurs``: former code → present one. ``fusions``: present code → the communes that formed it at
    each merger, itself included. ``partages``: (commune, the one taken out of it, ISO date)."""

    successeurs: dict[str, str]
    fusions: dict[str, tuple[frozenset[str], ...]]
    partages: tuple[tuple[str, str, str], ...] = ()


@cache
def list_known() -> Changements:
    """What the catalogue knows without any file of movements."""
    return gather(list_catalogued(), frozenset())


def list_catalogued() -> list[Mouvement]:
    """The mergers of the catalogue, and the associated communes, whose date it does not hold."""
    mergers: list[Mouvement] = [(m.ancien, m.nouveau, m.date_effet, "fusion") for m in list_mergers()]
    parts = (row for row in read_csv("communes_associees.csv") if row["code_insee"])
    return mergers + [(part["code_insee"], part["chef_lieu"], None, None) for part in parts]


def list_changes(tables: Iterable[Table]) -> Changements:
    """What the catalogue knows, and the files of movements read.

    A code that is present today is left alone: INSEE gives some codes again.
    """
    tables = tuple(tables)
    present = frozenset(c for t in tables if t.nature == "communes" for c in t.frame["code_insee"].to_list())
    rows = list_catalogued()
    for table in (t for t in tables if t.nature == "mouvements"):
        rows += table.frame.select("ancien", "nouveau", "date_effet", "nature").rows()
    return gather(rows, present)


def gather(rows: Iterable[Mouvement], present: frozenset[str]) -> Changements:
    """The movements in the order of their dates, each chain followed to its end."""
    steps: dict[str, str] = {}
    parts: dict[tuple[str, str | None], set[str]] = {}
    splits: list[tuple[str, str, str]] = []
    for old, new, date, nature in sorted(set(rows), key=order):
        if nature == "partage":
            steps.pop(new, None)
            splits.append((old, new, date or ""))
            continue
        steps[old] = new
        if nature == "fusion":
            parts.setdefault((new, date), {new}).add(old)
    successors = {old: last for old in steps if old not in present and (last := follow(old, steps)) != old}
    mergers: dict[str, tuple[frozenset[str], ...]] = {}
    for (new, _), members in parts.items():
        end = successors.get(new, new)
        mergers[end] = (*mergers.get(end, ()), frozenset(members))
    lasting = (s for s in splits if s[0] not in successors and s[1] not in successors)
    return Changements(successors, mergers, tuple(lasting))


def order(row: Mouvement) -> tuple[str, str, str, str]:
    """By date; undated first."""
    return (row[2] or "", row[0], row[1], row[3] or "")


def follow(code: str, steps: dict[str, str]) -> str:
    """The end of the chain from ``code``; a circle stops where it closes.

    >>> follow("a", {"a": "b", "b": "c"})
    'c'
    """
    seen = {code}
    while (following := steps.get(code)) and following not in seen:
        code = following
        seen.add(code)
    return code


def carry(table: Table, changes: Changements) -> Table:
    """``table`` under present codes; ``ramenes`` says which codes moved."""
    carrier = CARRIERS.get(table.nature)
    if table.noms:
        noms = tuple((changes.successeurs.get(code, code), name) for code, name in table.noms)
        table = replace(table, noms=noms)
    return carrier(table, changes) if carrier else table


def move(table: Table, changes: Changements) -> tuple[Table, pl.Series]:
    """The present code of each row; the table remembers those that changed."""
    old = table.frame["code_insee"]
    new = old.replace(changes.successeurs)
    for pattern, city in ARRONDISSEMENTS_MUNICIPAUX.items():
        new = new.str.replace(pattern, city)
    pairs = pl.DataFrame({"ancien": old, "nouveau": new}).drop_nulls().unique().sort("ancien")
    moved = tuple(pairs.filter(pl.col("ancien") != pl.col("nouveau")).rows())
    return replace(table, ramenes=(*table.ramenes, *moved)), new


def carry_points(table: Table, changes: Changements) -> Table:
    """Points under present codes; one in a commune split since the file is left to the outlines to attach."""
    table, new = move(table, changes)
    split = list_split(table.provenance.millesime, changes)
    doubtful = new.is_in(split) & table.frame["lon"].is_not_null()
    return replace(table, frame=table.frame.with_columns(new.set(doubtful, None).alias("code_insee")))


def carry_offer(table: Table, changes: Changements) -> Table:
    """Counts of facilities, summed; those of a split commune stay with it, and are said to be."""
    table, new = move(table, changes)
    keys = [name for name in table.frame.columns if name != "nombre"]
    summed = drop_parts_of_cities(table.frame, new).group_by(keys, maintain_order=True)
    frame = summed.agg(pl.col("nombre").sum()).sort("code_insee", "type").select(table.frame.columns)
    split = sorted(set(frame["code_insee"]) & set(list_split(table.provenance.millesime, changes)))
    said = (
        "comptes antérieurs à un partage de commune, laissés à {} : ceux des communes rétablies sont inconnus"
    )
    return warn(replace(table, frame=frame), split, said)


def carry_statistics(table: Table, changes: Changements) -> Table:
    """One row per present commune: counts are summed, what cannot be is unknown."""
    table, new = move(table, changes)
    held = frozenset(table.frame["code_insee"].drop_nulls())
    partial = sorted(code for code in set(new) if is_partial(code, held, changes))
    kept = drop_parts_of_cities(table.frame, new)
    names = [name for name in kept.columns if name != "code_insee"]
    merged = kept.group_by("code_insee", maintain_order=True).agg(
        sum_known(name, table.unites.get(name, "")) for name in names
    )
    frame, split = clear_split(table, merged, held, changes)
    frame = frame.with_columns(
        pl.when(~pl.col("code_insee").is_in(partial)).then(pl.col(n)).alias(n) for n in names
    )
    table = replace(table, frame=frame.select(table.frame.columns))
    table = warn(
        table, partial, "une partie de la commune manque au fichier : chiffres de {} laissés inconnus"
    )
    table = warn(table, split, "chiffres antérieurs au partage de {}, laissés inconnus")
    doubled = sorted(kept.filter(pl.col("code_insee").is_duplicated())["code_insee"].unique())
    ratios = any(table.unites.get(name, "") not in SOMMABLES for name in names)
    words = "effectifs additionnés, taux et médianes laissés inconnus" if ratios else "effectifs additionnés"
    return warn(table, doubled, f"communes réunies depuis ({{}}) : {words}")


def sum_known(name: str, unite: str) -> pl.Expr:
    """The sum of a commune's parts, null when one is; a figure that does not sum stands alone or is null."""
    column = pl.col(name)
    whole = column.sum() if unite in SOMMABLES else column.first()
    certain = column.is_not_null().all() if unite in SOMMABLES else pl.len() == 1
    return pl.when(certain).then(whole).alias(name)


def drop_parts_of_cities(frame: pl.DataFrame, new: pl.Series) -> pl.DataFrame:
    """``frame`` under its new codes; municipal arrondissements give way to the city's own rows."""
    cities = set(frame["code_insee"].drop_nulls()) & set(ARRONDISSEMENTS_MUNICIPAUX.values())
    part = (frame["code_insee"] != new) & new.is_in(list(cities))
    return frame.with_columns(new.alias("code_insee")).filter(~part.fill_null(value=False))


def is_partial(code: str, held: frozenset[str], changes: Changements) -> bool:
    """Whether a merger is only half in the file: some former commune is there, another is not."""
    return any(
        bool((members - {code}) & held) and not members <= held for members in changes.fusions.get(code, ())
    )


def clear_split(
    table: Table, frame: pl.DataFrame, held: frozenset[str], changes: Changements
) -> tuple[pl.DataFrame, list[str]]:
    """Figures older than a split, where the file holds the whole only: null. With the codes concerned."""
    cleared: set[str] = set()
    for name in frame.columns[1:]:
        year = table.millesimes.get(name, table.provenance.millesime)
        old = {
            p
            for p, taken, date in changes.partages
            if taken not in held and p in held and is_before(year, date)
        }
        if old:
            cleared |= old
            frame = frame.with_columns(
                pl.when(~pl.col("code_insee").is_in(sorted(old))).then(pl.col(name)).alias(name)
            )
    return frame, sorted(cleared)


def list_split(vintage: str, changes: Changements) -> list[str]:
    """The communes split after a vintage."""
    return sorted({old for old, _, date in changes.partages if is_before(vintage, date)})


def is_before(vintage: str, date: str) -> bool:
    """Whether a dated vintage is of a year before ``date``.

    >>> is_before("2012", "2013-01-01"), is_before("2013", "2013-01-01"), is_before("non daté", "2013-01-01")
    (True, False, False)
    """
    year = re.search(r"\d{4}", vintage)
    return year is not None and year.group() < date[:4]


def warn(table: Table, codes: list[str], words: str) -> Table:
    """One sentence about ``codes``; nothing without any."""
    if not codes:
        return table
    more = f" et {len(codes) - CITES} autres" if len(codes) > CITES else ""
    said = Faute(words.format(", ".join(codes[:CITES]) + more), table.provenance.fichier)
    return replace(table, avertissements=(*table.avertissements, said))


def carry_outlines(table: Table, changes: Changements) -> Table:
    """Outlines of merged communes, united."""
    table, new = move(table, changes)
    frame = table.frame.with_columns(new.alias("code_insee"))
    if frame["code_insee"].is_unique().all():
        return replace(table, frame=frame.sort("code_insee"))
    groups = frame.group_by("code_insee").agg(pl.col("wkb")).sort("code_insee")
    whole = [unite(parts) for parts in groups["wkb"].to_list()]
    table = warn(
        table, sorted(frame.filter(pl.col("code_insee").is_duplicated())["code_insee"].unique()), UNIS
    )
    return replace(table, frame=groups.with_columns(pl.Series("wkb", whole, pl.Binary)).select(frame.columns))


def unite(parts: list[bytes]) -> bytes:
    """One WKB of several; a lone one is left as it is."""
    return parts[0] if len(parts) == 1 else bytes(shapely.to_wkb(shapely.union_all(shapely.from_wkb(parts))))


def carry_zones(table: Table, changes: Changements) -> Table:
    """The communes of each zone, under present codes."""
    links = table.frame.select("code", code_insee="communes").explode("code_insee").drop_nulls()
    moved, new = move(replace(table, frame=links), changes)
    present = (
        links.with_columns(new.alias("code_insee"))
        .group_by("code")
        .agg(communes=pl.col("code_insee").unique().sort())
    )
    frame = table.frame.drop("communes").join(present, on="code", how="left", maintain_order="left")
    return replace(table, frame=frame.select(table.frame.columns), ramenes=moved.ramenes)


CARRIERS: dict[str, Callable[[Table, Changements], Table]] = {
    "implantations": carry_points,
    "offre_commune": carry_offer,
    "statistiques": carry_statistics,
    "contours": carry_outlines,
    "zones": carry_zones,
}
