"""The rule used when none is asked for: neutral, unless the catalogue states the département's own."""

import re
from dataclasses import replace

import pytest

from maillage.atlas.construction.parametres import Parametres
from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.diagnostic.profil import choose_profil, default_profil, load_profils, make_profil, read_rules


def test_the_default_rule_names_no_departement_and_says_that_nobody_chose_it() -> None:
    rule = default_profil()
    text = " ".join([rule.nom, rule.source, rule.note, *(m.nom for m in rule.motifs)])
    names = [name for name in list_departements().values() if re.search(rf"\b{name}\b", text)]
    assert names == []
    assert "neutre" in rule.nom
    assert "Aucun schéma n'a choisi cette règle" in rule.note
    assert rule.departements == ()


def test_its_weights_are_equal_and_its_references_are_the_departement_itself() -> None:
    for motif in default_profil().motifs:
        assert len({critere.poids for critere in motif.criteres}) == 1
        assert {critere.ratio for critere in motif.criteres} == {1.0}


@pytest.mark.parametrize("departement", sorted(set(list_departements()) - {"59"}))
def test_every_other_departement_is_judged_by_the_neutral_rule(departement: str) -> None:
    assert Parametres().settle(departement).profil == "neutre"


def test_the_rule_of_one_departement_serves_there_and_where_it_is_asked_for() -> None:
    assert Parametres().settle("59").profil == "sdaasp_nord_2025"
    assert Parametres(profil="sdaasp_nord_2025").settle("38").profil == "sdaasp_nord_2025"
    assert Parametres(profil="neutre").settle("59").profil == "neutre"


def test_no_two_rules_claim_a_departement_and_one_only_is_the_default() -> None:
    rules = load_profils().values()
    claimed = [code for rule in rules for code in rule.departements]
    assert len(claimed) == len(set(claimed))
    assert sum(rule.par_defaut for rule in rules) == 1


def test_an_atlas_is_explained_by_the_rule_that_judged_it() -> None:
    own = read_rules()["neutre"] | {"nom": "La nôtre"}
    assert choose_profil({"profil": "a_nous", "regle": own}).nom == "La nôtre"
    assert choose_profil({"profil": "sdaasp_nord_2025", "regle": None}).id == "sdaasp_nord_2025"
    assert choose_profil({"profil": "oubliee"}) == default_profil()
    assert make_profil("neutre", read_rules()["neutre"]) == replace(default_profil())


def test_an_unknown_rule_is_refused_with_those_that_exist() -> None:
    with pytest.raises(EntreeInvalide, match="neutre, neutre_transports, sdaasp_nord_2025"):
        Parametres(profil="licorne")


def test_the_neutral_rule_of_an_atlas_with_timetables_has_one_motif_more() -> None:
    neutral, more = load_profils()["neutre"], load_profils()["neutre_transports"]
    assert more.motifs[:-1] == neutral.motifs
    assert more.paliers == neutral.paliers
    assert [critere.indicateur for critere in more.motifs[-1].criteres] == [
        "part_sans_acces_france_services_sans_voiture"
    ]
    assert Parametres().settle("38", transports=True).profil == "neutre_transports"
    assert Parametres().settle("38").profil == "neutre"
    assert Parametres().settle("59", transports=True).profil == "sdaasp_nord_2025"
    assert Parametres(profil="neutre").settle("38", transports=True).profil == "neutre"
