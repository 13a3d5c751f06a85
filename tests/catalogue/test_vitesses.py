"""The catalogue of speeds: every section has its source; the peak hour differs by its factors alone."""

from dataclasses import replace

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.vitesses import FILE, list_modes, load_mode


def test_every_section_names_a_source_that_exists_and_says_if_it_is_confirmed() -> None:
    toml = read_toml(FILE)
    sections = [
        value for key, value in toml.items() if isinstance(value, dict) and key not in {"sources", "modes"}
    ]
    for section in [*sections, *toml["modes"].values()]:
        assert isinstance(toml["sources"][section["source"]]["confirme"], bool)


def test_the_peak_hour_is_slower_on_the_same_rules() -> None:
    peak, free = load_mode("voiture_pointe"), load_mode("voiture")
    assert peak.facteur_bati < 1
    assert replace(peak, id="voiture", nom=free.nom, facteur_bati=1, facteur_hors_bati=1) == free


@pytest.mark.parametrize("mode", list_modes())
def test_keys_go_from_the_most_general_to_the_most_precise(mode: str) -> None:
    rules = load_mode(mode)
    assert rules.cles[0] == "access"
    assert not rules.ouvertes.keys() & rules.sur_autorisation.keys()
    assert rules.barrieres_ouvertes < rules.barrieres_connues
    assert all(0 < kmh <= 130 for kmh in (*rules.ouvertes.values(), *rules.sur_autorisation.values()))


def test_a_value_is_decided_once() -> None:
    acces, barrieres = read_toml(FILE)["acces"], read_toml(FILE)["barrieres"]
    for table in (acces, barrieres):
        values = [value for group, members in table.items() if group != "source" for value in members]
        assert len(values) == len(set(values))


def test_an_unknown_mode_is_refused_with_the_list() -> None:
    with pytest.raises(EntreeInvalide, match="voiture_pointe"):
        load_mode("trottinette")
