"""The daily basket: each service in its newest vintage, or all in one."""

import polars as pl
import pytest

from maillage.atlas.construction.entrees import rename_gone
from maillage.atlas.etapes.temps import choose_basket, find_old_services, list_services
from maillage.catalogue.paniers import build_basket, list_baskets
from maillage.catalogue.services_disparus import list_gone, list_successors
from maillage.catalogue.types_service import list_types

COLUMNS = ["type", "source", "millesime"]


def make_basket(*, un_millesime=False):
    services = [
        {
            "id": "poste",
            "libelle": "Poste",
            "types": ["bureau_poste", "relais_poste"],
            "types_2024": ["poste"],
        },
        {"id": "pharmacie", "libelle": "Pharmacie", "types": ["pharmacie"], "types_2024": ["pharmacie"]},
        {"id": "dentiste", "libelle": "Dentiste", "types": ["dentiste"]},
        {"id": "banque", "libelle": "Banque", "types": ["banque"]},
    ]
    fields = dict.fromkeys(("libelle", "description", "source", "date", "lien"), "")
    return build_basket(
        {
            "id": "b",
            "confirme": True,
            "modifiable": False,
            **fields,
            "services": services,
            "un_millesime": un_millesime,
        }
    )


def make_counts(*rows):
    table = pl.DataFrame(list(rows), schema=COLUMNS, orient="row")
    return table.with_columns(code_insee=pl.lit("59001"), nombre=pl.lit(1))


OLD = [(name, "bpe_2013", "2013") for name in ("bureau_poste", "relais_poste", "pharmacie", "dentiste")]
NEW = [("poste", "bpe_2024", "2024"), ("pharmacie", "bpe_2024", "2024")]
CHOICE = make_counts(*OLD[:2], OLD[3], *NEW).sort("type")


def test_each_service_is_read_in_the_newest_inventory_that_knows_it():
    found = choose_basket(make_basket(), make_counts(*OLD, *NEW), CHOICE)
    assert found.rows() == [
        ("dentiste", "bpe_2013", "2013"),
        ("pharmacie", "bpe_2024", "2024"),
        ("poste", "bpe_2024", "2024"),
    ]
    assert list_services(make_basket(), found) == [("poste",), ("pharmacie",), ("dentiste",), ()]


def test_how_many_services_are_old_depends_on_the_newest_population():
    found = choose_basket(make_basket(), make_counts(*OLD, *NEW), CHOICE)
    assert find_old_services(make_basket(), found, 2023) == [False, False, True, False]
    assert find_old_services(make_basket(), found, 2018) == [False] * 4, "five years are not past"
    assert find_old_services(make_basket(), found, None) == [False] * 4


def test_a_service_of_several_types_is_as_old_as_its_oldest():
    choice = make_counts(("bureau_poste", "x", "2025"), ("relais_poste", "bpe_2013", "2013"), *NEW)
    assert "poste" in choose_basket(make_basket(), choice, choice)["type"].to_list()


def test_a_tie_keeps_the_services_own_types():
    choice = make_counts(("bureau_poste", "x", "2024"), ("poste", "y", "2024"))
    assert choose_basket(make_basket(), choice, choice)["type"].to_list() == ["bureau_poste"]


def test_a_basket_of_one_vintage_takes_the_source_that_knows_most_of_its_services():
    found = choose_basket(make_basket(un_millesime=True), make_counts(*OLD, *NEW), CHOICE)
    assert found.rows() == sorted(OLD)


def test_without_any_inventory_there_is_no_basket():
    for one in (True, False):
        assert choose_basket(make_basket(un_millesime=one), make_counts(), make_counts()).is_empty()


def test_the_variant_of_one_vintage_has_the_services_of_the_default_basket():
    daily, one = list_baskets()["quotidien"], list_baskets()["quotidien_un_millesime"]
    assert one.services == daily.services
    assert (daily.un_millesime, one.un_millesime) == (False, True)


def test_the_small_atlas_says_how_many_services_are_old(petit_atlas):
    """Pharmacy, bakery, school and doctor, all of 2013, beside a population of 2023."""
    row = petit_atlas.indicateurs("departement").row(0, named=True)
    assert row["services_panier_connus"] == pytest.approx(4)
    assert row["services_panier_anciens"] == pytest.approx(4)


def test_renamed_services_are_read_under_todays_name_of_their_own_year():
    before = pl.DataFrame(
        {
            "type": ["tribunal_grande_instance", "pole_emploi_agence", "tribunal_instance", "gare"],
            "millesime": "2013",
        }
    )
    after = rename_gone(before)
    assert after["type"].to_list() == ["tribunal_judiciaire", "france_travail", "tribunal_instance", "gare"]
    assert after["millesime"].unique().to_list() == ["2013"]


def test_what_the_law_ended_is_dated_and_its_successors_exist():
    assert set(list_gone()) <= set(list_types())
    assert set(list_successors().values()) <= set(list_types())
    assert not set(list_successors().values()) & set(list_gone())
    assert {gone.date_effet for gone in list_gone().values()} == {"2020-01-01", "2024-01-01"}
    ended = {
        name
        for name in list_types()
        if name.startswith("pole_emploi") or name in ("tribunal_grande_instance", "tribunal_instance")
    }
    assert set(list_gone()) == ended
