"""Several needs, levels of reception, and what an orientation may say of somebody."""

from datetime import date

import pytest

from maillage.annuaire.fiche import Annuaire, Complement, FonctionAccueil, Prestation, Structure
from maillage.annuaire.orientation import read_prenom, read_rappel
from maillage.annuaire.plusieurs import find_several, keep_level, keep_structures, split_needs
from maillage.annuaire.recherche import DemandeService, build_index
from maillage.catalogue.erreurs import EntreeInvalide

LE = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("papiers", ("papiers",)),
        ("papiers, manger ; logement", ("papiers", "manger", "logement")),
        ("Papiers ET manger", ("Papiers", "manger")),
        ("manger, Manger, papiers", ("manger", "papiers")),
        ("étranger et, et emploi", ("étranger", "emploi")),
        ("a, b, c, d, e", ("a", "b", "c", "d")),
        ("Des difficultés d’argent, des dettes", ("Des difficultés d’argent, des dettes",)),
        ("", ()),
    ],
)
def test_needs_are_cut_where_one_cuts_them(text, needs):
    assert split_needs(text) == needs


@pytest.fixture
def index():
    """Four structures of one need: a first level, a second one, and two that tell no level."""
    homes = [
        Structure(source="x", id=key, nom=key, date_maj=LE, reseaux_porteurs=net)
        for key, net in (("un", None), ("deux", None), ("fs", ("france-service",)), ("muet", None))
    ]
    offers = [
        Prestation(
            source="x", id=f"p-{one.id}", nom="Aide", date_maj=LE, structure_id=one.id,
            thematiques=("numerique--acceder-a-des-services-en-ligne",),
        )
        for one in homes
    ]  # fmt: skip
    levels = {"p-un": FonctionAccueil.PREMIER_NIVEAU, "p-deux": FonctionAccueil.SECOND_NIVEAU}
    known = {key: Complement(id=key, fonctions=(level,)) for key, level in levels.items()}
    return build_index(Annuaire(tuple(homes), tuple(offers), known))


def names(index, found):
    return [index.offres[row].structure.id for row in found.rows.tolist()]


def test_a_level_keeps_those_that_tell_it_and_counts_those_that_tell_none(index):
    found = index.find(DemandeService("démarche en ligne"))
    first, unknown = keep_level(index, found, FonctionAccueil.PREMIER_NIVEAU)
    assert (names(index, first), unknown) == (["un", "fs"], 1)
    second, unknown = keep_level(index, found, FonctionAccueil.SECOND_NIVEAU)
    assert (names(index, second), unknown) == (["deux"], 2)
    assert len(first.rows) == len(first.pertinence) == len(first.doutes)


def test_structures_are_kept_by_id_and_nothing_found_stays_nothing(index):
    found = index.find(DemandeService("démarche en ligne"))
    assert names(index, keep_structures(index, found, {"fs", "ailleurs"})) == ["fs"]
    none = index.find(DemandeService("piscine"))
    assert keep_level(index, none, FonctionAccueil.PREMIER_NIVEAU)[0].rows.size == 0
    assert find_several({"a": ["x"], "b": ["y"]}) == {}


@pytest.mark.parametrize("text", ["Jean Dupont", "", "K3vin", "M. Martin", "a" * 41, "jean@example.org"])
def test_more_than_a_first_name_is_refused(text):
    with pytest.raises(EntreeInvalide):
        read_prenom(text)


@pytest.mark.parametrize(
    "text",
    ["", "06 12", "06 12 34 56 78 le soir", "chez sa sœur", "a@b", "a@b.fr et 0612345678", "1" * 200],
)
def test_more_than_a_way_to_call_back_is_refused(text):
    with pytest.raises(EntreeInvalide):
        read_rappel(text)


def test_a_first_name_keeps_its_hyphens_and_accents():
    assert [read_prenom(t) for t in ("éléonore", "Jean-Luc", "N’Golo")] == ["Éléonore", "Jean-Luc", "N’Golo"]
    assert read_rappel("+33 6 00 00 00 01") == "+33600000001"
