"""A receptionist: several needs at once, a sheet to hand over, an orientation until nothing is left of it."""

import logging
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from maillage.web.annuaire.accueil import commands
from maillage.web.annuaire.accueil.bureau import list_apports
from maillage.web.annuaire.accueil.comptes import count_year, cut
from maillage.web.annuaire.accueil.equipe import spread_favoris, spread_over_places
from maillage.web.annuaire.accueil.models import (
    CompteOrientations,
    FavoriEquipe,
    LienDeReponse,
    OrientationEnvoyee,
    StructureAccueillante,
)
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes.models import Mandat, Organisation
from maillage.web.comptes.retention.commands import apply_rules
from tests.web.annuaire.test_trouver import fill, home, offer

MANGER = ("equipement-et-alimentation--alimentation",)
QUI = {"besoin": "demarche_en_ligne", "prenom": "essai", "rappel": "03 20 00 00 01", "accord": "on"}


@pytest.fixture
def lieux(db):
    """At Valbrune: one that answers two needs, one for papers nearer, one for food."""
    fill(
        (
            home("deux", 3.05, 50.06, "Mo-Su 00:00-24:00"),
            offer("deux", conditions_acces="Apportez une photo."),
        ),
        (home("pres", 3.05, 50.05, "Mo-Su 00:00-24:00"), offer("pres")),
        (home("table", 3.05, 50.052, "Mo-Su 00:00-24:00"), offer("table", thematiques=MANGER)),
    )
    more = FicheTenue.objects.get(ident="p-table")
    more.pk, more.ident, more.structure = None, "p-deux-bis", "deux"
    more.contenu = more.contenu | {"id": "p-deux-bis", "structure_id": "deux"}
    more.save()


@pytest.fixture
def agent(lieux, compte):
    """A receptionist."""
    return compte("accueil")


@pytest.fixture
def bureau(agent):
    """Her browser."""
    found = Client()
    found.force_login(agent)
    return found


@pytest.fixture
def ouverte(lieux, compte):
    """« pres » accepts orientations, told by mail, with an account of its own organisation."""
    other = Organisation.objects.create(nom="Structure d’essai", nature="association")
    accord = commands.AccordOrientation(ouverte=True, courriel="accueil@example.org", organisation=other)
    return commands.set_accueillante(compte("charge_mission"), FicheTenue.objects.get(ident="pres"), accord)


@pytest.fixture
def receveur(ouverte, compte):
    """An account of the structure that receives."""
    found = compte("accueil")
    Mandat.objects.filter(personne=found).update(organisation=ouverte.organisation)
    return found


def ask(client, **told):
    return client.post("/accueil/", {"comment": "marche", **told})


def structures(need):
    return [one.offre.structure.id for one in need.lieux]


def test_two_needs_from_where_one_works_and_who_answers_both_first(bureau, caplog):
    assert bureau.post("/accueil/lieu", {"commune": "Valbrune"}).status_code == 302
    with caplog.at_level(logging.DEBUG):
        page = ask(bureau, besoin="démarche en ligne et manger")
    found = page.context["accueil"]
    assert found.depart.code == "90001"
    assert [structures(need) for need in found.besoins] == [["pres", "deux"], ["table", "deux"]]
    assert [(one.structure.id, one.besoins) for one in found.plusieurs] == [
        ("deux", ("démarche en ligne", "manger"))
    ]
    text = page.content.decode()
    assert "Un lieu pour plusieurs besoins" in text
    assert 'accesskey="b"' in text
    assert "marche en ligne" not in caplog.text
    ailleurs = ask(bureau, besoin="manger", ou="Zzzz").content.decode()
    assert "Aucune commune de cet atlas" in ailleurs
    assert "Écrivez au moins un besoin" in ask(bureau, besoin=" , ").content.decode()


def test_a_level_says_how_many_tell_none(bureau):
    (need,) = ask(bureau, besoin="manger", ou="Valbrune", niveau="second_niveau").context["accueil"].besoins
    assert (need.lieux, need.sans_niveau) == ((), 2)


