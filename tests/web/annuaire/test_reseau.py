"""The reception network on the toy département: who receives, who is alone, which communes nobody reaches."""

from datetime import date

import pytest

from maillage.annuaire.accueil import PREMIER, SECOND
from maillage.annuaire.fiche import Annuaire, Complement, Permanence, Structure
from maillage.web.annuaire import commands
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.lieux import read_lieux
from maillage.web.annuaire.reseau import mesure
from maillage.web.socle.atlas import choose

LE = date(2026, 1, 31)


def place(ident: str, lon: float, lat: float, code: str) -> Structure:
    told = {"source": "essai", "nom": f"Accueil {ident}", "date_maj": LE}
    return Structure(id=ident, longitude=lon, latitude=lat, code_insee=code, **told)


@pytest.fixture
def chaine(db):
    """A first level in communes 90001 and (a permanence) 90002, a second level for health 0.2° further east.

    By bicycle in a straight line lengthened, 0.2° of longitude at 50.05° is 14.3 km: out of 30 minutes.
    """
    stop = Permanence(nom="Salle des fêtes", horaires="Tu 09:00-12:00", code_insee="90002")
    known = {
        "un": Complement(id="un", fonctions=(PREMIER,), themes=("droits",), permanences=(stop,)),
        "deux": Complement(id="deux", fonctions=(SECOND,), themes=("sante",)),
    }
    homes = (place("un", 3.05, 50.05, "90001"), place("deux", 3.25, 50.05, "90003"))
    commands.import_annuaire(None, FichierLu(Annuaire(homes, (), known), "e.json", "essai", "0" * 64))


def test_breaks_of_the_chain(chaine):
    found = mesure.measure(choose("essai-2026"), read_lieux(), "velo")
    (alone,) = found.seuls
    assert (alone.point, alone.theme, alone.vers) == ("un", "sante", "deux")
    # 0.2° × 111.195 km × cos 50.05° = 14.28 km, lengthened by 1.3, at the catalogue's speed of a bicycle.
    assert alone.minutes == pytest.approx(14.28 * 1.3 / 15 * 60, rel=0.01)
    without = {one.code_insee for one in found.communes}
    assert "90001" not in without
    assert "90002" not in without
    assert len(without) == 10
    assert not mesure.measure(choose("essai-2026"), read_lieux(), "voiture").seuls


def test_the_page_says_it_with_a_map_and_tables(client, chaine, django_assert_max_num_queries):
    client.get("/annuaire/reseau/?moyen=velo")
    with django_assert_max_num_queries(6):
        page = client.get("/annuaire/reseau/?moyen=velo").content.decode()
    assert "Accueil un" in page
    assert "Un premier niveau sans second à portée" in page
    assert "<svg" in page
    assert "hors transports collectifs" in page


def test_an_empty_directory_says_so(client, db):
    assert "ne dit encore de personne" in client.get("/annuaire/reseau/").content.decode()


def test_the_page_asks_no_more_for_twenty_ruptures_than_for_one(client, db, django_assert_max_num_queries):
    """Twenty first levels, each alone for health by bicycle."""
    far = [place(f"p{n:02}", 3.05 + n / 1e4, 50.05, "90001") for n in range(20)]
    known = {one.id: Complement(id=one.id, fonctions=(PREMIER,)) for one in far}
    known["deux"] = Complement(id="deux", fonctions=(SECOND,), themes=("sante",))
    homes = (*far, place("deux", 3.35, 50.25, "90012"))
    commands.import_annuaire(None, FichierLu(Annuaire(homes, (), known), "e.json", "essai", "0" * 64))
    client.get("/annuaire/reseau/?moyen=velo")
    with django_assert_max_num_queries(6):
        page = client.get("/annuaire/reseau/?moyen=velo").content.decode()
    assert page.count("<tr><td>Santé</td>") == 20
