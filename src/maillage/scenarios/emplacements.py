"""Where a service may be on an atlas: places of today and candidates, people, and times from each to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.etapes.temps import to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.types_service import list_types
from maillage.network.travel_times import UNREACHABLE, Fiabilite, Sites
from maillage.scenarios.question import GROUPES, QuestionPlacement, list_communes

DEHORS: Final = "hors du département"
_COLUMNS: Final = ("id", "nom", "code_insee", "lon", "lat", "toit", "precision")


@dataclass(frozen=True)
class Emplacements:
    """Sites (``id, nom, code_insee, commune, lon, lat, toit, precision, existe``), existing ones first;
    ``duree`` uint32[carreaux, sites] in deciseconds; ``people`` float64[carreaux] by group, 0 unknown.

    ``toit``: the type of the place that a candidate shares a roof with, "" for a commune.
    """

    sites: pl.DataFrame
    duree: NDArray[np.uint32]
    people: dict[str, NDArray[np.float64]]
    fiabilite: Fiabilite

    @property
    def existe(self) -> NDArray[np.bool_]:
        """Which sites are places of today."""
        return self.sites["existe"].to_numpy()

    @property
    def atteint(self) -> NDArray[np.bool_]:
        """Which carreaux some site can be reached from at all."""
        return np.asarray((self.duree != UNREACHABLE).any(1))


def read_sites(atlas: Atlas, question: QuestionPlacement) -> Emplacements:
    """The sites of a question, and the times of every carreau that counts to each."""
    communes = dict(atlas.table("entrees/communes").select("code_insee", "nom").iter_rows())
    around = list(communes) if question.territoire is None else list_communes(atlas, question.territoire)
    inside = pl.col("code_insee").is_in(around) & ~pl.col("code_insee").is_in(list(question.exclus))
    existing = _located(atlas, question.type).with_columns(toit=pl.lit("")).select(_COLUMNS)
    kept = existing.head(0) if question.existants == "ignorer" else existing
    candidates = _list_candidates(atlas, question).filter(inside)
    sites = pl.concat([kept.with_columns(existe=True), candidates.with_columns(existe=False)]).with_columns(
        pl.col("code_insee").replace_strict(communes, default=DEHORS).alias("commune"),
        pl.coalesce("nom", "id").alias("nom"),
    )
    if not sites.height:
        raise EntreeInvalide("Aucun site possible : cet atlas n’a aucun lieu des types demandés.")
    times = evaluate(atlas).calcul.times
    each = Sites(to_points(sites), np.arange(sites.height, dtype=np.int32), sites.height)
    cells = atlas.carreaux().filter("dans_departement")
    share = np.ones(cells.height) if question.territoire is None else share_in(atlas, cells.height, around)
    counts = share > 0
    people = {
        name: (cells[name].cast(pl.Float64).fill_null(0.0).to_numpy() * share)[counts] for name in GROUPES
    }
    return Emplacements(sites, times.nearest(each).time_ds[counts], people, times.fiabilite)


def _located(atlas: Atlas, kind: str) -> pl.DataFrame:
    return fixed(atlas.implantations()).filter((pl.col("precision") != "commune") & (pl.col("type") == kind))


def _list_candidates(atlas: Atlas, question: QuestionPlacement) -> pl.DataFrame:
    """Real places, one a commune where only the commune of each is known; or the communes."""
    if not question.candidats:
        centres = atlas.table("entrees/communes")
        return centres.select(
            pl.col("code_insee").alias("id"), "nom", "code_insee", "lon", "lat",
            toit=pl.lit(""), precision=pl.lit("commune"),
        )  # fmt: skip
    labels = {kind: list_types()[kind].libelle for kind in question.candidats}
    real = fixed(atlas.implantations()).filter(pl.col("type").is_in(list(labels)))
    one_each = (pl.col("precision") != "commune") | pl.struct("type", "code_insee").is_first_distinct()
    named = pl.coalesce("nom", pl.col("type").replace_strict(labels, return_dtype=pl.String))
    return real.filter(one_each).with_columns(named.alias("nom"), toit="type").select(_COLUMNS)


def share_in(atlas: Atlas, n_cells: int, communes: list[str]) -> NDArray[np.float64]:
    """Which part of the people of each carreau of the département lives in these communes: 0 to 1."""
    parts = atlas.fragments().filter(pl.col("carreau") < n_cells)
    cell, people = parts["carreau"].to_numpy(), parts["population"].to_numpy()
    inside = parts["code_insee"].is_in(communes).to_numpy()
    there = np.bincount(cell, people * inside, n_cells)
    return there / np.maximum(np.bincount(cell, people, n_cells), 1e-300)
