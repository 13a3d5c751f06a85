"""The catalogue of speeds: every section has its source; the peak hour has factors and an hour of its own."""

from dataclasses import replace

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.vitesses import FILE, list_modes, load_mode, load_rule_labels, with_crossing_costs
from maillage.network.osm.delays import RULES


def test_every_section_names_a_source_that_exists_and_says_if_it_is_confirmed() -> None:
    toml = read_toml(FILE)
    sections = [
        value for key, value in toml.items() if isinstance(value, dict) and key not in {"sources", "modes"}
    ]
    for section in [*sections, *toml["modes"].values()]:
        assert isinstance(toml["sources"][section["source"]]["confirme"], bool)


def test_the_peak_hour_is_slower_on_the_same_rules_and_has_an_hour() -> None:
    peak, free = load_mode("voiture_pointe"), load_mode("voiture")
    assert peak.facteur_bati < 1
    assert (peak.moment != "", free.moment) == (True, "")
    same = {"id": "voiture", "nom": free.nom, "facteur_bati": 1, "facteur_hors_bati": 1, "moment": ""}
    assert replace(peak, **same) == free


def test_crossings_cost_time_when_asked_and_not_otherwise() -> None:
    for mode in map(load_mode, list_modes()):
        asked = with_crossing_costs(mode, applied=True).carrefours
        assert asked is not None
        assert asked.secondes.keys() == load_rule_labels().keys() == set(RULES.values())
        assert all(0 <= seconds <= 20 for seconds in asked.secondes.values())
        assert with_crossing_costs(mode, applied=False).carrefours is None
        assert with_crossing_costs(mode) == mode  # docs/adr/0173: nothing proves that they bring closer


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
