"""The state machine of a bilan: no dead end but frozen, no jump, nothing consolidated in silence."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.bilan.contributions import ContributionAttendue, PartDuBilan, find_rappel
from maillage.sdaasp.bilan.etats import (
    SUITES,
    ActeBilan,
    EtapeBilan,
    EtatBilan,
    Marche,
    ReunionDeBilan,
    find_circuit,
    move,
)
from maillage.sdaasp.gouvernance.chargement import load_comites

A, E = ActeBilan, EtatBilan
NORD = find_circuit(load_comites("nord-2025-2030"))
PLACES = ("591", "593")
DAY = date(2026, 9, 1)
NEW = Marche(circuit=NORD, territoires=PLACES)


def act(marche: Marche, acte: ActeBilan, place: str | None = None, motif: str = "Par écrit") -> Marche:
    le = marche.etapes[-1].le if marche.etapes else DAY
    return replace(marche, etapes=move(marche, EtapeBilan(acte=acte, le=le, territoire=place, motif=motif)))


def go(*acts: tuple[ActeBilan, str | None]) -> Marche:
    marche = NEW
    for acte, place in acts:
        marche = act(marche, acte, place)
    return marche


ROUND = ((A.DEMANDER, None), (A.RELIRE, "591"), (A.RELIRE, "593"), (A.CONSOLIDER, None), (A.VALIDER, None))


def test_a_bilan_goes_through_its_comites_to_its_seal() -> None:
    states = [go(*ROUND[:k]).etat for k in range(len(ROUND) + 1)]
    assert states == [
        E.OUVERT, E.CONTRIBUTIONS, E.CONTRIBUTIONS, E.TERRITOIRES, E.CONSOLIDE, E.VALIDE
    ]  # fmt: skip
    assert go(*ROUND, (A.FIGER, None)).etat is E.FIGE


def test_an_arrondissement_that_has_consolidated_writes_no_more_the_others_do() -> None:
    marche = go(*ROUND[:2])
    assert (marche.is_ouverte("591"), marche.is_ouverte("593"), marche.is_ouverte(None)) == (
        False,
        True,
        True,
    )
    assert act(marche, A.RELIRE, "593").is_ouverte(None)
    assert not go(*ROUND[:4]).is_ouverte(None)


def test_reopening_asks_every_arrondissement_again() -> None:
    marche = act(go(*ROUND), A.REPRENDRE)
    assert (marche.etat, marche.a_relire) == (E.CONTRIBUTIONS, PLACES)


@given(st.lists(st.tuples(st.sampled_from(A), st.sampled_from([None, *PLACES, "999"])), max_size=14))
@settings(max_examples=150, deadline=None)
def test_no_sequence_jumps_a_state_nor_leaves_the_seal(tried: list[tuple[ActeBilan, str | None]]) -> None:
    marche = NEW
    for acte, place in tried:
        before = marche
        try:
            marche = act(before, acte, place)
        except EntreeInvalide:
            continue
        if marche.etapes != before.etapes:
            assert acte in SUITES[before.etat]
        again = replace(marche, etapes=move(marche, marche.etapes[-1]))
        assert again == marche
    acts = [etape.acte for etape in marche.etapes]
    if A.FIGER in acts:
        assert acts.index(A.FIGER) == len(acts) - 1
        assert acts[-2] is A.VALIDER
    assert all(acts[k - 1] is A.CONSOLIDER for k, one in enumerate(acts) if one is A.VALIDER)


def test_every_state_leads_to_the_seal() -> None:
    for state in E:
        assert bool(SUITES[state]) is (state is not E.FIGE)


@pytest.mark.parametrize(
    ("acts", "acte", "place", "said"),
    [
        (ROUND[:1], A.RELIRE, "591", "aucune réunion"),
        (ROUND[:1], A.CONSOLIDER, None, "n’ont pas consolidé : 591, 593"),
        (ROUND[:4], A.VALIDER, None, "aucune réunion"),
        (ROUND, A.REPRENDRE, None, "se motive"),
    ],
)
def test_what_is_done_without_its_comite_says_why(acts, acte, place, said) -> None:
    with pytest.raises(EntreeInvalide, match=said):
        act(go(*acts), acte, place, motif=" ")


def test_consolidating_without_contributions_says_why() -> None:
    held = ReunionDeBilan(cle="s", comite="cotech", jour=DAY, tenue=True)
    step = EtapeBilan(acte=A.CONSOLIDER, le=DAY, reunion="s")
    with pytest.raises(EntreeInvalide, match="contributions non rendues : 3"):
        move(go(*ROUND[:3]), step, held, a_rendre=3)
    assert move(go(*ROUND[:3]), step, held)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"comite": "cotech"}, "pas une réunion de ce comité"),
        ({"territoire": "591"}, "pas une réunion de ce comité"),
        ({"tenue": False}, "n’est pas tenue"),
        ({"jour": DAY + timedelta(days=1)}, "n’est pas tenue"),
        ({"cle": "autre"}, "n’existe pas"),
    ],
)
def test_validation_takes_a_meeting_of_the_comite_that_was_held(changed, said) -> None:
    held = ReunionDeBilan(cle="s", comite="copil", jour=DAY, tenue=True)
    step = EtapeBilan(acte=A.VALIDER, le=DAY, reunion="s")
    assert move(go(*ROUND[:4]), step, held)[-1] == step
    with pytest.raises(EntreeInvalide, match=said):
        move(go(*ROUND[:4]), step, replace(held, **changed))


def test_without_comites_of_arrondissements_the_whole_is_consolidated_at_once() -> None:
    marche = Marche(circuit=find_circuit(load_comites("isere-2026-2031")), territoires=PLACES)
    assert act(act(marche, A.DEMANDER), A.CONSOLIDER).etat is E.CONSOLIDE


def test_no_step_goes_back_in_time() -> None:
    step = EtapeBilan(acte=A.CONSOLIDER, le=DAY - timedelta(days=1), motif="Vite")
    with pytest.raises(EntreeInvalide, match="l’étape d’avant est du 1er septembre 2026"):
        move(go(*ROUND[:3]), step)


@given(st.integers(-60, 200))
def test_a_reminder_is_never_behind_and_stops_once_given(shift: int) -> None:
    owed = ContributionAttendue(part=PartDuBilan(), a_qui="CAF", echeance=DAY)
    today = DAY + timedelta(days=shift)
    found = find_rappel(owed, today)
    assert found is not None
    assert found >= today
    if shift > 0:
        assert (found - today).days < 7
    assert find_rappel(replace(owed, rendue_le=today), today) is None
