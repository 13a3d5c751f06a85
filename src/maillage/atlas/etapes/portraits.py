"""A few generated sentences on each territory: only what its figures support."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from maillage.atlas.lecture.format import SUFFIXES
from maillage.atlas.lecture.territoires import name_in_sentence
from maillage.atlas.lecture.transports import JOURS_TYPES
from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.portrait import ConstatPortrait, write_portrait
from maillage.francais import majuscule

NAN = float("nan")


def write_portraits(
    wide: pl.DataFrame,
    whole: pl.DataFrame,
    index: pl.DataFrame,
    population: pl.Series,
    niveau: str = "commune",
) -> list[str]:
    """The portrait of each row of ``wide``, against the département (``whole``, one row at most).

    ``index``: the rows of this mesh. ``population``: people of each row. The indicators, and their order, are
    those of ``catalogue/typologie.toml``; one that this atlas lacks altogether is left out.
    """
    chosen = list_told()
    known = {row["indicateur"]: row for row in index.iter_rows(named=True)}
    entries = [known[name] for name in chosen if name in known]
    reference = whole.row(0, named=True) if whole.height else {}
    read = ["code", "nom", *(f"{name}{end}" for name in chosen for end in ("", *SUFFIXES))]
    rows = wide.select(column for column in read if column in wide.columns)
    return [
        write_portrait(
            majuscule(name_in_sentence(niveau, row["nom"], row.get("code", ""))),
            float(people or 0),
            [make_constat(entry, row, reference) for entry in entries],
        )
        for row, people in zip(rows.iter_rows(named=True), population, strict=True)
    ]


def list_told() -> list[str]:
    """The indicators that portraits tell, in their order."""
    told: list[str] = read_toml("typologie.toml")["portrait"]["indicateurs"]
    return told


def make_constat(
    entry: Mapping[str, Any], row: Mapping[str, Any], reference: Mapping[str, Any]
) -> ConstatPortrait:
    """One figure of a territory, as a sentence needs it; unknown is NaN."""
    name = entry["indicateur"]
    return ConstatPortrait(
        entry["nom"],
        number(row, name),
        number(reference, name),
        entry["unite"],
        entry["sens"],
        entry["millesime"].partition(JOURS_TYPES)[0] or "millésimes divers",
        estime=row.get(f"{name}_fiabilite") not in (None, "observe"),
        bas=number(row, f"{name}_bas"),
        haut=number(row, f"{name}_haut"),
        decimales=entry["arrondi"],
    )


def number(row: Mapping[str, Any], name: str) -> float:
    """A figure of a row; NaN when null or absent."""
    value = row.get(name)
    return NAN if value is None else float(value)
