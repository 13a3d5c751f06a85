"""A proposition never gets stuck, never is answered in silence; who sits is read as it is written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.participation.propositions import (
    EN_ATTENTE,
    ETATS_PROPOSITION,
    NOMS_ACTES_PROPOSITION,
    PUBLIEES,
    SANS_RAISON,
    SUITES_PROPOSITION,
    TRANCHENT,
    CollegeRepresente,
    EtapeProposition,
    PropositionUsagers,
    count_propositions,
    cut_at,
    list_next_of,
    move_proposition,
    read_colleges,
    write_colleges,
)
from maillage.participation.propositions import ActeProposition as A

JOUR = date(2026, 3, 2)
PAS = st.lists(st.tuples(st.sampled_from(list(A)), st.sampled_from(["", " ", "Parce que"])), max_size=14)
MOTS = st.text("abé ’-", min_size=1, max_size=20).map(str.strip).filter(bool)


def play(pas) -> PropositionUsagers:
    """What is left of a random run: steps refused leave it as it was."""
    one = PropositionUsagers(cle="p")
    for rank, (acte, texte) in enumerate([(A.DEPOSER, ""), *pas]):
        try:
            step = EtapeProposition(acte=acte, le=JOUR + timedelta(rank), texte=texte)
            one = move_proposition(one, step)
        except EntreeInvalide:
            continue
    return one


def test_each_state_has_its_words_and_every_state_is_reached():
    states = set(SUITES_PROPOSITION) - {None}
    assert states == set(ETATS_PROPOSITION) == set(A) - {A.MASQUER}
    assert set(NOMS_ACTES_PROPOSITION) == set(A)
    reached, ahead = set(), {A.DEPOSER}
    while ahead:
        reached |= ahead
        ahead = {b for a in ahead for b in SUITES_PROPOSITION[a]} - reached
    assert reached == states
    assert EN_ATTENTE < PUBLIEES


@given(PAS)
def test_what_is_answered_says_why_and_what_is_open_can_be_answered(pas):
    one = play(pas)
    assert all(step.texte.strip() for step in one.etapes if step.acte not in SANS_RAISON)
    assert (one.reponse is not None) == (one.etat in TRANCHENT)
    if one.is_public and not one.close and one.etat is not A.TRANSMETTRE:
        assert list_next_of(one) >= TRANCHENT
    if one.etat in TRANCHENT:
        assert one.reponse.acte is one.etat
    told = count_propositions([one])
    parts = (told.retenues, told.en_partie, told.non_retenues, told.a_l_etude, told.en_attente)
    assert told.recues == sum(parts) == one.is_public


def test_a_step_of_before_or_out_of_turn_is_refused_and_the_same_twice_is_one():
    one = play([(A.PUBLIER, "")])
    step = EtapeProposition(acte=A.RETENIR, le=JOUR + timedelta(9), texte="Oui")
    kept = move_proposition(one, step)
    assert move_proposition(kept, step) == kept
    for wrong in (
        EtapeProposition(acte=A.RETENIR, le=JOUR - timedelta(1), texte="Oui"),
        EtapeProposition(acte=A.ENTENDRE, le=JOUR + timedelta(9)),
        EtapeProposition(acte=A.ETUDIER, le=JOUR + timedelta(9), texte="  "),
    ):
        with pytest.raises(EntreeInvalide):
            move_proposition(one, wrong)
    assert cut_at(kept, JOUR + timedelta(8)).etat is A.PUBLIER


@given(st.lists(st.builds(
    CollegeRepresente, college=MOTS, organisation=st.just("") | MOTS, nombre=st.none() | st.integers(1, 500)
), max_size=8))  # fmt: skip
def test_who_sits_is_read_as_it_is_written(colleges):
    assert read_colleges(write_colleges(colleges)) == tuple(colleges)


def test_every_line_that_does_not_say_who_sits_is_told():
    with pytest.raises(EntreeInvalide) as told:
        read_colleges("Habitants;;6\n;Croix-Rouge;2\n\nÉlus;;0\nA;b;3;4\nB;;²")
    assert [fault.ligne for fault in told.value.fautes] == [2, 4, 5, 6]
    with pytest.raises(EntreeInvalide, match="60 au plus"):
        read_colleges("Habitants\n" * 61)
