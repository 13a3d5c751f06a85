"""A grid without ages, as Filosofi's: people still count, and children that nobody counted make no figure."""

import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres


@pytest.mark.lent
def test_without_ages_the_apl_is_shared_between_all_people(petit_monde, petites_sources, tmp_path):
    known = build("59", petites_sources, tmp_path / "A", Parametres(tuiles=False))
    grid = petites_sources / "carreaux.parquet"
    blank = [pl.lit(None, pl.Int64).alias(name) for name in ("moins_15", "de_15_a_64")]
    pl.read_parquet(grid).with_columns(blank).write_parquet(grid)
    unknown = build("59", petites_sources, tmp_path / "B", Parametres(tuiles=False))
    name = "apl_calcule_medecin"
    # every carreau of the small world has the same shares of ages: the mean use is everybody's
    for niveau in ("commune", "departement"):
        before, after = (atlas.indicateurs(niveau)[name].to_numpy() for atlas in (known, unknown))
        assert after == pytest.approx(before)
    # what is shared is what there is: 2 doctors of 5 400 consultations between 6 300 people
    assert unknown.indicateurs("departement")[name][0] == pytest.approx(2 * 5400 / 6300, rel=0.02)
    grades = unknown.indicateurs("commune")[f"{name}_fiabilite"].unique().to_list()
    assert grades == ["estime"]  # times are estimated, which is worse than ages supposed
    assert not [x for x in unknown.indicateurs("commune").columns if x.startswith("places_jeune_enfant")]
    assert unknown.indicateurs("commune")["part_65_plus"].null_count() == 0
    assert "part_moins_15" not in unknown.indicateurs("commune").columns
