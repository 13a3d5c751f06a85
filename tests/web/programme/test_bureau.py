"""Mon bureau: one lands there after log-in, and its first link is the most urgent act of the role."""

import datetime as dt
import re

import docx
import pytest
from django.utils import timezone

from maillage.web.comptes.commands import create_demonstration
from maillage.web.comptes.models import Personne
from maillage.web.programme import models
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.taches.queries import list_taches
from maillage.web.suivi.commands import update
from maillage.web.suivi.models import Mouvement

BUREAU = "/programme/taches/"
CODE = re.compile(r"arrondissement:\d|\b(?:charge_mission|pilote_territorial|inclusion-numerique)\b")
LATE = {"libelle": "Signer la convention", "debut": "2025-01-01", "fin": "2025-02-01", "faite_le": None}


@pytest.fixture
def en_retard(nord):
    """One step of Douai, of health, that should be over since the first of February 2025."""
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    row.etapes = [{**LATE, "moyens": None, "cout_eur": None}]
    row.statut = "engagee"
    row.save()
    return row


def see(personne) -> dict:
    return list_taches(Personne.objects.get(pk=personne.pk), timezone.localdate())


def read_desk(client, personne) -> str:
    client.force_login(personne, "django.contrib.auth.backends.ModelBackend")
    return client.get(BUREAU).content.decode()


def test_a_mandate_over_the_whole_departement_sees_all_of_it(compte, en_retard):
    whole = see(compte("charge_mission"))
    lacking = {row.cle for row in models.Declinaison.objects.filter(statut=None)}
    assert lacking <= {task.objet.cle for task in whole["a_completer"]}
    assert [late.objet.cle for late in whole["en_retard"]] == ["sante/593/2025/1"]


@pytest.mark.parametrize(
    ("portee", "seen"),
    [
        ({"theme": "sante"}, True),
        ({"theme": "sports"}, False),
        ({"territoire": "arrondissement:593"}, True),
        ({"territoire": "arrondissement:591"}, False),
        ({"theme": "sante", "territoire": "arrondissement:591"}, False),
        ({"dimension": "aucune-fiche-ne-la-porte"}, False),
    ],
)
def test_a_mandate_sees_what_it_covers(compte, en_retard, portee, seen):
    assert bool(see(compte("pilote_territorial", **portee))["en_retard"]) is seen


def test_a_step_done_or_given_up_is_not_late(compte, en_retard):
    en_retard.statut = "abandonnee"
    en_retard.save()
    assert see(compte("charge_mission"))["en_retard"] == []


def test_without_a_mandate_nothing_waits_and_the_page_says_what_to_look_at(client, compte, en_retard):
    text = read_desk(client, compte())
    assert "Rien ne vous attend" in text
    assert "/programme/completude/" in text


def test_a_decision_waits_for_who_decides_and_for_nobody_else(client, compte, en_retard):
    chargee, partenaire = compte("charge_mission"), compte("partenaire")
    draft = {"brouillon": True}
    propose_amendement(partenaire, en_retard, {"libelle": "Autre"}, "Préciser le lieu")
    propose_amendement(partenaire, en_retard, {"libelle": "Secret"}, "Gardé pour moi", **draft)
    assert [row.motif for row, _ in see(chargee)["a_decider"]] == ["Préciser le lieu"]
    assert see(partenaire)["a_decider"] == []
    assert "Gardé pour moi" not in read_desk(client, chargee)


def test_a_pilot_known_by_mandate_is_the_pilot_and_is_asked_no_more(client, compte, en_retard):
    address = f"/programme/declinaisons/{en_retard.cle}/"
    assert "non connu" in client.get(address).content.decode()
    pilote = compte("pilote_territorial", territoire="arrondissement:593")
    assert str(pilote) not in client.get(address).content.decode()
    assert not any("pilote" in task.raison for task in see(pilote)["a_completer"])
    client.force_login(pilote, "django.contrib.auth.backends.ModelBackend")
    assert f"<dd>{pilote}</dd>" in client.get(address).content.decode()
    assert f"<td>{pilote}</td>" in client.get("/programme/fiches/sante/").content.decode()


