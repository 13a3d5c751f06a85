"""Where only a screen gives a service, on the toy département: which communes, why, and what can be done."""

from datetime import date

import pytest

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.numerique import RaisonEcart
from maillage.annuaire.ouverture import HoraireLocal
from maillage.annuaire.recherche import OffreDuLieu
from maillage.web.annuaire import commands, numerique
from maillage.web.annuaire.cherche import read_index
from maillage.web.annuaire.commands import FichierLu
from maillage.web.socle.atlas import choose

LE = date(2026, 1, 31)
SANTE = ("sante--acces-aux-soins",)


def place(ident: str, lon: float, **more) -> tuple[Structure, Prestation]:
    told = {"source": "essai", "date_maj": LE}
    home = Structure(id=ident, nom=f"Accueil {ident}", longitude=lon, latitude=50.05, **told)
    offer = {"thematiques": SANTE, "structure_id": ident, "nom": f"Aide {ident}"} | more
    return home, Prestation(id=f"p-{ident}", **told, **offer)


@pytest.fixture
def en_ligne(db):
    """Health only online, save at a counter at the centre of commune 90001; a place with a screen there."""
    online = {"modes_accueil": ("a-distance",), "lien_mobilisation": "https://exemple.invalid/"}
    pairs = (
        place("web", 3.05, **online),
        place("guichet", 3.05, modes_accueil=("en-presentiel",)),
        place("ecran", 3.05, thematiques=("numerique--acceder-a-une-connexion-internet",)),
    )
    homes, offers = zip(*pairs, strict=True)
    commands.import_annuaire(None, FichierLu(Annuaire(homes, offers, {}), "e.json", "essai", "0" * 64))


def test_a_subject_breaks_where_people_are_far_from_screens_and_from_the_counter(en_ligne):
    atlas, (_, index) = choose("essai-2026"), read_index()
    found = numerique.measure(atlas, index, "marche", 30.0)
    far = {
        one.code
        for one in atlas.territoires("commune")
        if (atlas.chiffre("commune", one.code, "illectronisme_estime").valeur or 0) > 0.154
        or (atlas.chiffre("commune", one.code, "part_65_plus").valeur or 0) > 0.25
    }
    # On foot (4.5 km/h, lines lengthened by 1.3) 30 minutes are 1.7 km: the counter serves its commune only.
    assert {one.code_insee for one in found.ruptures} == far - {"90001"}
    assert all(one.sujet == "sante" and one.en_ligne == ("p-web",) for one in found.ruptures)
    assert all(RaisonEcart.COUVERTURE not in one.raisons for one in found.ruptures)  # not in this atlas
    assert len(found.lieux) == 1
    assert found.proches[0] == (0, pytest.approx(0, abs=0.1))


def test_the_page_says_who_is_left_out_and_what_is_not_known(client, en_ligne, django_assert_max_num_queries):
    client.get("/annuaire/numerique/?moyen=marche")
    with django_assert_max_num_queries(6):
        page = client.get("/annuaire/numerique/?moyen=marche").content.decode()
    assert "Aide web" in page
    assert "commune_techno.csv" in page
    assert "<svg" in page


def test_a_prestation_is_of_its_themes_and_of_its_categories_without_theme():
    told = {"source": "essai", "nom": "Aide", "date_maj": LE, "structure_id": "s"}
    both = ("famille--garde-denfants", "logement-hebergement--louer-un-logement")
    one = Prestation(id="p", thematiques=both, **told)
    offer = OffreDuLieu(None, one, Complement(id="p"), HoraireLocal(None), None, None, None)
    assert numerique.find_subjects(offer) == {"petite-enfance", "logement-hebergement"}


def test_an_empty_directory_says_what_to_do(client, db):
    assert "maillage annuaire importer" in client.get("/annuaire/numerique/").content.decode()
