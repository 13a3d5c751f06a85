"""The course of a schema with seventeen EPCI, by hand; and what holds of any course."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.parcours.avis import EtatAvis, follow
from maillage.sdaasp.parcours.controle import list_faults, list_reservations
from maillage.sdaasp.parcours.etapes import EtatEtape, find_current, list_etapes
from maillage.sdaasp.parcours.modele import (
    Acte,
    Consultation,
    NatureOrganisme,
    Parcours,
    Publicite,
    ReserveAvis,
    SensAvis,
    Signature,
    SuiteReserve,
    VersionTexte,
)

ASKED = date(2025, 11, 30)
EPCI = tuple(
    Consultation(
        cle=f"epci-{rank}",
        nom=f"EPCI {rank}",
        nature=NatureOrganisme.EPCI,
        saisi_le=ASKED,
        delibere_le=date(2026, 1, 15) + timedelta(days=rank),
        avis=SensAvis.FAVORABLE,
    )
    for rank in range(1, 18)
)
SILENT = replace(EPCI[0], delibere_le=None, avis=None)
AGAINST = replace(
    EPCI[1],
    avis=SensAvis.DEFAVORABLE,
    reserves=(
        ReserveAvis(texte="Trop peu de France services", suite=SuiteReserve.RETENUE, reponse="Deux de plus"),
    ),
)
REGION = Consultation(
    cle="region", nom="Région", nature=NatureOrganisme.REGION, version=2, saisi_le=date(2026, 3, 10)
)
CTAP = replace(REGION, cle="ctap", nom="CTAP", nature=NatureOrganisme.CTAP, saisi_le=date(2026, 3, 12))
COURSE = Parcours(
    textes=(
        VersionTexte(numero=1, arretee_le=date(2025, 11, 25)),
        VersionTexte(numero=2, arretee_le=date(2026, 3, 5), objet="Deux France services de plus"),
    ),
    consultations=(SILENT, AGAINST, *EPCI[2:], REGION, CTAP),
    approbation=Acte(le=date(2026, 6, 13), version=2),
    arrete=Acte(le=date(2026, 6, 20), version=2),
    signatures=(Signature(nom="Préfet", signe_le=date(2026, 6, 30)),),
    publicite=Publicite(en_ligne_le=date(2026, 7, 1), services_le=date(2026, 7, 2)),
)


def read_states(course: Parcours, day: date) -> dict[str, str]:
    return {etape.id: etape.etat.value for etape in list_etapes(course, day)}


@pytest.mark.parametrize(
    ("day", "current"),
    [
        (date(2025, 11, 24), "texte"),
        (date(2025, 11, 25), "avis_epci"),
        (date(2026, 2, 28), "avis_epci"),  # the silent one may still speak on the last day
        (date(2026, 3, 1), "avis_region_ctap"),
        (date(2026, 6, 12), "avis_region_ctap"),  # CTAP: asked on 12 March, deemed given from 13 June
        (date(2026, 6, 13), "arrete"),
        (date(2026, 6, 20), "convention"),
        (date(2026, 6, 30), "publicite"),
        (date(2026, 7, 2), None),
    ],
)
def test_the_open_stage_of_each_day(day: date, current: str | None) -> None:
    etape = find_current(list_etapes(COURSE, day))
    assert (etape and etape.id) == current


def test_nothing_contradicts_itself_and_the_changed_text_is_told() -> None:
    assert list_faults(COURSE) == ()
    told = list_reservations(COURSE)
    assert len(told) == 17
    assert told[0] == "EPCI 1 : consulté sur la version 1, la version 2 est approuvée"


def test_an_avis_out_of_time_is_kept_and_changes_nothing() -> None:
    late = follow(replace(SILENT, delibere_le=date(2026, 3, 20), avis=SensAvis.DEFAVORABLE), date(2026, 4, 1))
    assert (late.etat, late.acquis_le, late.tardif) == (EtatAvis.REPUTE_DONNE, date(2026, 3, 1), True)


def test_an_avis_of_the_last_day_is_in_time() -> None:
    one = follow(replace(SILENT, delibere_le=date(2026, 2, 28), avis=SensAvis.DEFAVORABLE), date(2026, 2, 28))
    assert (one.etat, one.tardif) == (EtatAvis.RENDU, False)


@pytest.mark.parametrize(
    ("course", "said"),
    [
        (replace(COURSE, consultations=(SILENT, replace(REGION, saisi_le=date(2026, 3, 5)), CTAP)), 0),
        (
            replace(
                COURSE, consultations=(SILENT, replace(REGION, saisi_le=date(2026, 2, 28), version=1), CTAP)
            ),
            1,
        ),
        (replace(COURSE, approbation=Acte(le=date(2026, 6, 12), version=2)), 1),
        (replace(COURSE, approbation=Acte(le=date(2026, 6, 13), version=3)), 2),  # nor does the arrêté match
        (replace(COURSE, arrete=Acte(le=date(2026, 6, 1), version=2)), 1),
        (replace(COURSE, approbation=None), 1),
        (replace(COURSE, consultations=(replace(SILENT, saisi_le=date(2025, 11, 1)), REGION, CTAP)), 1),
        (replace(COURSE, consultations=(replace(SILENT, avis=SensAvis.FAVORABLE), REGION, CTAP)), 1),
        (replace(COURSE, consultations=(replace(EPCI[0], delibere_le=date(2025, 11, 1)), REGION, CTAP)), 1),
        (replace(COURSE, consultations=(replace(EPCI[0], reserves=AGAINST.reserves), REGION, CTAP)), 1),
        (replace(COURSE, consultations=(replace(SILENT, version=9), REGION, CTAP)), 1),
        (replace(COURSE, textes=(COURSE.textes[1],), consultations=()), 2),  # approved without asking anybody
        (replace(COURSE, consultations=(REGION, CTAP)), 3),  # approved, and two bodies asked, without an EPCI
    ],
)
def test_each_contradiction_is_told_once(course: Parcours, said: int) -> None:
    assert len(list_faults(course)) == said


DATES = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def courses(draw: st.DrawFn) -> Parcours:
    bodies = []
    for rank, nature in enumerate(draw(st.lists(st.sampled_from(NatureOrganisme), max_size=5))):
        avis = draw(st.none() | st.sampled_from(SensAvis))
        bodies.append(
            Consultation(
                cle=str(rank),
                nom=f"O{rank}",
                nature=nature,
                saisi_le=draw(st.none() | DATES),
                delibere_le=draw(DATES) if avis else None,
                avis=avis,
            )
        )
    acts = [draw(st.none() | st.builds(Acte, le=DATES, version=st.just(1))) for _ in range(2)]
    return Parcours(
        textes=tuple(VersionTexte(numero=1, arretee_le=day) for day in draw(st.lists(DATES, max_size=1))),
        consultations=tuple(bodies),
        approbation=acts[0],
        arrete=acts[1],
        signatures=tuple(Signature(nom="S", signe_le=day) for day in draw(st.lists(DATES, max_size=2))),
        publicite=Publicite(en_ligne_le=draw(st.none() | DATES), services_le=draw(st.none() | DATES)),
    )


@given(courses(), DATES)
@settings(max_examples=150)
def test_stages_are_done_in_order_one_is_open_and_says_what_it_waits_for(course: Parcours, day: date) -> None:
    etapes = list_etapes(course, day)
    ranks = [list(EtatEtape).index(etape.etat) for etape in etapes]
    assert ranks == sorted(ranks)
    assert ranks.count(1) == (0 if ranks[-1] == 0 else 1)
    assert all(bool(etape.reste) == (etape.faite_le is None) for etape in etapes)
    assert all(etape.faite_le is None or etape.faite_le <= day for etape in etapes)
    assert [etape.id for etape in etapes] == [entry["id"] for entry in read_toml("parcours.toml")["etape"]]


@given(courses(), st.booleans())
@settings(max_examples=150)
def test_no_act_of_a_course_that_is_kept_jumps_a_stage(drawn: Parcours, replaced: bool) -> None:
    course = replace(COURSE, arrete=drawn.arrete) if replaced else drawn
    if list_faults(course) or course.arrete is None:
        return
    done = read_states(course, course.arrete.le)
    assert [done[key] for key in list(done)[:5]] == ["faite"] * 5


@given(courses(), DATES, st.integers(0, 400))
@settings(max_examples=150)
def test_what_is_done_stays_done(course: Parcours, day: date, more: int) -> None:
    before, after = read_states(course, day), read_states(course, day + timedelta(days=more))
    assert all(after[key] == "faite" for key, state in before.items() if state == "faite")


@given(courses())
@settings(max_examples=150)
def test_silence_is_no_dead_end(course: Parcours) -> None:
    """Three months after everybody has been asked, no avis is awaited any more."""
    asked = [one.saisi_le for one in course.consultations if one.saisi_le]
    end = max(asked, default=date(2027, 12, 31)) + timedelta(days=93)
    assert all(follow(one, end).acquis == (one.saisi_le is not None) for one in course.consultations)