def test_favourites_come_first_with_their_note_for_the_team_alone(bureau, agent, compte):
    row = FicheTenue.objects.get(ident="deux")
    assert bureau.post(f"/accueil/favoris/{row.pk}", {"note": "Demander Mme Durand"}).status_code == 302
    assert not FavoriEquipe.objects.exists()
    bureau.post(f"/accueil/favoris/{row.pk}", {"note": "Entrer par la cour"})
    (need,) = ask(bureau, besoin="démarche en ligne", ou="Valbrune").context["accueil"].besoins
    assert (structures(need), need.favoris) == (["deux", "pres"], 1)
    assert [one.rang for one in need.lieux] == [1, 2]
    page = row.get_absolute_url()
    assert "Entrer par la cour" in bureau.get(page).content.decode()
    other = compte("accueil")
    other.mandats.update(organisation=Organisation.objects.create(nom="Ailleurs", nature="autre"))
    elsewhere = Client()
    elsewhere.force_login(other)
    for reader in (Client(), elsewhere):
        assert "Entrer par la cour" not in reader.get(page).content.decode()
    assert "Entrer par la cour" not in elsewhere.get("/accueil/").content.decode()
    bureau.post(f"/accueil/favoris/{row.pk}", {"acte": "enlever"})
    assert not FavoriEquipe.objects.exists()


def test_what_is_said_of_a_structure_holds_for_its_place_on_every_list():
    groups = dict.fromkeys(("a", "b"), SimpleNamespace(ids=("a", "b")))
    assert spread_over_places({"a": 1, "c": 2}, groups) == {"a": 1, "b": 1, "c": 2}
    assert spread_over_places({"a": 1, "b": 2}, groups) == {"a": 1, "b": 2}
    assert spread_favoris({("structure", "b"): 1, ("prestation", "a"): 2}, groups) == {
        ("structure", "b"): 1, ("structure", "a"): 1, ("prestation", "a"): 2,
    }  # fmt: skip


def test_the_sheet_tells_where_when_how_and_what_to_bring(bureau):
    here = FicheTenue.objects.get(ident="pres")
    bureau.post("/accueil/lieu", {"structure": here.pk})
    keys = [FicheTenue.objects.get(ident=ident).pk for ident in ("p-deux", "table")]
    query = "&".join(f"f={key}" for key in [*keys, "zz", 999_999])
    page = bureau.get(f"/accueil/feuille/?{query}")
    assert [one.cle for one in page.context["lieux"]] == keys
    text = page.content.decode()
    assert "Apportez une photo." in text
    assert "n’est pas dit" in text
    # 1 112 m lengthened by 1.3 at 4.5 km/h: 20 whole minutes.
    assert "20 min" in text
    assert bureau.get(f"/accueil/feuille.pdf?{query}").content.startswith(b"%PDF")
    assert "Aucun lieu n’est coché" in bureau.get("/accueil/feuille/").content.decode()


def test_pages_ask_the_base_the_same_whatever_they_hold(bureau, agent, ouverte, django_assert_num_queries):
    bureau.post("/accueil/lieu", {"commune": "Valbrune"})
    ask(bureau, besoin="manger")
    for row in FicheTenue.objects.order_by("pk"):
        commands.star(agent, row, "")
    with django_assert_num_queries(9):
        ask(bureau, besoin="manger, démarche en ligne")
    for number in (1, 2, 3):
        commands.send(agent, ouverte, commands.PersonneOrientee(
            prenom="Essai", rappel=f"032000000{number}", besoin="manger"))  # fmt: skip
    with django_assert_num_queries(6):
        page = bureau.get("/accueil/orientations/")
    assert len(page.context["page"].object_list) == 3


def send(client, ouverte, **more):
    return client.post(f"/accueil/structures/{ouverte.fiche_id}/orienter/", QUI | more)


def test_from_the_form_to_the_answer_by_link_to_erasure(bureau, ouverte, receveur, settings):
    settings.EMAIL_HOST = "courriel.example.org"
    page = bureau.get(f"/accueil/structures/{ouverte.fiche_id}/orienter/").content.decode()
    assert "60 jours au plus" in page
    assert send(bureau, ouverte).status_code == 302
    row = OrientationEnvoyee.objects.get()
    (message,) = mail.outbox
    written = message.subject + message.body
    assert message.to == ["accueil@example.org"]
    for said in ("Essai", "03 20", "ligne"):
        assert said not in written
    address = re.search(r"/accueil/reponse/\S+", message.body)[0]
    secret = address.split("/")[3]
    assert secret not in str(list(LienDeReponse.objects.values()))
    anybody = Client()
    first = anybody.get(address)
    assert first["Referrer-Policy"] == "strict-origin"
    assert "no-store" in first["Cache-Control"]
    assert "Essai" not in first.content.decode()
    assert anybody.post(address, {"acte": "retirer"}).status_code == 403
    anybody.post(address, {"acte": "recevoir"})
    told = anybody.get(address).content.decode()
    assert "Essai" in told
    assert "03 20 00 00 01" in told
    anybody.post(address, {"acte": "refuser", "motif": ""})
    anybody.post(address, {"acte": "refuser", "motif": "Voir Mme Durand"})
    row.refresh_from_db()
    assert row.etat == "recevoir"
    anybody.post(address, {"acte": "accepter"})
    row.refresh_from_db()
    assert row.etat == "accepter"
    day = timezone.localdate() + timedelta(days=30)
    assert row.efface_le == day
    assert "Essai" not in str(list(OrientationEnvoyee.history.values()))
    now = timezone.now()
    assert commands.forget_orientations(now + timedelta(days=29)) == 0
    assert commands.forget_orientations(now + timedelta(days=30)) == 1
    assert not OrientationEnvoyee.objects.exists()
    assert not OrientationEnvoyee.history.exists()
    assert anybody.get(address).status_code == 404
    assert bureau.get(row.get_absolute_url()).status_code == 404
    (line,) = CompteOrientations.objects.values_list("besoin", "etat", "nombre")
    assert line == ("demarche_en_ligne", "acceptée", 1)
    assert "orientations" in apply_rules()


