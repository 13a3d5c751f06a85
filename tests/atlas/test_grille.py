"""Two population grids in one folder: people are counted once."""

import polars as pl

from maillage.atlas.entrees import keep_grid
from maillage.sources import Provenance, Table
from maillage.sources.schemas import conform


def make_grid(source: str, population: float, plus_65: float | None) -> Table:
    frame = pl.DataFrame({"id": [source], "population": [population], "plus_65": [plus_65]}, strict=False)
    provenance = Provenance(source, source, "", "", "2021", None, "", source, eprouve=True)
    return Table("carreaux", conform(frame, "carreaux"), provenance)


def test_one_grid_is_kept_the_more_complete() -> None:
    grids = [make_grid("filosofi", 90.0, None), make_grid("eurostat", 100.0, 20.0)]
    assert keep_grid(grids)["population"].to_list() == [100.0]
    assert keep_grid([]).is_empty()
