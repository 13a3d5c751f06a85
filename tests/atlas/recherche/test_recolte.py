"""What an atlas gives to its search: zones by what they are, former names, numbers, services it lacks."""

from dataclasses import replace

import pytest

from maillage.atlas.lecture.lecteur import open_lecteur
from maillage.atlas.recherche.index import build_index
from maillage.atlas.recherche.recolte import describe_territoire, make_index, name_territoire, number_commune


@pytest.fixture(scope="module")
def lecteur(petit_atlas):
    return open_lecteur(petit_atlas.dossier)


@pytest.mark.parametrize(
    "words", ["qpv", "quartier prioritaire", "QPV Fives", "fives", "quartier fives", "fivse qpv"]
)
def test_a_priority_district_answers_to_its_name_and_to_what_it_is(lecteur, words: str) -> None:
    commune = lecteur.territoires("commune")[0]
    zone = replace(
        commune, niveau="zone", code="QN05901M", nom="Fives", type_zone="quartier prioritaire (QPV)"
    )
    first = build_index([name_territoire(zone, lecteur, [])]).search(words)[0]
    assert (first.genre, first.code) == ("zone", "QN05901M")
    assert first.detail.startswith("quartier prioritaire (QPV)")


def test_without_districts_the_word_leads_to_the_sources(lecteur) -> None:
    assert make_index(lecteur).search("qpv")[0].url == "/sources/"


def test_the_numbers_of_a_commune_say_what_they_are() -> None:
    """59183 has postcode 59140 (La Poste); 59540 is what Saint-Pol-sur-Mer was (INSEE); 59999 a file gave."""
    told = dict(number_commune("59183", ["Saint-Pol-sur-Mer", "59540", "59140", "59999"]))
    assert told["59183"] == "code INSEE 59183"
    assert told["59140"] == "code postal 59140"
    assert told["59540"] == "ancien code 59540"
    assert told["59999"] == "code postal 59999"


def test_one_line_says_what_a_commune_is(lecteur) -> None:
    commune = lecteur.territoires("commune")[0]
    line = describe_territoire(commune, lecteur, ["59400", "59401", "59402", "59403"])
    assert line.endswith("59400, 59401, 59402, …")
    assert line.startswith("commune")


def test_a_service_that_the_atlas_lacks_says_so(lecteur) -> None:
    held = {d.service for d in lecteur.definitions.values()}
    assert "geriatre" not in held
    first = make_index(lecteur).search("gériatre")[0]
    assert (first.genre, first.code, first.url) == ("service", "geriatre", "/sources/")
    assert "inconnu" in first.detail
