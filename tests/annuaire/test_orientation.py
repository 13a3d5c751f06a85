"""An orientation ends, says why, expires by itself and is erased."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.orientation import (
    EXPIREE,
    SUITES_ORIENTATION,
    ActeOrientation,
    EtapeOrientation,
    check_journal,
    follow_orientation,
)
from maillage.catalogue.erreurs import EntreeInvalide

DAY = date(2026, 1, 1)
acts = st.lists(st.sampled_from(ActeOrientation), min_size=1, max_size=5)


def write(told: list[ActeOrientation]) -> tuple[EtapeOrientation, ...]:
    return tuple(
        EtapeOrientation(one, DAY + timedelta(days=rank), "trop loin") for rank, one in enumerate(told)
    )


@given(acts)
def test_a_journal_is_what_the_table_allows(told: list[ActeOrientation]) -> None:
    allowed = all(one in SUITES_ORIENTATION[before] for before, one in zip([None, *told], told, strict=False))
    try:
        check_journal(write(told))
    except EntreeInvalide:
        assert not allowed
    else:
        assert allowed


def test_no_state_is_a_dead_end_but_the_final_ones() -> None:
    finals = {one for one, after in SUITES_ORIENTATION.items() if not after}
    assert finals == {ActeOrientation.ACCEPTER, ActeOrientation.REFUSER, ActeOrientation.RETIRER}
    reached, todo = set(), [ActeOrientation.ENVOYER]
    while todo:
        one = todo.pop()
        reached.add(one)
        todo += [after for after in SUITES_ORIENTATION[one] if after not in reached]
    assert reached == set(ActeOrientation)


@given(acts, st.integers(0, 200))
def test_everything_is_erased_in_the_end(told: list[ActeOrientation], days: int) -> None:
    journal = write(told)
    try:
        found = follow_orientation(journal, DAY + timedelta(days=days))
    except EntreeInvalide:
        return
    assert found.efface_le <= DAY + timedelta(days=64)
    assert (found.close_le is None) == (found.etat in {"envoyée", "reçue"})
    assert (found.etat == EXPIREE) == (bool(found.expire_le) and days >= 30)


def test_a_refusal_says_why_and_no_day_goes_back() -> None:
    sent = EtapeOrientation(ActeOrientation.ENVOYER, DAY)
    with pytest.raises(EntreeInvalide, match="pourquoi"):
        check_journal((sent, EtapeOrientation(ActeOrientation.REFUSER, DAY, " ")))
    with pytest.raises(EntreeInvalide, match="ne précède pas"):
        check_journal((sent, EtapeOrientation(ActeOrientation.RECEVOIR, DAY - timedelta(days=1))))
