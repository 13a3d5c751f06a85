"""The galaxie of a structure, what it can do with whom: on its record, and on desks before it ends."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from maillage.annuaire.accueil import PREMIER, SECOND
from maillage.annuaire.fiche import Annuaire, Complement
from maillage.web.annuaire import commands
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.reseau import bureau
from maillage.web.annuaire.reseau.galaxie import read_galaxie
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.parcours.models import Signataire
from maillage.web.socle.atlas import choose
from tests.web.annuaire.test_reseau import place

TERMES = {
    "partenaire": "Accueil deux",
    "objets": ["visio", "ouvrir_dossier"],
    "debut": "2026-01-01",
    "fin": "",
}


@pytest.fixture
def porte(db) -> FicheTenue:
    """A first level, a second one for health 14.3 km east of it, another 7.1 km east."""
    known = {
        "un": Complement(id="un", fonctions=(PREMIER,)),
        "deux": Complement(id="deux", fonctions=(SECOND,), themes=("sante",)),
        "trois": Complement(id="trois", fonctions=(SECOND,), themes=("sante",)),
    }
    homes = [place("un", 3.05, 50.05, "90001"), place("deux", 3.25, 50.05, "90003")]
    homes.append(place("trois", 3.15, 50.05, "90002"))
    commands.import_annuaire(None, FichierLu(Annuaire(tuple(homes), (), known), "e.json", "essai", "0" * 64))
    return FicheTenue.objects.get(ident="un")


def test_a_galaxie_tells_the_nearest_first_and_by_which_means(client, porte):
    found = read_galaxie(choose("essai-2026"), "un", {"sante": "Santé", "emploi": "Emploi"})
    sante, emploi = found.themes
    assert [one.nom for one in sante.seconds] == ["Accueil trois", "Accueil deux"]
    assert sante.seconds[0].commune == "Rochefagne"
    # 0.1° × 111.195 km × cos 50.05° = 7.14 km lengthened by 1.3, at 15 km/h: 37.1 minutes by bicycle.
    assert sante.seconds[0].minutes["velo"] == pytest.approx(7.14 * 1.3 / 15 * 60, rel=0.01)
    assert "velo" not in sante.seconds[0].portee
    assert not sante.rompu
    assert emploi.seconds == ()
    assert emploi.rompu
    page = client.get(f"/annuaire/{porte.pk}/galaxie/").content.decode()
    assert "aucune fiche de l’annuaire ne dit qui" in page
    assert "<svg" in page
    assert "Noter une convention" not in page


def test_a_convention_is_read_on_the_record_and_tied_to_its_partner(admin_client, client, porte):
    Signataire.objects.create(cle="s", convention="Convention du schéma", nom="CAF", engagements=["Un agent"])
    told = TERMES | {"du_schema": "Convention du schéma"}
    answer = admin_client.post(f"/annuaire/{porte.pk}/conventions/nouvelle/", told)
    row = ConventionAccueil.objects.get()
    assert answer.headers["Location"] == row.get_absolute_url()
    assert row.fiche_partenaire.ident == "deux"
    record = client.get(f"/annuaire/{porte.pk}/").content.decode()
    assert "ouvrir un dossier, mettre en relation par visio" in record
    assert row.get_absolute_url() not in record
    page = admin_client.get(row.get_absolute_url()).content.decode()
    assert "Un agent" in page
    assert "Joindre un fichier" in page
    assert client.get(row.get_absolute_url()).status_code == 302
    ended = TERMES | {"partenaire": "CPAM", "fin": "2026-02-01", "version": "1"}
    assert admin_client.post(f"{row.get_absolute_url()}modifier/", ended).status_code == 302
    row.refresh_from_db()
    assert (row.fiche_partenaire, row.version) == (None, 2)
    assert ">finie</" in client.get(f"/annuaire/{porte.pk}/").content.decode().replace(" ", "")
    wrong = admin_client.post(f"/annuaire/{porte.pk}/conventions/nouvelle/", TERMES | {"fin": "2025-01-01"})
    assert "finirait avant" in wrong.content.decode()


def test_a_desk_recalls_a_convention_before_its_end(compte, porte):
    today = timezone.localdate()
    for name, days in (("Bientôt", 90), ("Plus tard", 91), ("Finie", -1)):
        ConventionAccueil.objects.create(
            cle=f"c{days}", structure=porte, partenaire=name, objets=["visio"], debut=date(2020, 1, 1),
            fin=today + timedelta(days=days),
        )  # fmt: skip
    (added,) = bureau.list_apports(compte("charge_mission"), today)
    assert [line.texte for line in added.lignes] == ["Accueil un avec Bientôt"]
    assert bureau.list_apports(compte("analyste"), today) == []
