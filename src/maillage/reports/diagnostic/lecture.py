"""Reading an open atlas for a report: one figure, one list of territories, whatever is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas


@dataclass(frozen=True)
class Figure:
    """One figure of one territory; null where unknown."""

    valeur: float | None
    bas: float | None = None
    haut: float | None = None
    couverture: float | None = None
    fiabilite: str | None = None


RIEN = Figure(None)


@dataclass(frozen=True)
class Lecture:
    """An atlas, asked in a report's words."""

    atlas: Atlas
    _rows: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def departement(self) -> str:
        """Its code."""
        return self.atlas.manifest.departement

    @cached_property
    def nom(self) -> str:
        """The name of the département, its code when the atlas has none."""
        rows = self.territoires("departement")
        return str(rows["nom"][0]) if rows.height else self.departement

    @cached_property
    def est_estime(self) -> bool:
        """Whether times come from the formula: there are some, and no road network."""
        names = self.atlas.manifest.tables
        timed, roads = (any(n.startswith(f"{folder}/") for n in names) for folder in ("durees", "reseau"))
        return timed and not roads

    def territoires(self, niveau: str) -> pl.DataFrame:
        """The territories of one niveau."""
        table = self.atlas.territoires()
        return table.filter(pl.col("niveau") == niveau)

    def wide(self, niveau: str) -> pl.DataFrame:
        """The figures of one niveau; without any when the atlas has none."""
        try:
            return self.atlas.indicateurs(niveau)
        except EntreeInvalide:
            return pl.DataFrame(schema={"code": pl.String, "nom": pl.String})

    def figure(self, niveau: str, code: str, indicateur: str) -> Figure:
        """One figure."""
        cells = self._row(niveau, code)
        if indicateur not in cells:
            return RIEN
        suffixes = ("", "_bas", "_haut", "_couverture", "_fiabilite")
        return Figure(*(cells.get(indicateur + suffix) for suffix in suffixes))

    def _row(self, niveau: str, code: str) -> dict[str, Any]:
        """Every figure of one territory, read once."""
        if (niveau, code) not in self._rows:
            found = self.wide(niveau).filter(pl.col("code") == code).to_dicts()
            self._rows[niveau, code] = found[0] if found else {}
        return self._rows[niveau, code]

    def of_departement(self, indicateur: str) -> Figure:
        """One figure of the département."""
        return self.figure("departement", self.departement, indicateur)

    def listing(self, niveau: str, *indicateurs: str) -> pl.DataFrame:
        """Territories (code, nom, population, partiel, part_frontiere) and these figures, by code."""
        wanted = {"code": pl.String, "nom": pl.String, "population": pl.Float64}
        wanted |= {"partiel": pl.Boolean, "part_frontiere": pl.Float64}
        places = self.territoires(niveau)
        columns = [
            (pl.col(name) if name in places.columns else pl.lit(None)).cast(dtype).alias(name)
            for name, dtype in wanted.items()
        ]
        wide = self.wide(niveau)
        kept = [n for i in indicateurs for n in (i, f"{i}_bas", f"{i}_haut") if n in wide.columns]
        joined = places.select(columns).join(wide.select("code", *kept), on="code", how="left")
        blank = [pl.lit(None, pl.Float64).alias(i) for i in indicateurs if i not in kept]
        return joined.with_columns(blank).sort("code")
