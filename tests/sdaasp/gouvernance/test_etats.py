"""State machines of governance: no dead end but the final states, no jump, nothing closes unanswered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.gouvernance import remontees, seances
from maillage.sdaasp.gouvernance.chargement import load_comites
from maillage.sdaasp.gouvernance.remontees import ActeRemontee, EtapeRemontee, NatureRemontee, Remontee
from maillage.sdaasp.gouvernance.seances import (
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    Presence,
    ReponseConvocation,
)

NORD = load_comites("nord-2025-2030")
DAY = date(2026, 4, 7)
NEW = Remontee(cle="r", nature=NatureRemontee.BLOCAGE, texte="Sans local", territoire="593")

MACHINES = [
    (remontees.SUITES, None, {ActeRemontee.REPONDRE, ActeRemontee.RETIRER}),
    (seances.SUITES_SEANCE, EtatSeance.PREVUE, {EtatSeance.TENUE}),
    (seances.SUITES_COMPTE_RENDU, EtatCompteRendu.BROUILLON, {EtatCompteRendu.APPROUVE}),
    (seances.SUITES_DECISION, EtatDecision.A_FAIRE, set()),
]


@pytest.mark.parametrize(("machine", "start", "finals"), MACHINES)
def test_every_state_is_reached_and_only_the_last_ones_are_the_end(
    machine: Mapping, start, finals: set
) -> None:
    reached, queue = {start}, [start]
    while queue:
        for state in machine[queue.pop()] - reached:
            reached.add(state)
            queue.append(state)
    assert reached == set(machine)
    assert {state for state, after in machine.items() if not after} == finals


def step(acte: ActeRemontee, comite: str = "cts", texte: str = "Parce que", day: date = DAY) -> EtapeRemontee:
    return EtapeRemontee(acte=acte, le=day, comite=comite, texte=texte)


STEPS = st.builds(
    step,
    st.sampled_from(ActeRemontee),
    st.sampled_from([comite.cle for comite in NORD]),
    st.sampled_from(["", "Parce que"]),
    st.dates(DAY - timedelta(days=3), DAY + timedelta(days=9)),
)


@given(st.lists(STEPS, max_size=12))
@settings(max_examples=200)
def test_any_sequence_leaves_a_journal_that_holds(steps: list[EtapeRemontee]) -> None:
    now = remontees.deposit(NEW, "cts", DAY)
    for one in steps:
        before = now
        try:
            now = remontees.move(now, one, NORD)
        except EntreeInvalide:
            continue
        assert now.etapes[: len(before.etapes)] == before.etapes
        assert remontees.move(now, one, NORD) == now
    days = [etape.le for etape in now.etapes]
    assert days == sorted(days)
    closing = [e for e in now.etapes if e.acte in (ActeRemontee.REPONDRE, ActeRemontee.RETIRER)]
    assert now.close == bool(closing)
    assert all(e.texte.strip() for e in closing)
    assert len(closing) <= 1


def test_a_blockage_goes_up_to_the_copil_and_comes_back_with_its_answer() -> None:
    now = remontees.deposit(NEW, remontees.route(NORD, "593"), DAY)
    for one in (
        step(ActeRemontee.INSCRIRE),
        step(ActeRemontee.TRANSMETTRE, "cotech", day=date(2026, 4, 7)),
        step(ActeRemontee.INSCRIRE, "cotech", day=date(2026, 6, 16)),
        step(ActeRemontee.TRANSMETTRE, "copil", day=date(2026, 11, 17)),
        step(ActeRemontee.REPONDRE, "copil", "Local trouvé à Douai", date(2026, 12, 10)),
    ):
        assert not now.close
        now = remontees.move(now, one, NORD)
    assert (now.close, now.reponse) == (True, "Local trouvé à Douai")
    assert remontees.list_waiting([now], date(2027, 1, 1)) == ()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (step(ActeRemontee.DEPOSER), "elle est déposée"),
        (step(ActeRemontee.TRANSMETTRE, "copil"), "Possible : CoTech"),
        (step(ActeRemontee.TRANSMETTRE, "cta"), "Possible : CoTech"),
        (step(ActeRemontee.REPONDRE, "cotech"), "devant un autre comité"),
        (step(ActeRemontee.REPONDRE, texte=" "), "réponse"),
        (step(ActeRemontee.RETIRER, texte=""), "sans raison"),
        (step(ActeRemontee.INSCRIRE, day=date(2026, 4, 6)), "précède"),
    ],
)
def test_each_wrong_step_is_said(wrong: EtapeRemontee, said: str) -> None:
    with pytest.raises(EntreeInvalide, match=said):
        remontees.move(remontees.deposit(NEW, "cts", DAY), wrong, NORD)


def test_an_empty_remontee_is_refused_and_one_without_comite_too() -> None:
    with pytest.raises(EntreeInvalide, match="vide"):
        remontees.deposit(replace(NEW, texte=" "), "cts", DAY)
    with pytest.raises(EntreeInvalide, match="Aucun comité"):
        remontees.route((), "593")


@pytest.mark.parametrize(("waited", "reminder"), [(0, 30), (29, 30), (30, 60), (61, 90)])
def test_the_next_reminder_is_always_ahead(waited: int, reminder: int) -> None:
    one = remontees.deposit(NEW, "cts", DAY)
    (found,) = remontees.list_waiting([one], DAY + timedelta(days=waited))
    assert (found.jours, found.rappel) == (waited, DAY + timedelta(days=reminder))


@pytest.mark.parametrize(
    ("present", "part", "reached"), [(3, 0.5, False), (4, 0.5, True), (0, None, None), (5, 2 / 3, True)]
)
def test_the_quorum_is_more_than_its_share(present: int, part: float | None, reached: bool | None) -> None:
    called = [Presence(organisation=str(rank), presente=rank < present) for rank in range(6)]
    assert seances.count_quorum(called, part).atteint is reached


def test_a_proxy_is_worth_nothing_when_its_holder_is_away() -> None:
    called = [
        Presence(organisation="a", presente=True),
        Presence(organisation="b", reponse=ReponseConvocation.POUVOIR, pouvoir_a="a"),
        Presence(organisation="c", reponse=ReponseConvocation.POUVOIR, pouvoir_a="d"),
        Presence(organisation="d", reponse=ReponseConvocation.VIENT, presente=False),
    ]
    assert seances.count_quorum(called, None).representes == 1


def test_minutes_say_everything_that_stands_against_a_step() -> None:
    with pytest.raises(EntreeInvalide) as refusal:
        seances.check_compte_rendu(EtatCompteRendu.BROUILLON, EtatCompteRendu.APPROUVE, "", EtatSeance.PREVUE)
    assert len(refusal.value.fautes) == 3


@pytest.mark.parametrize(("state", "late"), [("a_faire", True), ("en_cours", True), ("faite", False)])
def test_a_decision_is_late_the_day_after_its_date(state: str, late: bool) -> None:
    assert seances.is_late(EtatDecision(state), DAY, DAY + timedelta(days=1)) is late
    assert not seances.is_late(EtatDecision(state), DAY, DAY)
    assert not seances.is_late(EtatDecision(state), None, DAY)


def test_giving_a_decision_up_says_why() -> None:
    seances.check_decision(EtatDecision.A_FAIRE, EtatDecision.FAITE, "")
    with pytest.raises(EntreeInvalide, match="Dites pourquoi"):
        seances.check_decision(EtatDecision.A_FAIRE, EtatDecision.ABANDONNEE, "")
