import pytest

from maillage.diagnostic.frontiere import AuDela, explain_border


def test_nothing_is_said_where_nobody_lives_near_the_border():
    assert explain_border(0.0, [AuDela("gare", True, None)]) == ()


def test_what_is_unknown_everywhere_is_said():
    (sentence,) = explain_border(float("nan"), [AuDela("gare", True, None)])
    assert "On ne sait rien" in sentence


@pytest.mark.parametrize(
    ("etranger", "word"), [(True, "est connue pour"), (False, "n’est connue pour aucun")]
)
def test_abroad_is_told_apart_from_neighbours(etranger, word):
    *_, last = explain_border(0.5, [AuDela("gare", True, etranger)], ["BE"])
    assert last.startswith("Celle de la Belgique")
    assert word in last


def test_no_country_no_sentence_about_it():
    assert not any("Celle" in sentence for sentence in explain_border(0.5, [AuDela("gare", True, None)]))


def test_only_unknown_services_do_not_say_that_some_count():
    sentences = explain_border(0.5, [AuDela("pharmacie", False, None)])
    assert sentences[1].startswith("L’offre des départements voisins n’est pas connue")
