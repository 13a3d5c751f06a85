"""Offer known by point: what the readers of France services, France Travail, hospitals, stations… share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.emprises import get_box
from maillage.sources import controle as ctl
from maillage.sources.horaires import clear_unreadable
from maillage.sources.lecture import build_provenance, build_table

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

COLLECTIVITES = ("971", "972", "973", "974", "975", "976", "977", "978")
# No service lies that far from the median one of its own département (the largest, Guyane, spans 400 km).
ECART_MAX_KM = 250
TERRITOIRES_JOINTS = {"971": ("971", "977", "978")}  # files older than 2007, or that keep the old code


def read_points(controle: ctl.Controle, cells: pl.DataFrame, lon: str, lat: str) -> pl.DataFrame:
    """``cells`` with ``lon`` and ``lat`` as numbers; half a pair is none, out of France is a fault."""
    x, y = ctl.read_number(controle, cells, lon), ctl.read_number(controle, cells, lat)
    half = x.is_null() ^ y.is_null()
    controle.add_rows(cells.filter(half), lon, "une coordonnée sur deux (longitude « {} »)", fatal=False)
    known = x.is_not_null() & y.is_not_null()
    x, y = x.set(~known, None), y.set(~known, None)
    ctl.check_points(controle, cells, x, y, lon)
    return cells.with_columns(x.alias("lon"), y.alias("lat"))


def clear_misplaced(controle: ctl.Controle, frame: pl.DataFrame) -> pl.DataFrame:
    """Points outside the territory of their own département lose their coordinates, with a warning.

    The territory is metropolitan France or one overseas collectivity; there, a point is also misplaced beyond
    ``ECART_MAX_KM`` from the median point of its département. A finer check needs outlines.
    """
    wrong = pl.lit(value=False)
    for territory, names in group_departements(frame["departement"]).items():
        inside = pl.lit(value=False)
        for box in (get_box(name) for name in TERRITOIRES_JOINTS.get(territory, (territory,))):
            inside |= pl.col("lon").is_between(box.ouest, box.est) & pl.col("lat").is_between(
                box.sud, box.nord
            )
        wrong |= pl.col("departement").is_in(names) & ~inside
    wrong = (wrong | (measure_gap_km() > ECART_MAX_KM)).fill_null(value=False)
    message = "« {} » : coordonnées hors de son département, écartées"
    controle.add_rows(frame.filter(wrong), "nom", message, fatal=False)
    return frame.with_columns(pl.when(~wrong).then(pl.col("lon")), pl.when(~wrong).then(pl.col("lat")))


def measure_gap_km() -> pl.Expr:
    """Distance in km (equirectangular) to the median point of the département; null under five points."""
    lon0, lat0 = pl.col("lon").median().over("departement"), pl.col("lat").median().over("departement")
    dx = (pl.col("lon") - lon0) * lat0.radians().cos() * DEGREE_M / 1000
    dy = (pl.col("lat") - lat0) * DEGREE_M / 1000
    enough = pl.col("lon").count().over("departement") >= 5
    return pl.when(enough).then((dx**2 + dy**2).sqrt())


def group_departements(departements: pl.Series) -> dict[str, list[str]]:
    """The départements present, by territory."""
    groups: dict[str, list[str]] = {}
    for name in departements.drop_nulls().unique().sort():
        groups.setdefault(name if name in COLLECTIVITES else "metropole", []).append(name)
    return groups


def finish(
    source: str, path: Path, frame: pl.DataFrame, controle: ctl.Controle, millesime: str | None = None
) -> tuple[Table, ...]:
    """Defaults, stable identifiers, warnings about what has no point or no readable hours; the table."""
    provenance = build_provenance(source, path, millesime=millesime)
    lost = frame.filter(pl.col("lon").is_null())
    controle.add_rows(lost, "nom", "« {} » sans coordonnées", fatal=False)
    frame = clear_misplaced(controle, frame)
    if "horaires" in frame.columns:
        frame = clear_unreadable(controle, frame)
    defaults: dict[str, pl.Expr] = {
        "code_insee": pl.lit(None, pl.String),
        "effectif": pl.lit(1),
        "itinerant": pl.lit(value=False),
        "precision": pl.lit("adresse"),
    }
    absent = {name: value for name, value in defaults.items() if name not in frame.columns}
    frame = frame.with_columns(source=pl.lit(source), millesime=pl.lit(provenance.millesime), **absent)
    frame = frame.with_columns(
        precision=pl.when(pl.col("lon").is_null()).then(pl.lit("commune")).otherwise("precision"),
    )
    return (build_table("implantations", frame, provenance, controle),)
