"""A record is that of the national schema, field for field, and survives being written and read."""

from dataclasses import fields
from datetime import date

import pytest
from data_inclusion.schema.v1 import Service
from data_inclusion.schema.v1 import Structure as StructureV1
from hypothesis import given
from hypothesis import strategies as st

from maillage.annuaire.fiche import (
    Annuaire,
    Complement,
    FermetureTemporaire,
    FonctionAccueil,
    Permanence,
    Prestation,
    Structure,
)
from maillage.annuaire.regles import check, is_valid

REQUIS = {"source": "s", "id": "s--1", "nom": "Un nom", "date_maj": "2026-01-31"}


@pytest.mark.parametrize(("ours", "theirs"), [(Structure, StructureV1), (Prestation, Service)])
def test_the_fields_are_those_of_the_schema(ours: type, theirs: type) -> None:
    assert {part.name for part in fields(ours)} == set(theirs.model_fields)


text = st.text(min_size=3, max_size=20).filter(lambda told: not told.endswith("."))


@given(nom=text, adresse=st.none() | text, publics=st.none() | st.just(("femmes", "jeunes")))
def test_written_then_read_is_the_same_and_valid(
    nom: str, adresse: str | None, publics: tuple[str, ...] | None
) -> None:
    told = {**REQUIS, "structure_id": "s--2", "description": "Une aide."}
    one = Prestation.read({**told, "nom": nom, "adresse": adresse, "publics": publics})
    assert Prestation.read(one.write()) == one
    assert is_valid("services", one.write())


def test_everything_wrong_is_said_at_once() -> None:
    told = {
        **REQUIS,
        "structure_id": "s--1",
        "nom": "X",
        "frais": "cher",
        "courriel": "pas une adresse",
        "publics": ["tous-publics", "femmes"],
        "zone_eligibilite": ["Lille-Sud"],
        "lien_source": "www.exemple.fr",
    }
    faults = check("services", told, "f.json", 7)
    assert {fault.colonne for fault in faults} == {
        "nom", "description", "frais", "courriel", "publics", "zone_eligibilite", "lien_source",
    }  # fmt: skip
    assert all(fault.fichier == "f.json" and fault.ligne == 7 for fault in faults)
    assert "zone_eligibilite" in {fault.colonne for fault in faults if "Lille-Sud" in fault.quoi}


@given(
    fonctions=st.lists(st.sampled_from(FonctionAccueil), unique=True).map(tuple),
    feries=st.none() | st.booleans(),
    langues=st.lists(st.sampled_from(["fr", "nl", "ar"]), unique=True).map(tuple),
)
def test_a_complement_survives(
    fonctions: tuple[FonctionAccueil, ...], feries: bool | None, langues: tuple[str, ...]
) -> None:
    closed = FermetureTemporaire(date(2026, 8, 1), date(2026, 8, 31), "congés")
    stop = Permanence(nom="Place de la mairie", horaires="Tu[1] 09:00-12:00", code_insee="59123")
    one = Complement(
        id="s--1",
        fonctions=fonctions,
        feries=feries,
        langues=langues,
        fermetures=(closed,),
        permanences=(stop,),
    )
    assert Complement.read(one.write()) == one


def test_what_a_prestation_says_passes_before_its_structure() -> None:
    one = Prestation(source="s", id="p", nom="Aide", date_maj=date(2026, 1, 1), structure_id="s")
    own, behind = Complement(id="p", feries=False), Complement(id="s", feries=True, sans_marche=True)
    said = Annuaire((), (one,), {"p": own, "s": behind}).complete(one)
    assert (said.feries, said.sans_marche) == (False, True)
