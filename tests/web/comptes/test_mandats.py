"""Mandates give permissions where and while they run, and nowhere else."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.mandats.perimetre import Perimetre, Portee
from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

Role = Mandat.Role
NAMES = st.sampled_from(["", "a", "b"])
SETS = st.frozensets(st.sampled_from(["a", "b"]))


@given(NAMES, NAMES, NAMES, SETS, SETS, SETS)
def test_cover_agrees_with_its_definition(t, z, d, themes, zones, dims) -> None:
    expected = t in {"", *themes} and z in {"", *zones} and d in {"", *dims}
    assert Portee(t, z, d).couvre(Perimetre(themes, zones, dims)) is expected


@dataclass
class Fiche:
    perimetre: Perimetre


def test_a_territorial_pilot_of_douai_cannot_touch_cambrai(compte) -> None:
    pilote = compte("pilote_territorial", territoire="arrondissement:593")
    may = a_mandat(Role.PILOTE_TERRITORIAL)
    assert may(pilote, Fiche(Perimetre(territoires=frozenset({"arrondissement:593", "commune:59178"}))))
    assert not may(pilote, Fiche(Perimetre(territoires=frozenset({"arrondissement:592"}))))
    assert not may(pilote, Fiche(Perimetre()))
    assert not a_mandat(Role.PILOTE_THEMATIQUE)(pilote)


@pytest.mark.parametrize(
    ("debut", "fin", "expected"), [(0, 0, True), (-5, -1, False), (1, 9, False), (-1, None, True)]
)
def test_a_mandate_runs_between_its_dates_included(compte, debut, fin, expected) -> None:
    today = date.today()  # noqa: DTZ011
    pilote = compte(
        "pilote_thematique",
        debut=today + timedelta(debut),
        fin=None if fin is None else today + timedelta(fin),
    )
    assert a_mandat(Role.PILOTE_THEMATIQUE)(pilote) is expected


def test_an_inactive_account_may_nothing(compte) -> None:
    pilote = compte("administration")
    pilote.is_active = False
    assert not pilote.has_perm("comptes.administrer")
