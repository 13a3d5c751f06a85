"""What the data of a département cannot say, counted: for ``maillage atlas info`` and every page of sources.

A finding is one fact of the files read, never an opinion: ``quoi`` it is about, ``nombre`` of rows concerned,
``texte`` in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import polars as pl
import shapely

from maillage.catalogue.types_service import list_types

if TYPE_CHECKING:
    from maillage.sources.base import Table

Constat = dict[str, Any]


class Lues(NamedTuple):
    """What was read: the département, its communes, every table."""

    departement: str
    communes: pl.DataFrame
    tables: tuple[Table, ...]


CAPACITES: Final = {
    "etablissements_sante": "nombre de lits",
    "conseillers_numeriques": "nombre de conseillers",
}
"""The sources that have a column for what a place can hold, and its name."""
CITES: Final = 12


def list_findings(departement: str, communes: pl.DataFrame, tables: Iterable[Table]) -> tuple[Constat, ...]:
    """Every finding of the tables, in the order of ``FINDERS``; ``communes``: those of the département."""
    lues = Lues(departement, communes, tuple(tables))
    return tuple(finding for find in FINDERS for finding in find(lues))


def tell_times(*, estimated: bool) -> tuple[Constat, ...]:
    """Whether times are estimated."""
    if not estimated:
        return ()
    text = "Aucun réseau routier : tous les temps de trajet sont estimés, par la distance et la densité."
    return (make("temps estimés", 1, text),)


def make(quoi: str, nombre: int, texte: str) -> Constat:
    """One finding."""
    return {"quoi": quoi, "nombre": nombre, "texte": texte}


def cite(words: Iterable[str]) -> str:
    """The first words of a list, and how many others.

    >>> cite(str(n) for n in range(14))
    '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 et 2 autres'
    """
    words = list(words)
    more = f" et {len(words) - CITES} autres" if len(words) > CITES else ""
    return ", ".join(words[:CITES]) + more


def keep_points(lues: Lues) -> Iterator[tuple[Table, pl.DataFrame]]:
    """Each table of points with its rows of the département, unless there are none."""
    for table in lues.tables:
        if table.nature == "implantations":
            here = pl.col("code_insee").is_in(lues.communes["code_insee"].implode())
            inside = here | (pl.col("departement") == lues.departement)
            rows = table.frame.filter(inside)
            if rows.height:
                yield table, rows


def find_capacities(lues: Lues) -> Iterator[Constat]:
    """Places whose capacity the file leaves blank."""
    for table, rows in keep_points(lues):
        what = CAPACITES.get(table.provenance.id)
        unknown = rows["capacite"].null_count()
        if what and unknown:
            text = f"{table.provenance.nom} : {what} inconnu pour {unknown} lieux sur {rows.height}."
            yield make("capacité inconnue", unknown, text)


def find_shared_points(lues: Lues) -> Iterator[Constat]:
    """Places of one type on the very point of another: addresses known by their street or town only."""
    for table, rows in keep_points(lues):
        for (kind,), group in rows.drop_nulls(["lon", "lat"]).group_by("type", maintain_order=True):
            points = group.n_unique(["lon", "lat"])
            shared = group.height - points
            if shared:
                name = list_types()[str(kind)].libelle if str(kind) in list_types() else str(kind)
                where = f"{name} ({table.provenance.id}) : {group.height} lieux sur {points} points"
                text = f"{where}, {shared} partagent les coordonnées d'un autre."
                yield make("coordonnées partagées", shared, text)


def find_empty_columns(lues: Lues) -> Iterator[Constat]:
    """Columns of a file that hold nothing at all."""
    for ident, empty in {t.provenance.id: t.vides for t in lues.tables if t.vides}.items():
        text = f"{ident} : colonnes entièrement vides : {cite(empty)}."
        yield make("colonnes vides", len(empty), text)


def find_carried(lues: Lues) -> Iterator[Constat]:
    """Former codes of the département's communes, in which files, and what they were carried to."""
    names = dict(lues.communes.select("code_insee", "nom").iter_rows())
    found: dict[tuple[str, str], list[str]] = {}
    for table in lues.tables:
        for old, new in table.ramenes:
            if new in names and table.provenance.id not in found.setdefault((old, new), []):
                found[old, new].append(table.provenance.id)
    for (old, new), sources in sorted(found.items()):
        text = f"Code {old} ramené à {new} ({names[new]}) dans : {cite(sorted(sources))}."
        yield make("codes ramenés", len(sources), text)


def find_strangers(lues: Lues) -> Iterator[Constat]:
    """Codes of the département that no present commune bears: their rows count for nobody."""
    known = set(lues.communes["code_insee"])
    for table in lues.tables:
        if table.nature not in {"offre_commune", "statistiques", "implantations"}:
            continue
        codes = table.frame["code_insee"].drop_nulls().unique()
        strange = sorted(c for c in codes if c.startswith(lues.departement) and c not in known)
        if strange:
            text = f"{table.provenance.id} : codes d'aucune commune actuelle, écartés : {cite(strange)}."
            yield make("codes inconnus", len(strange), text)


def find_town_halls(lues: Lues) -> Iterator[Constat]:
    """Town halls that lie outside the outline of their commune."""
    outlines = [t.frame for t in lues.tables if t.nature == "contours"]
    placed = lues.communes.drop_nulls(["lon", "lat"])
    if not outlines or placed.is_empty():
        return
    both = placed.join(outlines[0], on="code_insee", how="inner", maintain_order="left")
    points = shapely.points(both["lon"].to_numpy(), both["lat"].to_numpy())
    outside = ~shapely.covers(shapely.from_wkb(both["wkb"].to_numpy()), points)
    names = both.filter(pl.Series(outside, dtype=pl.Boolean))["nom"].to_list()
    if names:
        yield make(
            "mairies hors de leur commune",
            len(names),
            f"Mairie hors du contour de sa commune : {cite(names)}.",
        )


FINDERS: Final[tuple[Callable[[Lues], Iterator[Constat]], ...]] = (
    find_capacities,
    find_shared_points,
    find_empty_columns,
    find_carried,
    find_strangers,
    find_town_halls,
)