def test_documents_name_the_pilot_known_by_mandate_to_accounts_only(client, compte, en_retard, tmp_path):
    def read_fiche():
        path = tmp_path / "fiche.docx"
        path.write_bytes(client.get("/programme/exporter/docx?fiche=sante").content)
        return {cell.text for table in docx.Document(path).tables for row in table.rows for cell in row.cells}

    pilote = compte("pilote_territorial", territoire="arrondissement:593")
    assert str(pilote) not in read_fiche()
    client.force_login(pilote, "django.contrib.auth.backends.ModelBackend")
    assert str(pilote) in read_fiche()
    pilote.mandats.update(fin=dt.date(2024, 1, 1), debut=dt.date(2023, 1, 1))
    assert str(pilote) not in read_fiche()


def test_obstacles_that_stand_wait_for_who_decides(client, compte, en_retard):
    op = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    op.freins = [
        {"libelle": "Aucun médecin", "statut": "ouvert", "condition_levee": "une maison de santé"},
        {"libelle": "Rien n’est dit", "statut": None, "condition_levee": None},
        {"libelle": "Local trouvé", "statut": "leve", "condition_levee": None},
    ]
    op.save()
    chargee, pilote = compte("charge_mission"), compte("pilote_territorial", territoire="arrondissement:593")
    assert [o.libelle for o in see(chargee)["freins"]] == ["Aucun médecin", "Rien n’est dit"]
    assert see(pilote)["freins"] == []
    text = read_desk(client, chargee).replace("\xa0", " ")
    assert "Freins à lever : 2" in text
    assert "levé si : une maison de santé" in text
    assert "Local trouvé" not in text


def test_what_changed_counts_from_the_last_visit(client, compte, en_retard, monkeypatch):
    since = {"debut": dt.date(2020, 1, 1)}
    chargee, other = compte("charge_mission", **since), compte("pilote_departemental", **since)
    clock = timezone.now().replace(microsecond=0)

    def set_clock(**later):
        monkeypatch.setattr(timezone, "now", lambda: clock + dt.timedelta(**later))

    def open_desk(**later):
        set_clock(**later)
        client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
        return client.get(BUREAU).context

    def change(label, **later):
        set_clock(**later)
        row = models.Declinaison.objects.get(pk=en_retard.pk)
        update(other, row, row.version, {"libelle": label}, "")
        Mouvement.objects.filter(pk=Mouvement.objects.latest("pk").pk).update(le=timezone.now())

    change("Avant", days=-10)
    first = open_desk()
    assert (first["derniere_visite"], len(first["changements"])) == (None, 1)
    change("Après", days=20)
    second = open_desk(days=40)
    assert (second["derniere_visite"], len(second["changements"])) == (clock, 1)
    assert open_desk(days=40, minutes=30)["derniere_visite"] == clock  # the same visit, gone on
    third = open_desk(days=41)
    assert third["derniere_visite"] == clock + dt.timedelta(days=40, minutes=30)
    assert third["changements"] == []


def test_a_past_mandate_names_nobody(client, compte, en_retard):
    past = {"debut": dt.date(2024, 1, 1), "fin": dt.date(2025, 3, 1)}
    pilote = compte("pilote_territorial", territoire="arrondissement:593", **past)
    client.force_login(compte("partenaire"), "django.contrib.auth.backends.ModelBackend")
    assert str(pilote) not in client.get(f"/programme/declinaisons/{en_retard.cle}/").content.decode()


def test_log_in_lands_on_the_desk_even_before_a_schema(client, compte):
    form = {"username": compte("charge_mission").email, "password": "un-mot-de-passe-d-essai"}
    answer = client.post("/comptes/connexion/", form)
    assert answer.headers["Location"] == BUREAU
    assert "pas encore commencé" in client.get(BUREAU).content.decode()


def test_each_demonstration_role_reaches_its_most_urgent_work_in_one_click(client, en_retard):
    _, accounts = create_demonstration({"593": "Douai"})
    assert len(accounts) > 6
    for personne in accounts:
        text = read_desk(client, personne)
        desk = text.partition("<h1>")[2]
        assert not CODE.search(re.sub(r"<[^>]*>", " ", desk)), personne
        assert f"{personne}</a>" in text
        first = re.search(r'<ul class="liste-liens">\s*<li>\s*<a href="([^"]+)"', desk)
        assert client.get(first[1]).status_code == 200, (personne, first[1])
        if personne.has_perm("programme.modifier_declinaison", en_retard):
            assert first[1] == f"/programme/modifier/declinaison/{en_retard.cle}/"
