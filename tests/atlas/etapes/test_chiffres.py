"""The figures of the small département, against what its regular layout says."""

from pathlib import Path
from types import ModuleType

import numpy as np
import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.ouvert import Atlas


def figures(atlas: Atlas, niveau: str, name: str) -> list[float]:
    return atlas.indicateurs(niveau)[name].to_list()


def test_populations_add_up(petit_atlas: Atlas) -> None:
    communes = [300.0 * (c + 1) for c in range(6)]
    assert figures(petit_atlas, "commune", "population_municipale") == communes
    assert figures(petit_atlas, "departement", "population_municipale") == [sum(communes)]
    west, east = communes[0] + communes[1] + communes[3] + communes[4], communes[2] + communes[5]
    assert figures(petit_atlas, "epci", "population_municipale") == [west, east]


def test_fragments_are_the_carreaux_of_each_commune(petit_atlas: Atlas) -> None:
    people = petit_atlas.fragments().group_by("code_insee").agg(pl.col("population").sum())
    np.testing.assert_allclose(
        people.sort("code_insee")["population"], [300 * (c + 1) for c in range(6)], rtol=1e-6
    )


def test_density_is_of_the_published_area(petit_atlas: Atlas) -> None:
    np.testing.assert_allclose(figures(petit_atlas, "commune", "densite"), [25 * (c + 1) for c in range(6)])


def test_rate_takes_the_population_of_the_numerators_year(petit_atlas: Atlas) -> None:
    # pharmacies are of 2013, when commune 0 had 150 people: 10 000 × 1 / 150
    assert figures(petit_atlas, "commune", "taux_pharmacie_10000")[0] == pytest.approx(10_000 / 150)
    # 2 pharmacies in a département of 3 150 people
    assert figures(petit_atlas, "departement", "taux_pharmacie_10000") == pytest.approx([20_000 / 3150])


def test_absent_from_an_exhaustive_inventory_is_zero(petit_atlas: Atlas) -> None:
    assert figures(petit_atlas, "commune", "nombre_pharmacie") == [1, 0, 0, 1, 0, 0]
    assert figures(petit_atlas, "epci", "presence_pharmacie") == [1, 0]


def test_carried_mean_is_that_of_the_carreaux(petit_atlas: Atlas) -> None:
    cells = petit_atlas.carreaux().filter("dans_departement")["population"].to_numpy()
    seconds = petit_atlas.indicateurs("carreau")["duree_pharmacie"].to_numpy()
    weighted = (cells * seconds).sum() / cells.sum()
    assert figures(petit_atlas, "departement", "duree_pharmacie") == pytest.approx([weighted])


def test_times_to_services_placed_by_rule_say_so(petit_atlas: Atlas) -> None:
    communes = petit_atlas.indicateurs("commune")
    assert communes["duree_pharmacie_fiabilite"].unique().to_list() == ["estime"]
    assert communes["population_municipale_fiabilite"].unique().to_list() == ["observe"]
    placed = petit_atlas.implantations().filter(pl.col("type") == "pharmacie")
    assert placed["fiabilite"].unique().to_list() == ["impute"]
    assert placed["precision"].unique().to_list() == ["commune"]


def test_an_itinerant_service_is_counted_but_is_no_permanent_access(petit_atlas: Atlas) -> None:
    assert figures(petit_atlas, "commune", "nombre_france_services") == [0, 1, 1, 0, 0, 0]
    durees = petit_atlas.durees()
    rows = np.unique(durees.site[:, durees.types.index("france_services")])
    assert petit_atlas.implantations()["nom"][rows.tolist()].to_list() == ["France services 1"]


def test_expected_share_lies_within_its_interval(petit_atlas: Atlas) -> None:
    communes = petit_atlas.indicateurs("commune")
    low, middle, high = (communes[f"part_pharmacie_plus_7min{end}"] for end in ("_bas", "", "_haut"))
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low < high).any()


def test_the_three_conventions_are_there(petit_atlas: Atlas) -> None:
    departement = petit_atlas.indicateurs("departement")
    base = "part_panier_plus_7min"
    names = [base, f"{base}_reparti", f"{base}_mairie", f"{base}_commune_a_commune"]
    default, spread, hall, older = departement.select(names).row(0)
    assert default == spread
    assert len({spread, hall, older}) == 3


def test_basket_says_how_many_services_it_knows(petit_atlas: Atlas) -> None:
    # pharmacie, boulangerie, college, medecin_generaliste
    assert figures(petit_atlas, "departement", "services_panier_connus") == pytest.approx([4])


def test_everyone_here_lives_near_the_border(petit_atlas: Atlas) -> None:
    assert petit_atlas.territoires("commune")["part_frontiere"].to_list() == pytest.approx([1.0] * 6)


@pytest.mark.lent
def test_a_neighbourhood_takes_its_share_of_the_carreaux(
    petit_monde: ModuleType, petites_sources: Path, tmp_path: Path
) -> None:
    petit_monde.write_qpv(petites_sources / "qpv.geojson")
    atlas = build("59", petites_sources, tmp_path / "A", Parametres(tuiles=False))
    (zone,) = atlas.territoires("zone").rows(named=True)
    # commune 5 has 1 800 people in 12 carreaux, the neighbourhood is half of one
    assert (zone["code"], zone["population"]) == ("QN05901I", 75)
    assert zone["superficie_km2"] == pytest.approx(0.5, rel=1e-3)
    x, y = petit_monde.place(5)
    cells = atlas.carreaux().filter("dans_departement").with_row_index()
    row = cells.filter((pl.col("x_3035") == x) & (pl.col("y_3035") == y))["index"][0]
    there = figures(atlas, "carreau", "duree_pharmacie")[row]
    assert figures(atlas, "zone", "duree_pharmacie") == pytest.approx([there])
    assert "population_municipale" not in atlas.indicateurs("zone").columns


def test_statistics_are_added_up_or_averaged(petit_atlas: Atlas) -> None:
    # every column of the small populations file holds today's people
    assert figures(petit_atlas, "departement", "population_2021") == [6300]
    index = petit_atlas.index().filter(
        (pl.col("indicateur") == "population_2021") & (pl.col("niveau") == "epci")
    )
    assert index.select("millesime", "unite").row(0) == ("2021", "habitants")


def test_everything_is_judged_and_nothing_ranked_near_the_border(petit_atlas: Atlas) -> None:
    deficits = petit_atlas.deficits()
    judged = petit_atlas.territoires().filter(pl.col("niveau") != "departement")
    assert deficits.select("niveau", "code").rows() == judged.select("niveau", "code").rows()
    assert deficits["rang"].null_count() == deficits.height
    far = petit_atlas.indicateurs("commune")["part_panier_plus_7min"] > 0.10
    assert deficits.filter(pl.col("niveau") == "commune")["en_deficit"].to_list() == far.to_list()


def test_a_basin_cut_by_the_border_is_partial(petit_atlas: Atlas) -> None:
    partial = petit_atlas.territoires("bassin_vie").select("code", "partiel").rows()
    assert partial == [("59100", None), ("62999", True)]
    assert petit_atlas.territoires("epci")["partiel"].to_list() == [False, False]
