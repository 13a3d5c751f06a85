"""What a file changes: new, changed, vanished, the same twice, two in any order."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.fusion import ChampChange, compare, merge

DAY = date(2026, 1, 1)


def structures(source: str) -> st.SearchStrategy[tuple[Structure, ...]]:
    one = st.builds(
        lambda n, nom: Structure(source=source, id=f"{source}--{n}", nom=nom, date_maj=DAY),
        st.integers(0, 5),
        st.sampled_from(["CCAS", "MDS", "Mairie"]),
    )
    return st.lists(one, max_size=5, unique_by=lambda fiche: fiche.id).map(tuple)


def same(one: Annuaire, other: Annuaire) -> bool:
    return set(one.structures) == set(other.structures) and one.complements == other.complements


@settings(max_examples=100, derandomize=True)
@given(structures("a"), structures("a"), structures("b"))
def test_importing_is_idempotent_and_sources_commute(before, after, others):
    held, given_, other = Annuaire(before), Annuaire(after), Annuaire(others)
    once = merge(held, given_)
    assert compare(once, given_, entier=False).rien
    assert same(merge(once, given_), once)
    assert same(merge(once, other), merge(merge(held, other), given_))
    found = compare(held, given_)
    gone = {key for _, key in found.disparues}
    assert gone == {one.id for one in before} - {one.id for one in after} if after else not gone
    assert gone <= {one.id for one in once.structures}  # told, never taken away
    counted = len(found.nouvelles) + len(found.changees) + len(found.identiques)
    assert counted == len(after)


def test_changes_are_told_field_by_field_those_of_the_complement_too():
    one = Structure(source="a", id="a--1", nom="CCAS", date_maj=DAY)
    offer = Prestation(source="a", id="a--1", nom="Aide", date_maj=DAY, structure_id="a--1")
    held = Annuaire((one,), (offer,), {"a--1": Complement(id="a--1", langues=("fr",))})
    given_ = Annuaire((replace(one, nom="CCAS d’Essai"),), (offer,), {})
    found = compare(held, given_)
    assert found.changees[("structure", "a--1")] == (
        ChampChange("nom", "CCAS", "CCAS d’Essai"),
        ChampChange("complement.langues", ["fr"], None),
    )


def test_a_source_that_vanishes_whole_or_in_part():
    one, two = (Structure(source="a", id=f"a--{n}", nom="CCAS", date_maj=DAY) for n in (1, 2))
    other = Structure(source="b", id="b--1", nom="MDS", date_maj=DAY)
    held = Annuaire((one, two, other))
    assert compare(held, Annuaire((one,))).disparues == (("structure", "a--2"),)
    assert compare(held, Annuaire((one,)), entier=False).disparues == ()
    assert compare(held, Annuaire()).disparues == ()  # an empty file says nothing of any source
