"""What a reader says of age, of elsewhere and of the archive, on the small atlas that the code builds."""

from dataclasses import replace

import pytest

from maillage.atlas.lecture.definitions import read_definition
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.diagnostic.millesimes import is_old
from maillage.diagnostic.profil import default_profil


@pytest.fixture(scope="module")
def lecteur(petit_atlas):
    return Lecteur(petit_atlas)


@pytest.mark.parametrize(
    ("millesime", "population", "annee"),
    [("2013", "2023", "2013"), ("2018", "2023", ""), ("2013-2024", "2023", "2013-2024"), ("2013", "", "")],
)
def test_an_old_figure_carries_its_year_and_a_recent_one_does_not(lecteur, millesime, population, annee):
    row = lecteur.tables.index().row(0, named=True)
    assert read_definition({**row, "millesime": millesime}, population).annee == annee


def test_the_age_of_figures_is_told_from_the_newest_population(lecteur):
    newest = lecteur.definition("population_municipale").millesime
    for definition in lecteur.definitions.values():
        assert definition.ancien == is_old(definition.millesime, newest)


def test_the_tiers_are_those_of_the_rule(lecteur):
    assert lecteur.paliers == default_profil().paliers


def test_references_are_in_the_unit_of_the_page(lecteur):
    known = [r for r in lecteur.references("densite") if r.valeur is not None]
    assert {r.echelle for r in known} == {"region", "type_densite", "france"}
    assert lecteur.references("rien") == ()


def test_near_the_border_the_reader_says_what_it_knows(lecteur):
    here = lecteur.territoires("commune")[0]
    near = lecteur.explain_border(replace(here, part_frontiere=0.6), ["pharmacie", "france_services"])
    assert any("n’est pas connue pour" in sentence for sentence in near)
    assert lecteur.explain_border(replace(here, part_frontiere=0.0), ["pharmacie"]) == ()
    assert lecteur.explain_border(replace(here, part_frontiere=None), ["pharmacie"]) == ()


def test_a_heading_carries_the_years_of_an_old_figure(lecteur):
    row = lecteur.tables.index().row(0, named=True)
    old, new = read_definition({**row, "millesime": "2013"}, "2023"), read_definition(row, "")
    assert old.nom_date == f"{old.nom} (2013)"
    assert new.nom_date == new.nom
