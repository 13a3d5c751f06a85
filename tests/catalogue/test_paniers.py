"""Baskets agree with the catalogue of types."""

from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.types_service import list_types


def test_the_proximity_basket_is_the_documented_gamme() -> None:
    basket = list_baskets()["proximite_insee"]
    assert len(basket.services) == 26
    in_basket = {name for service in basket.services for name in service.types}
    in_gamme = {t.id for t in list_types().values() if t.gamme == "proximite"}
    assert in_gamme <= in_basket
    assert in_basket - in_gamme == {
        "ecole_maternelle_rpi",
        "ecole_elementaire_rpi",
    }  # older forms of the same need


def test_the_daily_basket_reads_bpe_2013() -> None:
    known = list_types()
    for service in list_baskets()["quotidien"].services:
        assert all(known[name].bpe2013 for name in service.types), service.id
