"""Every date of a course is explained: by hand on the seventeen EPCI, and for any course."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from maillage.sdaasp.parcours.controle import list_to_come
from maillage.sdaasp.parcours.dates import find_earliest_approval, list_dates
from maillage.sdaasp.parcours.modele import Parcours
from tests.sdaasp.parcours.test_etapes import AGAINST, ASKED, COURSE, DATES, REGION, SILENT, courses


def test_dates_come_in_order_with_their_rule_and_their_source() -> None:
    found = list_dates(COURSE, date(2026, 12, 1))
    days = [one.quand for one in found if one.quand]
    assert days == sorted(days)
    assert all(one.regle and one.source for one in found)
    told = {one.quoi: one for one in found}
    silent = told["Avis réputé donné de EPCI 1"]
    assert (silent.quand, silent.confirme) == (date(2026, 3, 1), True)
    assert told["Dernier jour pour l’avis de 17\xa0organismes"].quand == date(2026, 2, 28)
    assert "30 novembre 2025" in told["Dernier jour pour l’avis de 17\xa0organismes"].regle
    end = told["Terme du schéma, à réviser d’ici là"]
    assert (end.quand, end.confirme) == (date(2032, 6, 20), False)


def test_reminders_are_told_while_somebody_is_awaited_and_never_after() -> None:
    course = replace(COURSE, consultations=(SILENT, AGAINST))
    on = lambda day: [d.quand for d in list_dates(course, day) if d.quoi.startswith("Rappel")]  # noqa: E731
    assert on(ASKED) == [date(2026, 1, 14), date(2026, 2, 13), date(2026, 2, 23)]
    assert on(date(2026, 2, 14)) == [date(2026, 2, 23)]
    assert on(date(2026, 3, 1)) == []


def test_approval_comes_at_the_earliest_when_the_last_silence_ends() -> None:
    waiting = replace(COURSE, approbation=None, arrete=None)
    assert find_earliest_approval(waiting, date(2026, 3, 15)) == date(2026, 6, 13)  # CTAP, asked on 12 March
    not_asked = (*COURSE.consultations[:-2], replace(REGION, saisi_le=None), COURSE.consultations[-1])
    assert find_earliest_approval(replace(waiting, consultations=not_asked), date(2026, 3, 15)) is None
    assert find_earliest_approval(Parcours(), date(2026, 3, 15)) is None


def test_an_act_to_come_is_not_kept() -> None:
    said = [fault.colonne for fault in list_to_come(COURSE, date(2026, 6, 25))]
    assert said == ["signe_le", "en_ligne_le", "services_le"]
    assert list_to_come(COURSE, date(2026, 7, 2)) == ()


@given(courses(), DATES)
@settings(max_examples=100)
def test_any_course_has_its_dates_told(course: Parcours, day: date) -> None:
    found = list_dates(course, day)
    assert all(one.regle and one.source and one.quoi for one in found)
    undated = [one.quand is None for one in found]
    assert undated == sorted(undated)
