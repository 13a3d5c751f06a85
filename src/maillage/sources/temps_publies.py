"""Published road times to the nearest service, by département and for France."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.departements import list_departements
from maillage.catalogue.plausibilite import get_place_bound
from maillage.catalogue.types_service import list_bpe_codes
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.plausibilite import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

MESURES = ("moyenne_min", "mediane_min", "decile1_min", "decile9_min")
COLONNES = ("code_bpe", "service", "departement", *MESURES)
FRANCE = "FR"
OUTRE_MER = "97"


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Times of the people of each département (``FR``: of France) to the nearest of a type, in seconds.

    Types are those of the catalogue by BPE code; left out with a warning: a code it does not know, and codes
    that only together make one of its types (stations by size), whose time to the nearest of all is unknown.

    Raises:
        EntreeInvalide: with every fault: an unknown département, one given twice, deciles out of order.
    """
    path = single(paths)
    feuille = read_sheet(path, COLONNES)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, COLONNES)
    ctl.check_unknown_columns(controle, feuille, COLONNES)
    cells = feuille.cells.with_columns(pl.col("code_bpe", "departement").cast(pl.String))
    places = [*list_departements(), FRANCE, OUTRE_MER]
    strange = cells.filter(~pl.col("departement").is_in(places).fill_null(value=False))
    controle.add_rows(strange, "departement", "département inconnu « {} »")
    twice = cells.filter(~pl.struct("code_bpe", "departement").is_first_distinct())
    controle.add_rows(twice, "code_bpe", "« {} » compté deux fois dans le même département")
    minutes = [read_bounded(controle, cells, name, get_place_bound("minutes")) for name in MESURES]
    found = cells.select("_ligne", "code_bpe", "departement").with_columns(minutes)
    low, middle, high = (pl.col(name) for name in ("decile1_min", "mediane_min", "decile9_min"))
    controle.add_rows(
        found.filter((low > middle) | (middle > high)), "mediane_min", "déciles en désordre ({})"
    )
    overseas = found.filter(pl.col("departement") == OUTRE_MER)
    together = f"« {OUTRE_MER} » : l'outre-mer ensemble n'est pas un département, laissé de côté"
    for line in overseas["_ligne"].head(1):
        controle.warn(together, line, "departement", OUTRE_MER)
    found = found.filter(pl.col("departement") != OUTRE_MER)
    codes = list_bpe_codes()
    unknown = found.filter(~pl.col("code_bpe").is_in(list(codes)).fill_null(value=False))
    message = "type d'équipement « {} » inconnu, laissé de côté"
    controle.add_rows(unknown.unique("code_bpe", maintain_order=True), "code_bpe", message, fatal=False)
    typed = found.with_columns(
        type=pl.col("code_bpe").replace_strict(codes, default=None, return_dtype=pl.String)
    ).drop_nulls("type")
    parts = typed.filter(pl.col("code_bpe").n_unique().over("type") > 1)
    message = "« {} » n'est qu'une partie d'un de nos types : le temps vers l'ensemble n'est pas publié"
    controle.add_rows(parts.unique("code_bpe", maintain_order=True), "code_bpe", message, fatal=False)
    frame = typed.join(parts, on="type", how="anti").select(
        "departement",
        *(pl.col(name).mul(60).alias(name.replace("_min", "_s")) for name in MESURES),
        "type",
    )
    provenance = build_provenance("temps_acces_departements", path)
    return (build_table("temps_publies", frame.sort("type", "departement"), provenance, controle),)
