"""What is compared, what is refused, what is asked; the pairs that people read."""

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.doublons import measure, read_pairs
from maillage.annuaire.doublons.groupes import list_pairs, match
from maillage.annuaire.doublons.mots import are_alike, read_phone, read_street
from maillage.annuaire.doublons.paires import Candidate, Verdict, compare, order, read_weights
from maillage.annuaire.fiche import Structure

BASE = {"source": "une", "date_maj": "2026-01-01", "code_insee": "59008", "commune": "Aniche"}


def make(key: str, *, itinerante: bool = False, **told: object) -> Candidate:
    return Candidate(Structure.read({**BASE, "id": key, "nom": f"Lieu {key}", **told}), itinerante)


def test_the_pairs_that_people_read(donnees: Path) -> None:
    """The goal of the issue, on each part; « jugement » never served to set anything."""
    pairs = read_pairs(donnees)
    for part in ("reglage", "jugement"):
        found = measure([pair for pair in pairs if pair.partie == part])
        assert found.rappel >= 0.95, part
        assert found.precision >= 0.98, part
        assert found.non[Verdict.MEME] == 0, part


def test_two_prestations_of_a_structure_are_nowhere_compared() -> None:
    one = make("a", adresse="5 rue Haute", siret="1" * 14)
    assert match([one]).groupes == ()
    assert list(list_pairs([one])) == []


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"adresse": "5, r. Haute", "nom": "Espace Duponts"}, Verdict.MEME),
        ({"adresse": "7 rue Haute", "nom": "Espace Dupont"}, Verdict.AUTRE),
        ({"adresse": "rue Haute", "nom": "Espace Dupont"}, Verdict.MEME),
        ({"adresse": "5 rue Haute", "nom": "Mission locale du Douaisis"}, Verdict.DOUTE),
        ({"adresse": "rue Haute", "nom": "Commune d’Aniche"}, Verdict.DOUTE),
        ({"adresse": "5 rue Haute", "nom": "La Poste d’Aniche"}, Verdict.AUTRE),
        ({"adresse": "5 rue Haute", "nom": "Espace Dupont", "itinerante": True}, Verdict.AUTRE),
        ({"adresse": "5 rue Haute", "nom": "Espace Dupont", "siret": "2" * 14}, Verdict.DOUTE),
        ({"adresse": None, "nom": "Dupont (espace)", "siret": "1" * 14}, Verdict.MEME),
        ({"adresse": "5 rue Haute", "nom": "Espace Dupont", "code_insee": "59178"}, Verdict.AUTRE),
    ],
)
def test_verdicts(told: dict[str, object], verdict: Verdict) -> None:
    """Worked by hand: one door and one name, two numbers, no number, one door with two names…"""
    other = make("b", **{"source": "autre", **told})  # type: ignore[arg-type]
    here = make("a", adresse="5 rue Haute", nom="Espace Dupont", siret="1" * 14)
    assert compare(here, other).verdict is verdict


def test_two_buses_of_one_garage_are_a_question() -> None:
    one, other = (make(key, itinerante=True, adresse="1 rue Haute", nom="Bus du Pays") for key in "ab")
    assert compare(one, other).verdict is Verdict.DOUTE


@given(st.permutations(range(4)))
def test_no_order_of_the_list_changes_what_is_found(rank: Sequence[int]) -> None:
    places = [
        make("a", adresse="5 rue Haute", nom="Espace Dupont", longitude=3.25, latitude=50.33),
        make("b", adresse="5 R HAUTE", nom="ESPACE DUPONT", longitude=3.25, latitude=50.33, source="autre"),
        make("c", adresse="9 rue Haute", nom="Espace Dupont", longitude=3.2501, latitude=50.33),
        make("d", nom="Mairie", longitude=3.2502, latitude=50.33),
    ]
    assert match([places[n] for n in rank]) == match(places)
    assert [group.ids for group in match(places).groupes] == [("a", "b")]


def test_a_persons_word_passes_first_and_is_undone_without_a_trace() -> None:
    places = [make(key, adresse="5 rue Haute", nom="Espace Dupont", source=key) for key in "abc"]
    alone = match(places)
    assert [group.ids for group in alone.groupes] == [("a", "b", "c")]
    said = match(places, {("a", "c"): Verdict.AUTRE})
    assert all(not {"a", "c"} <= set(group.ids) for group in said.groupes)
    assert match(places, {}) == alone
    far = [*places, make("z", nom="Tout autre chose", code_insee="59178")]
    assert match(far, {("a", "z"): Verdict.MEME}).groupes[0].ids == ("a", "b", "c", "z")


def test_every_pair_within_the_radius_is_compared() -> None:
    """Against looking at all of them."""
    places = [make(f"{n:02}", nom=f"N{n}", longitude=3 + n * 0.0011, latitude=50.0) for n in range(12)]
    near = {
        order(a.structure.id, b.structure.id)
        for a, b in combinations(places, 2)
        if (gap := abs((a.structure.longitude or 0) - (b.structure.longitude or 0))) * 71_473 <= 300 and gap
    }
    assert set(list_pairs(places)) == near


def test_weights_are_those_of_two_shares() -> None:
    """log2(0.6613 / 0.0064), by hand 6.69."""
    assert read_weights()["adresse"]["identique"] == pytest.approx(6.69, abs=0.005)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_none(text: str) -> None:
    read = read_street(text)
    assert read is None or are_alike(read.mots, read.mots)
    assert read_phone(text) is None or len(read_phone(text) or "") == 9
