"""The state of a schema comes from its acts, on their day, upon the version they are about."""

from datetime import date

import pytest

from maillage.sdaasp.parcours.etat import NatureEtat, find_etat
from maillage.sdaasp.parcours.modele import Acte, Parcours, VersionTexte
from maillage.sdaasp.programme.modele import Schema

SCHEMA = Schema(cle="s", nom="S", departement="38", debut=2026, fin=2031, version="1")
VOTE, ARRETE = Acte(le=date(2025, 11, 3), version=1), Acte(le=date(2025, 12, 15), version=1)
TEXTE, REVISION = (
    VersionTexte(numero=1, arretee_le=date(2025, 6, 1)),
    VersionTexte(numero=2, arretee_le=date(2028, 1, 5)),
)
ACTES = Parcours(textes=(TEXTE, REVISION), approbation=VOTE, arrete=ARRETE)


@pytest.mark.parametrize(
    ("jour", "etat"),
    [
        (date(2025, 11, 2), NatureEtat.PROJET),
        (date(2025, 11, 3), NatureEtat.APPROUVE),
        (date(2025, 12, 15), NatureEtat.APPROUVE),  # its years have not begun
        (date(2026, 1, 1), NatureEtat.EN_VIGUEUR),
        (date(2028, 1, 5), NatureEtat.PROJET),  # the second version, that nothing approves
    ],
)
def test_each_act_counts_from_its_day(jour, etat):
    assert find_etat(ACTES, SCHEMA, jour).nature is etat


def test_the_last_year_is_the_term():
    acts = Parcours(textes=(TEXTE,), approbation=VOTE, arrete=ARRETE)
    assert find_etat(acts, SCHEMA, date(2031, 12, 31)).nature is NatureEtat.EN_VIGUEUR
    assert find_etat(acts, SCHEMA, date(2032, 1, 1)).nature is NatureEtat.ECHU


@pytest.mark.parametrize("parcours", [None, Parcours(), Parcours(textes=(TEXTE,))])
def test_without_an_act_it_is_a_draft_and_says_why(parcours):
    told = str(find_etat(parcours, SCHEMA, date(2026, 1, 1)))
    assert told == "Projet (aucun acte d’approbation n’est enregistré)"
