"""A signalement never gets stuck, never closes in silence; who answers it follows from mandates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.participation.chiffres import count_year
from maillage.participation.pilotes import REPONDENT, make_perimetre, pick_first, rank_pilotes
from maillage.participation.ressemblance import compare_words, find_similar, sign_words
from maillage.participation.signalements import (
    A_LIRE,
    A_REPONDRE,
    DISENT_POURQUOI,
    ETATS_SIGNALEMENT,
    FERMENT,
    NOMS_ACTES,
    PUBLICS,
    SUITES,
    EtapeSignalement,
    SignalementHabitant,
    list_next,
    move,
)
from maillage.participation.signalements import ActeSignalement as A
from maillage.sdaasp.mandats.autorite import Pouvoir
from maillage.sdaasp.mandats.perimetre import Portee

JOUR = date(2026, 3, 2)
ACTES = st.sampled_from(list(A))
TEXTES = st.sampled_from(["", "  ", "Parce que"])
PAS = st.lists(st.tuples(ACTES, TEXTES, st.integers(0, 3)), max_size=12)


def play(pas) -> SignalementHabitant:
    """What is left of a random run: steps refused leave it as it was."""
    one, day = SignalementHabitant(cle="s"), JOUR
    for acte, texte, wait in [(A.DEPOSER, "", 0), *pas]:
        day += timedelta(days=wait)
        try:
            one = move(one, EtapeSignalement(acte=acte, le=day, texte=texte, vers="autre"))
        except EntreeInvalide:
            continue
    return one


def test_each_state_has_its_words_and_every_state_is_reached():
    states = set(SUITES) - {None}
    assert states == set(ETATS_SIGNALEMENT) == set(A) - {A.MASQUER}
    assert set(NOMS_ACTES) == set(A)
    reached, ahead = set(), {A.DEPOSER}
    while ahead:
        reached |= ahead
        ahead = {b for a in ahead for b in SUITES[a]} - reached
    assert reached == states


def test_only_withdrawal_has_no_next_step_and_every_open_state_can_close():
    assert [state for state, after in SUITES.items() if not after] == [A.RETIRER]
    for state in set(SUITES) - {None} - FERMENT:
        assert SUITES[state] & FERMENT, state
    assert set(SUITES) - {None} == PUBLICS | A_LIRE | FERMENT
    assert A_REPONDRE < PUBLICS - FERMENT


@given(PAS)
def test_nothing_closes_without_an_answer_a_reason_or_its_author(pas):
    one = play(pas)
    for step in one.etapes:
        assert step.acte not in DISENT_POURQUOI or step.texte.strip()
    if one.etat is A.REPONDRE:
        assert one.reponse.strip()
    else:
        assert one.reponse == ""
    assert bool(one.motif) == (one.etat is A.REFUSER)
    assert (one.ferme_le is not None) == one.close


@given(PAS)
def test_it_is_public_only_once_somebody_has_published_it(pas):
    one = play(pas)
    acts = [step.acte for step in one.etapes]
    if one.is_public:
        last_gate = max(i for i, acte in enumerate(acts) if acte in {A.DEPOSER, A.ROUVRIR})
        assert A.PUBLIER in acts[last_gate:]


@given(PAS)
def test_days_never_go_back_and_the_same_step_twice_is_one(pas):
    one = play(pas)
    days = [step.le for step in one.etapes]
    assert days == sorted(days)
    assert move(one, one.etapes[-1]) is one
    if list_next(one):
        with pytest.raises(EntreeInvalide, match="précède"):
            move(
                one,
                EtapeSignalement(
                    acte=next(iter(list_next(one))), le=JOUR - timedelta(1), texte="x", vers="b"
                ),
            )


@given(PAS)
def test_counts_of_a_year_add_up(pas):
    told = count_year([play(pas), play(())], 2026, date(2026, 12, 31))
    assert told.recus == 2 == told.repondus + told.refuses + told.reunis + told.retires + told.en_attente
    assert (told.delai_j is None) == (told.repondus == 0)
    assert count_year([play(pas)], 2025, date(2026, 12, 31)).recus == 0


def test_a_passage_hidden_leaves_it_where_it_stood():
    one = play([(A.PUBLIER, "", 0), (A.INSTRUIRE, "", 0)])
    one = move(one, EtapeSignalement(acte=A.MASQUER, le=JOUR, texte="Un nom"))
    assert one.etat is A.INSTRUIRE
    with pytest.raises(EntreeInvalide, match="à un autre"):
        move(one, EtapeSignalement(acte=A.FUSIONNER, le=JOUR, vers="s"))


HELD = st.lists(
    st.builds(
        Pouvoir,
        st.sampled_from([*REPONDENT, "analyste", "accueil"]),
        st.builds(
            Portee,
            st.sampled_from(["", "sante", "mobilites"]),
            st.sampled_from(["", "arrondissement:593", "arrondissement:591"]),
            st.sampled_from(["", "mobilites-solidaires"]),
        ),
    ),
    max_size=8,
)


@given(HELD, st.sampled_from(["", "sante", "mobilites"]), st.sampled_from(["", "593", "591"]))
def test_who_answers_covers_it_and_nobody_closer_was_left_out(held, theme, place):
    about = make_perimetre(theme, place, "")
    first = pick_first(held, about, JOUR)
    covering = {r for r, one in enumerate(held) if one.role in REPONDENT and one.portee.couvre(about)}
    assert set(rank_pilotes(held, about, JOUR)) == covering
    assert bool(first) == bool(covering)

    def named(one: Pouvoir) -> int:
        return sum(map(bool, (one.portee.theme, one.portee.territoire, one.portee.dimension)))

    assert all(named(held[r]) == max(named(held[c]) for c in covering) for r in first)


def test_a_mandate_that_is_over_answers_nothing():
    gone = Pouvoir("pilote_thematique", Portee("sante", fin=JOUR - timedelta(1)))
    assert pick_first([gone], make_perimetre("sante", "", ""), JOUR) == ()


def test_mobility_is_seen_by_the_referent_of_its_dimension_and_the_pilot_of_the_place():
    held = [
        Pouvoir("referent_dimension", Portee(dimension="mobilites-solidaires")),
        Pouvoir("pilote_territorial", Portee("mobilites", "arrondissement:591")),
        Pouvoir("pilote_thematique", Portee("sante")),
    ]
    assert rank_pilotes(held, make_perimetre("mobilites", "591", ""), JOUR) == (1, 0)


def test_what_is_alike_is_said_alike_whatever_its_figures_and_accents():
    assert sign_words("a", "Fermé 12 fois") == sign_words("a", "ferme 999 FOIS")
    assert sign_words("a", "Fermé") != sign_words("b", "Fermé")
    assert compare_words("", "12") == 0
    assert find_similar("le guichet ferme le samedi", [("a", "rien"), ("b", "guichet ferme samedi")]) == (
        ("b", 1.0),
    )