def test_only_the_two_teams_read_it_and_each_does_its_part(bureau, ouverte, receveur, compte, agent):
    send(bureau, ouverte)
    send(bureau, ouverte)
    row = OrientationEnvoyee.objects.get()
    page = row.get_absolute_url()
    theirs, stranger = Client(), Client()
    theirs.force_login(receveur)
    nobody = compte("accueil")
    nobody.mandats.update(organisation=Organisation.objects.create(nom="Ailleurs", nature="autre"))
    stranger.force_login(nobody)
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}avancer", {"acte": "accepter"}).status_code == 404
    assert not stranger.get("/accueil/orientations/").context["page"].object_list
    assert bureau.post(f"{page}avancer", {"acte": "accepter"}).status_code == 403
    assert theirs.post(f"{page}avancer", {"acte": "retirer"}).status_code == 403
    assert theirs.post(f"{page}lien").status_code == 403
    assert "Essai" in theirs.get(page).content.decode()
    assert len(theirs.get("/accueil/orientations/?cote=recues&etat=envoyée").context["page"].object_list) == 1
    assert [one.cle for one in list_apports(receveur, timezone.localdate())] == [
        "orientations-recues",
        "accueil",
    ]
    link = re.search(r"/accueil/reponse/[\w-]+/", bureau.post(f"{page}lien").content.decode())[0]
    assert "Essai" not in Client().get(link).content.decode()
    again = re.search(r"/accueil/reponse/[\w-]+/", bureau.post(f"{page}lien").content.decode())[0]
    assert Client().get(link).status_code == 404
    bureau.post(f"{page}avancer", {"acte": "retirer"})
    row.refresh_from_db()
    assert (row.prenom, row.rappel) == ("", "")
    assert "Essai" not in Client().get(again).content.decode()


def test_one_that_nobody_answers_expires_then_goes(agent, ouverte, receveur):
    who = commands.PersonneOrientee(prenom="Essai", rappel="0320000001", besoin="manger")
    row = commands.send(agent, ouverte, who)
    long_ago = timezone.localdate() - timedelta(days=30)
    row.etapes[0]["le"] = long_ago.isoformat()
    row.save()
    with pytest.raises(Exception, match="a expiré"):
        commands.advance(receveur, row, commands.A.ACCEPTER)
    now = timezone.now()
    assert commands.forget_orientations(now + timedelta(days=59)) == 0
    assert commands.forget_orientations(now + timedelta(days=60)) == 1
    assert CompteOrientations.objects.get().etat == "expirée"


def test_what_is_more_than_a_first_name_is_refused_all_at_once(bureau, ouverte):
    page = send(bureau, ouverte, prenom="Jean Dupont", rappel="demain", accord="")
    assert page.status_code == 422
    text = page.content.decode()
    for said in ("Un prénom seul", "et rien d’autre", "Sans l’accord de la personne"):
        assert said in text
    commands.StructureAccueillante.objects.update(besoins=["manger"])
    assert send(bureau, ouverte).status_code == 422
    StructureAccueillante.objects.update(ouverte=False)
    assert send(bureau, ouverte, besoin="manger").status_code == 404
    assert not OrientationEnvoyee.objects.exists()


def test_counts_hide_what_is_small(agent, ouverte, db):
    today = timezone.localdate()
    month = today.replace(day=1)
    for need, count in (("manger", 8), ("papiers", 3), ("emploi", 40)):
        CompteOrientations.objects.create(
            mois=month, besoin=need, accueillante=ouverte, etat="acceptée", nombre=count
        )
    found = count_year(today.year, today)
    assert sum(found.values()) == 51
    needs = next(one for one in cut(found, 5) if one.nom == "Besoin")
    assert dict(needs.lignes) == {
        "Avoir à manger": None, "Être aidé dans ses papiers": None, "Chercher un emploi": 40,
    }  # fmt: skip
