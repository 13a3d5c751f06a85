"""One way to write a name, whoever writes it."""

import pytest

from maillage.catalogue.noms import plier, present_code, serrer


@pytest.mark.parametrize(
    ("written", "proper"),
    [
        ("ST POL S/ MER", "Saint-Pol-sur-Mer"),
        ("Ste-Marie-Cappel", "Sainte-Marie-Cappel"),
        ("Sts-Geosmes", "Saints-Geosmes"),
        ("CONDE S/L'ESCAUT", "Condé-sur-l’Escaut"),
        ("Neuville s/s Arzillières", "Neuville sous Arzillières"),
        ("QUESNOY (LE)", "Le Quesnoy"),
        ("Haÿ-les-Roses (L')", "L'Haÿ-les-Roses"),
        ("moeuvres", "Mœuvres"),
        ("LILLE CEDEX 9", "Lille"),
        ("59033 LILLE CEDEX", "59033 Lille"),
        ("PARIS 18E ARRONDISSEMENT", "Paris"),
        ("Lyon 3ème", "Lyon"),
        ("MARSEILLE 1ER ARRDT", "Marseille"),
        ("Paris 01", "Paris"),
        ("  Villeneuve‑d`Ascq ", "Villeneuve-d’Ascq"),
    ],
)
def test_written_so_or_properly(written: str, proper: str) -> None:
    assert plier(written) == plier(proper)
    assert serrer(written) == serrer(proper)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Saint-Aubin", "Aubin"),
        ("Arrondissement de Douai", "Douai"),
        ("Paris-l’Hôpital", "Paris"),
        ("Lestrem", "Les Trem 2"),
    ],
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert plier(one) != plier(other)


def test_codes_of_former_communes() -> None:
    assert [present_code(c) for c in ("75101", "69381", "13216", "59154", "59298")] == [
        "75056", "69123", "13055", "59588", "59350",
    ]  # fmt: skip
