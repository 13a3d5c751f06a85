"""Role × action, cell by cell: the table people are told is the one that holds."""

import pytest

from maillage.web.comptes.models import Mandat
from maillage.web.programme import models
from maillage.web.programme.rules import LIBELLES, TABLE

# One line per role, one letter per action in the order of ACTIONS: x allowed, . refused. Written by hand.
ACTIONS = (
    "modifier_fiche", "modifier_objectif", "modifier_declinaison", "modifier_indicateur", "proposer_valeur",
    "valider_valeur", "contribuer_afom", "commenter", "suivre", "proposer_amendement", "instruire_amendement",
    "restaurer", "importer", "lire_historique", "contribuer_pratique", "modifier_label",
    "modifier_correspondance", "modifier_mutualisation", "modifier_demarche", "noter_nouvelle",
    "modifier_fne",
)  # fmt: skip
EXPECTED = {
    "administration":       ".....................",
    "charge_mission":       "xxxxxxxxxxxxxxxxxxxxx",
    "direction":            "..xxx.xxxx...xx..x.x.",
    "pilote_departemental": "xxxxx.xxxxxx.xxxxxxxx",
    "pilote_thematique":    "xxxxx.xxxx...xx..x.x.",
    "copilote":             "..xxx.xxxx...xx..x.x.",
    "pilote_territorial":   "..xxx.xxxx...xx..x.x.",
    "referent_dimension":   "x......xxx...xx....xx",
    "partenaire":           "......xxxx...xx....x.",
    "accueil":              ".......xxx...x.......",
    "analyste":             "....x..xxx...x.......",
    "":                     ".....................",
}  # fmt: skip


def test_every_role_and_action_is_in_the_table():
    assert set(ACTIONS) == set(TABLE)
    assert set(EXPECTED) == {*Mandat.Role.values, ""}


def test_the_table_people_read_is_the_one_that_holds(client, nord):
    assert set(LIBELLES) == set(TABLE)
    answer = client.get("/programme/droits/")
    labels = [str(label) for value, label in Mandat.Role.choices if "x" in EXPECTED[value]]
    assert [str(role) for role in answer.context["roles"]] == labels
    shown = dict(answer.context["lignes"])
    for action, label in LIBELLES.items():
        rank = ACTIONS.index(action)
        roles = [value for value in Mandat.Role.values if "x" in EXPECTED[value]]
        assert shown[label] == [EXPECTED[role][rank] == "x" for role in roles], action


@pytest.mark.parametrize("role", EXPECTED)
def test_role_by_action(compte, nord, role):
    personne = compte(role)
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    found = "".join("x" if personne.has_perm(f"programme.{action}", row) else "." for action in ACTIONS)
    assert found == EXPECTED[role]


@pytest.mark.parametrize(
    ("scope", "cle", "allowed"),
    [
        ({"theme": "sante", "territoire": "arrondissement:593"}, "sante/593/2025/1", True),
        ({"theme": "sante", "territoire": "arrondissement:593"}, "sante/592/2025/1", False),
        ({"theme": "sante", "territoire": "arrondissement:593"}, "sports/593/2025/1", False),
        ({"territoire": "arrondissement:593"}, "sports/593/2025/1", True),
        ({"theme": "sante"}, "sante/592/2025/1", True),
    ],
)
def test_a_perimeter_bounds_the_role(compte, nord, scope, cle, allowed):
    row = models.Declinaison.objects.get(cle=cle)
    assert compte("pilote_territorial", **scope).has_perm("programme.modifier_declinaison", row) is allowed


def test_a_mandate_that_is_over_gives_nothing(compte, nord):
    personne = compte("charge_mission", debut="2020-01-01", fin="2020-12-31")
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    assert not personne.has_perm("programme.modifier_declinaison", row)
