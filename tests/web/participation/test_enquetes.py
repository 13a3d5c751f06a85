"""A survey made, answered by link and on paper, published once, with small groups hidden, in the bilan."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.participation.signalements import PUBLICS
from maillage.web.bilan.lecture import read_bilan
from maillage.web.participation.enquetes import commands, queries
from maillage.web.participation.exemple import keep_if_none
from maillage.web.participation.models import Enquete, ReponseEnquete, SignalementRecu, TexteLibre

PUBLIES = [acte.value for acte in PUBLICS]

QUESTIONS = (
    "Content ? [oui/non, obligatoire]\nComment venez-vous ? [un choix]\n- à pied\n- en bus\n"
    "Que changer ? [texte]"
)


def fill(**champs):
    today = timezone.localdate()
    return {
        "titre": "Satisfaction", "questions": QUESTIONS, "ouvre_le": today.isoformat(), "theme": "sante",
        "ferme_le": (today + timedelta(days=9)).isoformat(), "tirage": "volontaires", "par": "2", **champs,
    }  # fmt: skip


@pytest.fixture
def enquete(client, charge):
    """A survey that is open, and its maker logged in."""
    client.force_login(charge)
    client.post("/enquetes/nouvelle/", fill())
    return Enquete.objects.get()


def close(row: Enquete) -> Enquete:
    """As if its days were over."""
    Enquete.objects.filter(pk=row.pk).update(
        ouvre_le=timezone.localdate() - timedelta(days=9), ferme_le=timezone.localdate() - timedelta(days=1)
    )
    row.refresh_from_db()
    return row


def test_answered_by_link_and_on_paper_published_once_and_told_in_the_bilan(client, enquete, charge, billet):
    client.logout()
    address = f"/enquetes/{enquete.cle}/"
    for number in range(4):
        sent = {"billet": billet(), "q1": "oui", "q2": "en bus", "q3": f"Voir M. Durand {number}"}
        assert "Merci" in client.post(f"{address}repondre/", sent).content.decode()
    assert client.get(f"{address}resultats.json").status_code == 404
    client.force_login(charge)
    model = client.get(f"{address}reponses-papier.csv").content.decode("utf-8-sig")
    paper = model + "".join(["oui;à pied;\n"] * 8 + ["non;à pied;\n"] * 5)
    wrong = io.BytesIO((model + "bof;à pied;\noui;char;\n").encode())
    wrong.name = "r.csv"
    page = client.post(f"{address}importer", {"fichier": wrong})
    assert page.status_code == 422
    told = page.content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert all(said in told for said in ("2 fautes", "ligne 2", "ligne 3"))
    given = io.BytesIO(paper.encode())
    given.name = "r.csv"
    client.post(f"{address}importer", {"fichier": given})
    assert ReponseEnquete.objects.filter(papier=True).count() == 13
    text = TexteLibre.objects.order_by("pk").first()
    client.post(f"{address}textes/{text.pk}", {"texte": "Voir M. Durand", "relu": "on", "acte": "publier"})
    assert not TexteLibre.objects.filter(publie=True).exists()
    client.post(f"{address}textes/{text.pk}", {"texte": "Ouvrir plus tard", "acte": "publier"})
    client.post(f"{address}publier", {"version": enquete.version})
    assert Enquete.objects.get().publiee_le is None  # still open
    close(enquete)
    client.post(f"{address}publier", {"version": enquete.version})
    client.logout()
    page = client.get(address).content.decode()
    assert "secret" in page
    assert "Ouvrir plus tard" in page
    assert "Durand" not in page
    assert "n’ont pas de marge" in page
    told = client.get(f"{address}resultats.json").json()
    assert told["reponses"] == 17
    content, how = told["questions"]
    assert [one["effectif"] for one in content["reponses"]] == [12, 5, 0]
    assert [one["effectif"] for one in how["reponses"]] == [None, None, 0]
    assert told["croises"][0]["groupes"] == []
    for forme, mark in (("csv", b"secret"), ("ods", b"PK")):
        assert mark in client.get(f"{address}resultats.{forme}").content
    (held,) = read_bilan(timezone.localdate().year, None, timezone.localdate()).contenu.enquetes or ()
    assert (held.titre, held.reponses) == ("Satisfaction", 17)
    assert {(one.modalite, one.effectif) for one in held.lignes} >= {("oui", 12), ("en bus", None)}


def test_what_is_kept_of_who_answers_is_nothing(client, enquete, billet):
    client.post(f"/enquetes/{enquete.cle}/repondre/", {"billet": billet(), "q1": "non", "q3": "Mot"})
    (row,) = ReponseEnquete.objects.values()
    assert set(row) == {"id", "enquete_id", "jour", "papier", "valeurs"}
    assert row["valeurs"] == {"q1": "non"}
    kept = TexteLibre.objects.values().get()
    assert {key for key, value in kept.items() if value} == {"id", "enquete_id", "question", "texte"}
    assert set(kept) == {"id", "enquete_id", "question", "texte", "publie", "tri", "reponse", "amendement"}
    assert type(row["jour"]) is date


def test_one_answer_a_browser_where_it_is_asked_and_no_cookie_elsewhere(client, enquete, billet):
    address = f"/enquetes/{enquete.cle}/repondre/"
    sent = {"billet": billet(), "q1": "oui"}
    assert enquete.cle not in client.post(address, sent).cookies
    Enquete.objects.update(une_seule=True)
    assert "Un cookie signé" in client.get(address).content.decode()
    assert enquete.cle in client.post(address, sent).cookies
    assert "déjà répondu" in client.post(address, sent).content.decode()
    assert ReponseEnquete.objects.count() == 2
    client.cookies[enquete.cle] = "oui"  # not signed by us
    assert "déjà répondu" not in client.get(address).content.decode()


def test_a_survey_changes_until_it_is_answered_and_takes_nothing_once_published(
    client, enquete, charge, compte
):
    said = fill(questions="Autre ? [oui/non]", par="", version=enquete.version)
    client.post(f"/enquetes/{enquete.cle}/modifier/", said)
    enquete.refresh_from_db()
    assert [one.texte for one in enquete.valeurs] == ["Autre ?"]
    commands.answer_enquete(enquete, {"q1": "oui"}, "192.0.2.1")
    page = client.post(f"/enquetes/{enquete.cle}/modifier/", fill(version=enquete.version)).content.decode()
    assert "ne changent plus" in page
    row = commands.publish_results(charge, close(enquete), enquete.version)
    assert queries.read_results(row).reponses is None
    with pytest.raises(ValidationError, match="pas ouverte"):
        commands.answer_enquete(row, {"q1": "oui"}, "192.0.2.1")
    with pytest.raises(ValidationError, match="n’entre plus"):
        commands.import_paper(charge, row, [{"q1": "oui"}])
    with pytest.raises(PermissionDenied):
        commands.publish_results(compte("pilote_thematique", theme="culture"), row, row.version)


def test_faults_of_a_survey_are_said_and_nothing_is_made(client, charge, compte):
    client.force_login(charge)
    for wrong, said in (
        ({"questions": "Quoi ?"}, "ne dit pas sa sorte"),
        ({"ferme_le": "2020-01-01"}, "ferme avant"),
        ({"par": "3"}, "un seul choix"),
        ({"par": "x"}, "numéro"),
    ):
        assert said in client.post("/enquetes/nouvelle/", fill(**wrong)).content.decode(), wrong
    assert not Enquete.objects.exists()
    client.force_login(compte("accueil"))
    assert client.get("/enquetes/nouvelle/").status_code == 403


def test_the_paper_form_is_a_tagged_pdf_and_many_from_one_address_wait(client, enquete):
    body = client.get(f"/enquetes/{enquete.cle}/formulaire.pdf").content
    assert body.startswith(b"%PDF")
    assert b"/StructTreeRoot" in body or b"/MarkInfo" in body
    for _ in range(30):
        commands.answer_enquete(enquete, {"q1": "oui"}, "192.0.2.1")
    with pytest.raises(ValidationError, match="attendez"):
        commands.answer_enquete(enquete, {"q1": "oui"}, "192.0.2.1")


def test_results_cost_two_queries(enquete, django_assert_num_queries):
    with django_assert_num_queries(2):
        queries.read_results(enquete)


def test_simulated_ones_are_kept_once_and_say_so(client, nord):
    today = timezone.localdate()
    assert keep_if_none(today, ["593"], ["sante", "mobilites"])
    assert not keep_if_none(today, ["593"], ["sante"])
    page = client.get("/signalements/").content.decode()
    assert (
        page.count("jeu d’essai") == SignalementRecu.objects.filter(essai=True, etat__in=PUBLIES).count() == 3
    )
    assert "jeu d’essai" in client.get(Enquete.objects.get().get_absolute_url()).content.decode()
    assert all(
        one.depose_le <= step.le <= today
        for one in SignalementRecu.objects.all()
        for step in one.valeur.etapes
    )
