"""The ruptures handed on: to portraits and the diagnosis, to AFOM matrices once, to the workshop and back.

The toy département by bicycle, in straight lines lengthened (30 min are 5.8 km): the first level is in 90001,
its permanence in 90002; the second level for health is 14.3 km away, in 90003. Communes 90003 to 90006 of the
first arrondissement are too far: 1,500 + 2,000 + 2,500 + 3,000 people.
"""

import csv
import io
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from maillage.annuaire.accueil import PREMIER, SECOND
from maillage.annuaire.fiche import Annuaire, Complement, Permanence
from maillage.atlas.porte_a_porte import PorteAPorte
from maillage.scenarios.modifications import Deplacement, Fermeture, Ouverture, Scenario
from maillage.sdaasp.programme.depart import propose
from maillage.web.annuaire import commands
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.reseau import constats, essais, mesure, propositions, transports
from maillage.web.annuaire.reseau.models import PropositionAfom
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.programme.depart.commands import begin
from maillage.web.programme.models import ItemAfom
from maillage.web.socle.atlas import choose
from maillage.web.socle.models import Travail
from maillage.web.territoires import apports
from maillage.web.territoires.sans_voiture import trajet as trajets
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


def test_ruptures_are_carried_away(client, chaine):
    text = client.get("/annuaire/reseau/ruptures.csv?moyen=velo").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    (alone,) = [row for row in rows if row["nature"] == "premier niveau sans second à portée"]
    assert (alone["thème"], alone["premier niveau"], alone["le plus proche"]) == (
        "Santé",
        "Accueil un",
        "Accueil deux",
    )
    without = [row for row in rows if row["nature"] == "commune sans premier niveau"]
    assert {row["code de la commune"] for row in without} == {f"90{n:03}" for n in range(3, 13)}
    assert client.get("/annuaire/reseau/ruptures.ods").content[:2] == b"PK"
    assert client.get("/annuaire/reseau/ruptures.pdf").status_code == 404


def test_by_public_transport_it_is_computed_apart_and_read(admin_client, chaine, dossier_bus, settings):
    """The bus atlas: minutes of the child are those of the doors, one by one."""
    settings.MAILLAGE_ATLAS = dossier_bus
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = admin_client.get("/annuaire/reseau/?moyen=transports&atlas=avec-bus").content.decode()
    assert "ne sont pas encore calculés" in page
    admin_client.post("/annuaire/reseau/calculer?atlas=avec-bus")
    work = Travail.objects.get(genre="mesurer_accueil")
    folder = settings.EXPORTS / work.jeton
    folder.mkdir(parents=True)
    name = transports.mesurer(work.parametres, folder, lambda *_: None)
    Travail.objects.update(fichier=name, etat="termine")
    atlas = choose("avec-bus")
    points = mesure.list_here(atlas)
    found, _ = transports.read_minutes(atlas, points)
    assert found.entre.shape == (2, 2)
    assert found.domiciles.shape == (12, 2)
    doors = PorteAPorte(atlas, trajets.find_timetables(atlas))
    day, here = transports.find_timetabled_day(atlas), atlas.territoire("commune", "90005")
    lon, lat = (mesure.axis(getattr(one, name) for one in points) for name in ("longitude", "latitude"))
    one = doors.open_day((here.lon, here.lat), lon, lat, day).arrive(540) - 540
    assert np.array_equal(found.domiciles[4], np.where(np.isfinite(one), one, np.nan), equal_nan=True)
    page = admin_client.get("/annuaire/reseau/?moyen=transports&atlas=avec-bus").content.decode()
    assert "départ à 9 h 00" in page
    assert "hors transports collectifs" not in page
