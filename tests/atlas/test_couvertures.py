"""In every table of an atlas: a value is covered and graded, an unknown is neither."""

import polars as pl
import pytest

from maillage.atlas.construction.controle import check_coverages
from maillage.atlas.lecture.format import FIABILITES, NIVEAUX


@pytest.mark.parametrize("niveau", NIVEAUX)
def test_a_value_has_a_coverage_and_an_unknown_is_said(petit_atlas, niveau):
    names = petit_atlas.index().filter(pl.col("niveau") == niveau)["indicateur"]
    table = petit_atlas.indicateurs(niveau) if len(names) else pl.DataFrame()
    for name in names:
        known = table[name].is_not_null()
        assert (table[f"{name}_couverture"].filter(known) > 0).all(), name
        assert (table[f"{name}_fiabilite"].is_not_null() == known).all(), name
        assert set(table[f"{name}_fiabilite"].drop_nulls()) <= set(FIABILITES)


def test_the_check_of_an_atlas_says_which_figure_has_none(petit_atlas):
    assert check_coverages(petit_atlas).passe
    table = petit_atlas.indicateurs("epci")
    spoilt = table.with_columns(densite_couverture=pl.lit(0.0))
    petit_atlas._kept["indicateurs/epci"] = spoilt
    try:
        assert check_coverages(petit_atlas).detail == "epci : densite"
    finally:
        petit_atlas._kept["indicateurs/epci"] = table
