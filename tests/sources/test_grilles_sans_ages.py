"""A country that gives no ages marks them −9999: unknown, in text and in numbers alike."""

import polars as pl
import pytest

from maillage.sources.carreaux import read_eurostat

CODES = ["CRS3035RES1000mN3079000E3835000", "CRS3035RES1000mN3080000E3835000"]


@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64, pl.String])
def test_what_a_country_does_not_give_is_unknown(tmp_path, kind):
    counts = {"Y_LT15": 2, "Y_1564": 6, "Y_GE65": 2}
    ages = {name: pl.Series([count, -9999]).cast(kind) for name, count in counts.items()}
    sexes = {name: pl.Series([5, -9999]).cast(kind) for name in ("M", "F")}
    path = tmp_path / "grille.parquet"
    pl.DataFrame({"GRD_ID": CODES, "T": pl.Series([10, 20]).cast(kind), **sexes, **ages}).write_parquet(path)
    (table,) = read_eurostat((path,))
    assert table.frame["population"].to_list() == [10, 20]
    assert table.frame["moins_15"].to_list() == [2, None]
    assert table.frame["plus_65"].to_list() == [2, None]
