"""A service with its own inventory is read there: the BPE, without hours or itinerance, steps aside."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.erreurs import Faute

if TYPE_CHECKING:
    from maillage.sources.base import Table

GENERALISTE = "bpe"


def prefer_dedicated(tables: tuple[Table, ...]) -> tuple[Table, ...]:
    """The tables, the geolocated BPE without the types that another inventory of points holds."""
    points = [t for t in tables if t.nature == "implantations" and t.provenance.id != GENERALISTE]
    dedicated = sorted({name for t in points for name in t.frame["type"].unique()})
    return tuple(drop_types(t, dedicated) if t.provenance.id == GENERALISTE else t for t in tables)


def drop_types(table: Table, types: list[str]) -> Table:
    """The BPE without ``types``, and a word about it."""
    held = table.frame.filter(pl.col("type").is_in(types))["type"].unique().sort().to_list()
    if not held:
        return table
    said = Faute(
        f"types lus dans leur inventaire propre plutôt que dans la BPE : {', '.join(held)}",
        table.provenance.fichier,
    )
    kept = table.frame.filter(~pl.col("type").is_in(types))
    return replace(table, frame=kept, avertissements=(*table.avertissements, said))
