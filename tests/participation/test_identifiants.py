"""What names a person is found, whatever its writing; what names a place, a service or an office is left."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.participation.identifiants import NatureIdentifiant as N
from maillage.participation.identifiants import cut, find_identifying, mask

COMMUNES = ["Solre-le-Château", "Villeneuve-d’Ascq", "Le Cateau-Cambrésis", "La Bassée", "Lille"]


def natures(texte: str) -> list[N]:
    return [one.nature for one in find_identifying(texte, COMMUNES)]


@pytest.mark.parametrize(
    "numero",
    ["0612345678", "06 12 34 56 78", "06.12.34.56.78", "06-12-34-56-78", "+33 6 12 34 56 78", "0033612345678",
     "+33 (0)6 12 34 56 78", "03 20\u00a012 34 56", "0 6 1 2 3 4 5 6 7 8"],
)  # fmt: skip
def test_a_telephone_however_it_is_grouped(numero):
    (found,) = find_identifying(f"Appelez le {numero}.")
    assert (found.nature, found.texte, found.sur) == (N.TELEPHONE, numero, True)


@pytest.mark.parametrize(
    "courriel",
    ["jean.dupont@example.org", "JD59@Example.ORG", "jean+x@sub.example.org", "jean (at) example.org",
     "jean arobase example point org"],
)  # fmt: skip
def test_a_mail_however_it_is_dressed(courriel):
    assert N.COURRIEL in natures(f"Écrivez à {courriel} svp")


@pytest.mark.parametrize(
    "nir", ["1 85 05 78 006 084 36", "185057800608436", "2 99 12 2A 123 456", "285-05-78-006-084-36"]
)
def test_a_social_security_number(nir):
    assert N.NIR in natures(f"mon numéro {nir}")


@pytest.mark.parametrize(
    "plaque", ["AB-123-CD", "AB 123 CD", "AB123CD", "ab-123-cd", "1234 AB 59", "123 ABC 59"]
)
def test_a_plate(plaque):
    assert natures(f"La voiture {plaque} gêne") == [N.PLAQUE]


@pytest.mark.parametrize(
    "nom",
    ["M. Durand", "Mme Durand", "MME DURAND", "monsieur Durand", "Madame de La Tour", "Dr El Amrani",
     "Me Petit", "M Durand", "Mlle Anne-Marie Le Goff", "M. D’Almeida", "Docteur Jean Petit",
     "M.Durand", "Mr. J. Durand"],
)  # fmt: skip
def test_a_name_after_a_title_is_sure(nom):
    found = find_identifying(f"Hier, {nom} m’a reçu.", COMMUNES)
    assert [(one.nature, one.texte) for one in found] == [(N.NOM, nom)]


@pytest.mark.parametrize(
    "texte", ["elle s’appelle Sylvie Durand et rit", "un agent nommé Karim", "Mon nom est Petit, merci"]
)
def test_a_name_that_is_given_is_sure(texte):
    (found,) = find_identifying(texte, COMMUNES)
    assert found.nature is N.NOM
    assert not found.texte.endswith(("rit", "merci"))


@pytest.mark.parametrize(
    "texte", ["avec Jean Dupont", "Jean DUPONT", "madame durand a crié", "Karim Ben Salah"]
)
def test_a_name_without_title_is_possible(texte):
    assert natures(texte) == [N.NOM_POSSIBLE]


@pytest.mark.parametrize(
    "texte",
    [
        "La mairie de Solre-le-Château ferme à 17 h le samedi 12 mars 2026.",
        "Le bus 59 vers Villeneuve d’Ascq ne passe plus.",
        "France Travail et la Maison France Services du Cateau Cambrésis sont loin.",
        "Madame la Maire, Monsieur le Préfet et Monsieur le Directeur le savent.",
        "Le Conseil Départemental du Nord, la CPAM et la CAF de Lille.",
        "Madame a refusé. Monsieur est parti.",
        "J’ai attendu 45 minutes au guichet 12, ticket 123456, code 59000.",
        "Sur place, rien : ni toilettes ni rampe.",
        "SIRET 21590001200015, budget de 1 250 000 euros.",
        "CAF CPAM MSA : rien.",
    ],
)
def test_what_names_nobody_is_left(texte):
    assert natures(texte) == []


def test_what_overlaps_is_said_once_and_the_sure_wins():
    (found,) = find_identifying("Mme Anne Durand")
    assert found.nature is N.NOM


@given(st.text(max_size=200))
def test_any_text_is_read_and_cut_without_loss(texte):
    found = find_identifying(texte)
    assert "".join(piece for piece, _ in cut(texte, found)) == texte
    assert all(a.fin <= b.debut for a, b in pairwise(found))
    assert all(texte[one.debut : one.fin] == one.texte for one in found)


@given(
    st.lists(
        st.sampled_from(
            ["le guichet", "06 12 34 56 78", "M. Roy", "a@b.fr", "AB-123-CD", "ferme", "Jean Roy"]
        )
    )
)
def test_once_masked_nothing_sure_is_left(parts):
    texte = " ; ".join(parts)
    hidden = mask(texte, find_identifying(texte))
    assert [one for one in find_identifying(hidden) if one.sur] == []
    assert not any(word in hidden for word in ("06 12", "M. Roy", "a@b.fr", "AB-123-CD"))


def test_many_words_are_read_in_little_time():
    """No pattern takes more than time proportional to the text: what repeats does not blow up."""
    for part in ("Jean ", "de la ", "0 ", "a.", "A-", "M. de ", "a@a."):
        find_identifying(part * 1000)
