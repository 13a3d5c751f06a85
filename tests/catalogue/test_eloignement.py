import pytest

from maillage.catalogue.eloignement import find_limit, list_limits
from maillage.catalogue.groupes_lieux import list_groups
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.types_service import list_types

SOINS = ("pharmacie", "medecin_generaliste", "kinesitherapeute", "dentiste", "infirmier")


@pytest.mark.parametrize(
    ("service", "minutes"),
    [
        ("france_services", 20),
        ("france_travail", 20),
        ("urgences", 30),
        ("maternite", 30),
        *((soin, 20) for soin in SOINS),
        ("boulangerie", 7),
        ("college", 7),
        ("college_public", 7),
        ("ecole_publique", 7),
        ("coiffeur", 7),
        ("panier", 7),
        ("tribunal_judiciaire", 30),
        ("gare", 15),
        ("bpe_a999", 15),
    ],
)
def test_too_far_depends_on_the_service(service, minutes):
    assert find_limit(service).minutes == minutes


def test_every_limit_is_a_duration_that_atlases_hold():
    assert {limit.minutes for limit in list_limits()} <= set(load_seuils()["depassement_min"].valeur)


def test_every_type_named_exists_and_only_once():
    named = [name for limit in list_limits() for name in limit.types]
    known = {*list_types(), *list_groups(), "panier"}
    assert sorted(set(named)) == sorted(named)
    assert set(named) <= known
    assert {name for limit in list_limits() for name in limit.paniers} <= set(list_baskets())


def test_only_the_last_takes_what_no_other_names():
    *first, last = list_limits()
    assert all(limit.types or limit.paniers or limit.gammes for limit in first)
    assert last.types + last.paniers + last.gammes == ()


def test_every_limit_says_where_it_comes_from():
    assert all(limit.source and limit.date for limit in list_limits())


def test_the_limits_of_other_files_agree():
    """One value for one thing: the basket's seven minutes, the twenty of a first welcome."""
    assert find_limit("panier").minutes == load_seuils()["panier_eloigne_min"].valeur
    assert find_limit("premier_accueil").minutes == load_seuils()["premier_accueil_min"].valeur
