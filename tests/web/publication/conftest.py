"""A service that publishes all it can: two small atlases, the reference programme, two records."""

from datetime import date

import pytest

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.web.annuaire.commands import FichierLu, import_annuaire

NOM_DU_CONTACT = "Un nom que personne ne doit lire"


@pytest.fixture
def annuaire(db):
    """A structure at Valbrune and what it offers, of two different days."""
    home = Structure(
        source="essai",
        id="essai--1",
        nom="Accueil d’essai",
        date_maj=date(2026, 1, 31),
        longitude=3.05,
        latitude=50.05,
        telephone="+33320000001",
    )
    offer = Prestation(
        source="essai",
        id="essai--2",
        nom="Aide d’essai",
        date_maj=date(2026, 6, 30),
        structure_id="essai--1",
        contact_nom_prenom=NOM_DU_CONTACT,
        frais="gratuit",
        thematiques=("numerique", "mobilite"),
    )
    more = {"essai--1": Complement(id="essai--1", licence="Licence Ouverte 2.0")}
    import_annuaire(None, FichierLu(Annuaire((home,), (offer,), more), "e.json", "essai", "0" * 64))


@pytest.fixture
def programme(nord):
    """The programme of reference."""


@pytest.fixture
def lire(client, db):
    """``lire(path, **query)``: the JSON of an address of the service, which must answer 200."""

    def read(path: str, **query):
        response = client.get(path, query)
        assert response.status_code == 200, response.content[:400]
        return response.json()

    return read
