"""The pieces of the file, a body asked again, and the state as plain values."""

import json
from dataclasses import replace
from datetime import date

import pytest

from maillage.sdaasp.parcours.controle import list_faults, list_reservations
from maillage.sdaasp.parcours.description import describe
from maillage.sdaasp.parcours.etapes import EtatEtape, list_etapes
from maillage.sdaasp.parcours.modele import (
    Acte,
    Consultation,
    NatureOrganisme,
    Parcours,
    SensAvis,
    Signature,
    VersionTexte,
)
from maillage.sdaasp.parcours.pieces import EtatPiece, list_pieces
from maillage.sdaasp.programme.modele import Schema

N, P = NatureOrganisme, EtatPiece
SAISIE, DIT, VOTE, ARRETE = date(2025, 1, 10), date(2025, 2, 10), date(2025, 9, 1), date(2025, 10, 1)


def ask(cle: str, nature: N, **more) -> Consultation:
    held = {"saisi_le": SAISIE, "delibere_le": DIT, "avis": SensAvis.FAVORABLE} | more
    return Consultation(cle=cle, nom=cle.upper(), nature=nature, **held)


@pytest.fixture
def course() -> Parcours:
    """One EPCI that spoke, one silent, the région and the CTAP, two versions of the text."""
    later = {"saisi_le": date(2025, 4, 20), "delibere_le": date(2025, 5, 1)}
    return Parcours(
        textes=(
            VersionTexte(numero=1, arretee_le=date(2025, 1, 1)),
            VersionTexte(numero=2, arretee_le=date(2025, 5, 10)),
        ),
        consultations=(
            ask("cc", N.EPCI),
            ask("muette", N.EPCI, delibere_le=None, avis=None),
            ask("region", N.REGION, **later),
            ask("ctap", N.CTAP, **later),
        ),
    )


def again(**more) -> Consultation:
    held = {"saisi_le": date(2025, 6, 1), "delibere_le": None, "avis": None, "version": 2, "apres": "cc"}
    return ask("cc-2", N.EPCI, **(held | more))


def add(course: Parcours, *ones: Consultation) -> Parcours:
    return replace(course, consultations=(*course.consultations, *ones))


def test_each_piece_is_there_missing_or_not_due_yet(course) -> None:
    told = {one.nom: one.etat for one in list_pieces(course, date(2025, 3, 1), {"cc"})}
    assert told["Texte soumis aux avis"] is P.PRESENTE
    assert told["Délibération de CC"] is P.PRESENTE
    assert told["Délibération de MUETTE"] is P.A_VENIR  # its delay runs until 10 April
    assert told["Arrêté du préfet"] is P.A_VENIR
    after = {one.nom: one.etat for one in list_pieces(course, date(2025, 4, 11), {"cc"})}
    assert after["Preuve de la saisine de MUETTE"] is P.MANQUE


def test_an_act_is_whole_with_its_reference_and_its_file(course) -> None:
    done = replace(
        course,
        approbation=Acte(le=VOTE, version=1, reference="D-1"),
        arrete=Acte(le=ARRETE, version=1),
        signatures=(Signature(nom="La région"),),
    )
    before = {one.nom: one for one in list_pieces(done, ARRETE, ())}
    assert before["Arrêté du préfet"].precision.endswith("il manque sa référence et le fichier")
    assert before["Convention signée par La région"].etat is P.MANQUE
    assert before["Schéma en ligne"].etat is P.MANQUE
    held = {one.nom: one.etat for one in list_pieces(done, ARRETE, {"actes"})}
    assert held["Délibération d’approbation du conseil départemental"] is P.PRESENTE
    assert held["Arrêté du préfet"] is P.MANQUE


def test_a_second_consultation_keeps_the_first_and_holds_the_approval(course) -> None:
    asked = add(course, again())
    assert list_faults(asked) == ()  # the région was asked before it: nothing of that is undone
    state = {one.id: one.etat for one in list_etapes(asked, date(2025, 6, 2))}
    assert state["avis_epci"] is EtatEtape.OUVERTE
    early = replace(asked, approbation=Acte(le=date(2025, 8, 1), version=2))
    assert any("manque encore" in fault.quoi for fault in list_faults(early))
    voted = replace(asked, approbation=Acte(le=date(2025, 9, 2), version=2))
    assert list_faults(voted) == ()
    told = " ".join(list_reservations(voted))
    assert "MUETTE : consulté sur la version 1, la version 2 est approuvée" in told
    assert "CC : consulté" not in told


def test_one_asked_again_after_the_vote_undoes_nothing(course) -> None:
    voted = replace(course, approbation=Acte(le=date(2025, 5, 20), version=1))
    after = add(voted, again())
    assert list_faults(after) == ()
    assert [e.etat for e in list_etapes(after, date(2025, 6, 2))] == [
        e.etat for e in list_etapes(voted, date(2025, 6, 2))
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"version": 1}, "n’est pas plus récente"),
        ({"apres": "inconnue"}, "pas été saisi une première fois"),
        ({"apres": "muette", "saisi_le": date(2025, 4, 10), "version": 2}, "avant son premier avis"),
    ],
)
def test_a_second_consultation_is_of_a_newer_text_after_the_first(course, more, said) -> None:
    assert any(said in fault.quoi for fault in list_faults(add(course, again(**more))))


def test_the_state_is_plain_and_tells_each_body(course) -> None:
    schema = Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1")
    told = json.loads(json.dumps(describe(add(course, again()), schema, date(2025, 6, 2))))
    bodies = {one["cle"]: one for one in told["organismes"]}
    assert (
        bodies["muette"] | {"etat": "repute_donne", "acquis_le": "2025-04-11", "avis": None}
        == bodies["muette"]
    )
    assert (bodies["cc"]["version"], bodies["cc-2"]["version"], bodies["cc-2"]["apres"]) == (1, 2, "cc")
    assert bodies["cc-2"]["echeance"] == "2025-09-01"
    assert told["actes"]["arrete"] is None
