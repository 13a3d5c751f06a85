"""Reading again, answering, joining, erasing: what is public, for whom, and what is kept of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from maillage.sdaasp.gouvernance.remontees import ActeRemontee
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation import commands, queries
from maillage.web.participation.models import ContactDeRappel, SignalementRecu
from maillage.web.participation.origine import read_origin
from maillage.web.programme.noms import get_noms
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import list_nouveautes

DOUAI = "arrondissement:593"


@pytest.fixture
def deposer(nord):
    """Set one down, without the form."""
    count = iter(range(10**6))

    def make(texte="Le guichet ferme le samedi", who=None, le=None, **champs):
        demande = commands.DemandeSignalement(texte=texte, **{"theme": "sante", "territoire": "593"} | champs)
        return commands.deposit(who, demande, f"billet-{next(count)}", f"192.0.2.{next(count) % 250}", le)

    return make


def publish(charge, row, texte="Le guichet ferme le samedi", **champs):
    return commands.publish(
        charge, row, row.version, commands.Relecture(texte=texte, theme=row.theme, **champs)
    )


def test_what_is_sure_is_never_published_and_what_may_be_asks_a_reader(deposer, charge):
    row = deposer().signalement
    with pytest.raises(ValidationError, match="téléphone"):
        publish(charge, row, "Appelez le 03 20 12 34 56", relu=True)
    with pytest.raises(ValidationError, match="peut-être"):
        publish(charge, row, "Le guichet de Jean Roy")
    with pytest.raises(ValidationError, match="rien à publier"):
        publish(charge, row, "  ")
    row.refresh_from_db()
    assert (row.texte_public, row.is_public) == ("", False)
    assert publish(charge, row, "Le guichet de Jean Roy", relu=True).is_public


def test_only_who_reads_publishes_and_only_her_theme_and_place_answers(deposer, charge, compte):
    row = deposer().signalement
    pilote = compte("pilote_territorial", theme="sante", territoire=DOUAI)
    other = compte("pilote_thematique", theme="culture")
    with pytest.raises(PermissionDenied):
        publish(pilote, row)
    row = publish(charge, row)
    with pytest.raises(PermissionDenied):
        commands.answer(other, row, row.version, "Non", ())
    with pytest.raises(ValidationError, match="nom de personne"):
        commands.answer(pilote, row, row.version, "Voyez Mme Durand", ())
    with pytest.raises(ConflitVersion):
        commands.answer(pilote, row, row.version - 1, "Bientôt", ())
    row = commands.answer(pilote, row, row.version, "Il rouvre le 3 mai", ())
    assert (row.clos, row.valeur.reponse) == (True, "Il rouvre le 3 mai")
    with pytest.raises(Http404):
        queries.get_a_traiter(other, row.cle)


def test_who_pilots_it_by_mandate_follows_it_once_published(deposer, charge, compte):
    pilote = compte("pilote_territorial", theme="sante", territoire=DOUAI)
    compte("pilote_thematique", theme="sante")
    row = publish(charge, deposer().signalement)
    assert [m.personne for m in queries.list_pilotes(row)] == [pilote]
    assert queries.list_a_repondre(pilote) == [row]
    assert queries.list_a_repondre(charge) == []
    commands.hide(charge, row, row.version, "Le guichet", "Trop précis", ())
    (news,) = list_nouveautes(pilote)
    assert news.cle == row.cle


def test_refused_its_author_alone_reads_why_and_it_can_be_opened_again(client, deposer, charge):
    depot = deposer()
    row = commands.refuse(charge, depot.signalement, 1, "Ce n’est pas un service au public")
    assert (
        "Ce n’est pas un service au public"
        in client.get(f"/signalements/suivre/{depot.jeton}/").content.decode()
    )
    assert client.get(row.get_absolute_url()).status_code == 404
    with pytest.raises(ValidationError, match="pourquoi"):
        commands.reopen(charge, row, row.version, "")
    row = commands.reopen(charge, row, row.version, "Erreur de notre part")
    assert publish(charge, row).is_public


def test_joined_it_is_counted_and_answered_with_the_other(client, deposer, charge):
    one = publish(charge, deposer("Le guichet ferme le samedi matin").signalement, "Le guichet ferme")
    depot = deposer("Samedi matin le guichet ferme tôt")
    ((alike, _),) = queries.find_semblables(depot.signalement)
    assert alike == one
    row = commands.join(charge, depot.signalement, 1, one.cle)
    one.refresh_from_db()
    assert (one.fois, row.joint, row.is_public) == (2, one.cle, False)
    commands.answer(charge, one, one.version, "Il rouvre", ())
    assert "Il rouvre" in client.get(f"/signalements/suivre/{depot.jeton}/").content.decode()
    commands.reopen(charge, row, row.version, "Ce n’est pas la même chose")
    one.refresh_from_db()
    assert one.fois == 1
    with pytest.raises(ValidationError, match="Choisissez"):
        commands.join(charge, SignalementRecu.objects.get(pk=row.pk), 3, "rien")


def test_withdrawn_by_its_pilot_a_remontee_gives_it_back(deposer, charge, compte):
    pilote = compte("pilote_territorial", theme="sante", territoire=DOUAI)
    row = publish(charge, deposer().signalement)
    row = commands.send_up(pilote, row, row.version, "Que faire ?")
    with pytest.raises(ValidationError, match="devant un comité"):
        commands.answer(pilote, row, row.version, "Je réponds", ())
    up = RemonteeDeposee.objects.get()
    gouvernance.move_remontee(charge, up, up.version, ActeRemontee.TRANSMETTRE, "cotech", texte="Plus haut")
    up.refresh_from_db()
    gouvernance.withdraw(pilote, up, up.version, "Réglé sur place")
    row.refresh_from_db()
    assert row.etat == "instruire"
    assert commands.answer(pilote, row, row.version, "C’est réglé", ()).clos


def test_what_is_kept_can_be_carried_away_and_goes_on_time(client, deposer, charge):
    depot = deposer("Un texte reçu", rappel="06 12 34 56 78", lieu="12 rue Haute")
    data = client.get(f"/signalements/suivre/{depot.jeton}/donnees.json").json()
    assert (data["texte_recu"], data["lieu"]) == ("Un texte reçu", "12 rue Haute")
    assert data["rappel"][0]["moyen"] == "06 12 34 56 78"
    now = timezone.now()
    assert commands.forget_contacts(now) == 0
    assert commands.forget_contacts(now + timedelta(days=180)) == 1
    assert commands.forget_texts(now + timedelta(days=900)) == 0  # open, it may still be read again
    row = commands.refuse(charge, depot.signalement, 1, "Non")
    assert commands.forget_texts(now + timedelta(days=89)) == 0
    assert commands.forget_texts(now + timedelta(days=91)) == 1
    row.refresh_from_db()
    assert (row.texte, row.lieu) == ("", "")
    assert client.get(f"/signalements/suivre/{depot.jeton}/").status_code == 200


def test_a_contact_is_erased_when_its_author_asks(client, deposer):
    depot = deposer(rappel="moi@example.org")
    client.post(f"/signalements/suivre/{depot.jeton}/oublier-contact")
    assert not ContactDeRappel.objects.exists()


def test_an_agent_finds_what_she_sent_on_her_desk(client, deposer, compte, charge):
    agent = compte("accueil")
    row = deposer(who=agent).signalement
    client.force_login(agent)
    assert row.get_absolute_url() in client.get("/programme/taches/").content.decode()
    assert client.get(row.get_absolute_url()).status_code == 200
    client.force_login(compte("accueil"))
    assert client.get(row.get_absolute_url()).status_code == 404


def test_the_week_is_counted_by_theme_within_ones_perimeter(deposer, charge, compte):
    today = timezone.localdate()
    deposer("Ancien", le=today - timedelta(days=7))
    publish(charge, deposer("Le guichet").signalement)
    row = publish(charge, deposer("Le bus", theme="mobilites").signalement)
    commands.answer(charge, row, row.version, "Oui", ())
    assert queries.count_week(charge, today) == [("mobilites", 1, 1), ("sante", 1, 0)]
    assert queries.count_week(compte("pilote_thematique", theme="sante"), today) == [("sante", 1, 0)]
    assert queries.count_week(compte("accueil"), today) == []


def test_counts_by_place_and_theme(deposer, charge):
    year = timezone.localdate().year
    deposer("Ici")
    deposer("Là", territoire="591", theme="emploi")
    told = queries.count_by_part(
        year, date(year, 12, 31), {"territoires": ["593", "591"], "themes": ["emploi"]}
    )
    assert [(p.territoire, p.theme, p.comptes.recus) for p in told] == [
        ("", "", 2), ("593", "", 1), ("591", "", 1), ("", "emploi", 1),
    ]  # fmt: skip


def test_lists_are_filtered_and_cost_the_same_whatever_they_hold(
    client, deposer, charge, django_assert_num_queries
):
    assert "ni compte, ni nom" in client.get("/signalements/").content.decode()
    for number in range(3):
        publish(charge, deposer(f"Le guichet {'abc'[number]} ferme").signalement)
    with django_assert_num_queries(3):
        page = client.get("/signalements/?theme=sante&territoire=593&suivi=attente").content.decode()
    assert "3\u00a0signalements" in page.replace("\u202f", "\u00a0")
    assert "Retirez un filtre" in client.get("/signalements/?theme=culture").content.decode()
    with django_assert_num_queries(1):
        queries.read_mandats()
    with django_assert_num_queries(1):
        queries.list_pilotes(SignalementRecu.objects.model(theme="sante"))


def test_the_form_takes_the_theme_and_place_of_the_page_one_comes_from(nord):
    def read(page: str, **query) -> dict[str, str]:
        request = RequestFactory().get("/signalements/nouveau/", query, HTTP_REFERER=page)
        return read_origin(request, get_noms())

    assert read("http://testserver/programme/fiches/sante/")["theme"] == "sante"
    assert read("http://testserver/programme/declinaisons/sante/593/2025/1/") == {
        "theme": "sante", "territoire": "593", "commune": "",
    }  # fmt: skip
    assert read("http://testserver/territoires/commune/90001/")["commune"] == "90001"
    assert read("http://testserver/signalements/?theme=culture")["theme"] == "culture"
    assert read("http://ailleurs.example/programme/fiches/sante/")["theme"] == ""
    assert read("http://[", theme="emploi")["theme"] == "emploi"
    assert read("", theme="<script>")["theme"] == ""


def test_the_footer_of_every_page_leads_to_the_form(client, nord):
    assert 'href="/signalements/nouveau/"' in client.get("/").content.decode()
    page = client.get("/signalements/nouveau/", HTTP_REFERER="http://testserver/programme/fiches/emploi/")
    assert '<option value="emploi" selected>' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
