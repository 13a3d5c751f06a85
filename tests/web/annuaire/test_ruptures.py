"""The ruptures handed on: to portraits and the diagnosis, to AFOM matrices once, to the workshop and back.

The toy département by bicycle, in straight lines lengthened (30 min are 5.8 km): the first level is in 90001,
its permanence in 90002; the second level for health is 14.3 km away, in 90003. Communes 90003 to 90006 of the
first arrondissement are too far: 1,500 + 2,000 + 2,500 + 3,000 people.
"""

from dataclasses import replace
from datetime import date

import pytest

from maillage.annuaire.accueil import PREMIER, SECOND
from maillage.annuaire.fiche import Annuaire, Complement, Permanence
from maillage.scenarios.modifications import Deplacement, Fermeture, Ouverture, Scenario
from maillage.sdaasp.programme.depart import propose
from maillage.web.annuaire import commands
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.reseau import constats, essais, propositions
from maillage.web.annuaire.reseau.models import PropositionAfom
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.programme.depart.commands import begin
from maillage.web.programme.models import ItemAfom
from maillage.web.socle.atlas import choose
from maillage.web.territoires import apports
from tests.web.annuaire.test_reseau import place

LE = date(2026, 11, 29)
PROPOSER = "/annuaire/reseau/afom/proposer"
DEMANDE = {"arrondissement": "901", "moyen": "velo", "constat": "sante:premier_sans_second"}


@pytest.fixture
def chaine(db):
    begin(None, propose("neutre", "90", 2027, {"901": "Un", "902": "Deux"}))
    stop = Permanence(nom="Salle des fêtes", horaires="Tu 09:00-12:00", code_insee="90002")
    known = {
        "un": Complement(id="un", fonctions=(PREMIER,), themes=("droits",), permanences=(stop,)),
        "deux": Complement(id="deux", fonctions=(SECOND,), themes=("sante",)),
    }
    first = replace(place("un", 3.05, 50.05, "90001"), reseaux_porteurs=("france-service",))
    homes = (first, place("deux", 3.25, 50.05, "90003"))
    commands.import_annuaire(None, FichierLu(Annuaire(homes, (), known), "e.json", "essai", "0" * 64))
    return choose("essai-2026")


def test_an_item_tells_its_figures_and_is_written_once(admin_client, chaine):
    here = chaine.territoire("arrondissement", "901")
    told = {one.cle: one for one in propositions.list_proposals(chaine, here, "velo", LE)}
    far = told["droits:commune_sans_premier"]
    assert "4 communes sur 6" in far.texte.replace("\xa0", " ")
    assert "9 000" in far.texte.replace("\u202f", " ")
    assert "sante:theme_sans_accueil" not in told
    assert "emploi:theme_sans_accueil" in told
    for _ in range(2):
        assert admin_client.post(PROPOSER, DEMANDE).status_code == 302
    (item,) = ItemAfom.objects.all()
    assert (item.arrondissement, item.theme, item.nature) == ("901", "sante", "faiblesse")
    (proof,) = item.preuves
    assert proof["nature"] == "rapport"
    assert all(
        word in proof["texte"] for word in ("Accueil un", "Accueil deux", "74", "essai-2026", "estimés")
    )
    page = admin_client.get("/annuaire/reseau/afom/?arrondissement=901&moyen=velo").content.decode()
    assert item.get_absolute_url().replace("&", "&amp;") in page
    (kept,) = PropositionAfom.objects.all()
    assert kept.constats["ruptures"][0]["vers"] == "deux"
    item.delete()
    admin_client.post(PROPOSER, DEMANDE)
    assert PropositionAfom.objects.get().item == ItemAfom.objects.get().cle


def test_who_does_not_hold_the_matrix_writes_nothing_in_it(client, compte, chaine):
    client.force_login(compte("pilote_territorial", territoire="arrondissement:902"))
    assert client.post(PROPOSER, DEMANDE).status_code == 403
    client.force_login(compte("pilote_territorial", territoire="arrondissement:901"))
    assert client.post(PROPOSER, DEMANDE | {"constat": "sante:second_unique"}).status_code == 404
    assert not ItemAfom.objects.exists()
    assert client.post(PROPOSER, DEMANDE).status_code == 302
    assert ItemAfom.objects.count() == 1


def test_a_first_level_is_tried_where_nobody_receives(client, compte, chaine, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    client.force_login(compte("charge_mission"))
    answer = client.post("/annuaire/reseau/essayer", {"commune": "90010"})
    row = ScenarioEnregistre.objects.get()
    assert answer.headers["Location"] == row.get_absolute_url()
    (edit,) = row.scenario.modifications
    assert (edit.type, edit.commune) == ("france_services", "90010")
    told = essais.try_on(chaine, essais.read_annuaire(), row.scenario)
    assert [one.commune.code for one in told.ecart.gagnees]
    assert "Le réseau d’accueil" in client.get(row.get_absolute_url()).content.decode()


def test_a_scenario_says_what_it_breaks_of_the_chain(chaine):
    closing = Scenario(nom="Fermer", modifications=(Fermeture(lieu="france_services:1"),))
    found = essais.try_on(chaine, essais.read_annuaire(), closing)
    assert found.fermes == ("Accueil un",)
    words = " ".join(essais.write(found, {}).paragraphes)
    assert "Ferme" in words
    moving = Scenario(nom="Loin", modifications=(Deplacement(lieu="france_services:1", commune="90012"),))
    assert essais.try_on(chaine, essais.read_annuaire(), moving).deplaces == ("Accueil un",)
    aside = Ouverture(type="pharmacie", nom="Pharmacie", commune="90012")
    assert essais.try_on(chaine, essais.read_annuaire(), Scenario(nom="Rien", modifications=(aside,))) is None


def test_portraits_and_the_diagnosis_say_it(client, chaine):
    page = client.get("/territoires/arrondissement/901/").content.decode()
    assert "L’accueil du public" in page
    assert "4 communes sur 6" in page.replace("\xa0", " ")
    (added,) = apports.gather(chaine, chaine.territoire("commune", "90005"))
    assert "Aucun premier niveau d’accueil ne reçoit dans la commune" in added.section.paragraphes[0]
    part = constats.make_part(chaine)
    places = ("departement-90", "arrondissement-901", "arrondissement-902")
    assert {one.id for one in part.sections} == {f"accueil-{key}" for key in places}
