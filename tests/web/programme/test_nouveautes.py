"""Whoever follows is told: in the application, and by e-mail when the install has a server."""

import datetime as dt
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance.commands import start_feuille
from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur, set_cible
from maillage.web.suivi import courriel
from maillage.web.suivi.commands import ConflitVersion, comment, follow, receive_mail, update
from maillage.web.suivi.courriel import is_mail_configured, send_digests
from maillage.web.suivi.models import Abonnement, EnvoiEnCours, Mouvement
from maillage.web.suivi.queries import count_nouveautes, list_nouveautes, list_sortes

DOUAI = "sante/593/2025/1"


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


@pytest.fixture
def lectrice(compte, nord):
    return compte("partenaire")


def get(cle, model=models.Declinaison):
    return model.objects.get(cle=cle)


def told(personne):
    return [(n.cle, [m.nature for m in n.mouvements]) for n in list_nouveautes(personne)]


def test_following_a_declinaison_tells_what_happens_to_it_and_to_its_indicators(chargee, lectrice):
    follow(lectrice, get(DOUAI), oui=True)
    update(chargee, get(DOUAI), 1, {"statut": "engagee"}, "CTS de mai")
    indicator = create_indicateur(chargee, get(DOUAI), {"libelle": "n", "nature": "quantitative"})
    set_cible(chargee, indicator, 2027, 4.0, None)
    comment(chargee, get(DOUAI), "À voir")
    update(chargee, get("sante/592/2025/1"), 1, {"statut": "engagee"}, "")
    assert told(lectrice) == [(DOUAI, ["commentaire", "cible", "creation", "changement"])]
    assert count_nouveautes(lectrice) == 4
    assert "CTS de mai" in list_nouveautes(lectrice)[0].mouvements[-1].texte
    assert told(chargee) == []


def test_following_a_fiche_tells_what_happens_in_its_theme(chargee, lectrice):
    follow(lectrice, get("sante", models.FicheAction), oui=True)
    update(chargee, get("sante/592/2025/1"), 1, {"statut": "engagee"}, "")
    update(chargee, get("sports/592/2025/1"), 1, {"statut": "engagee"}, "")
    (found,) = list_nouveautes(lectrice)
    assert [m.objet for m in found.mouvements] == ["sante/592/2025/1"]


def test_nobody_is_told_of_her_own_changes_nor_of_the_past(chargee, lectrice):
    update(chargee, get(DOUAI), 1, {"statut": "engagee"}, "")
    follow(chargee, get(DOUAI), oui=True)
    follow(lectrice, get(DOUAI), oui=True)
    update(chargee, get(DOUAI), 2, {"statut": "en_cours"}, "")
    assert (told(chargee), told(lectrice)) == ([], [(DOUAI, ["changement"])])


def test_what_is_refused_tells_nobody(chargee, lectrice):
    follow(lectrice, get(DOUAI), oui=True)
    with pytest.raises(ConflitVersion):
        update(chargee, get(DOUAI), 7, {"statut": "engagee"}, "")
    assert count_nouveautes(lectrice) == 0


def test_reading_is_marked_object_by_object(client, chargee, lectrice):
    for key in (DOUAI, "sports/592/2025/1"):
        follow(lectrice, get(key), oui=True)
        update(chargee, get(key), 1, {"statut": "engagee"}, "")
    client.force_login(lectrice, "django.contrib.auth.backends.ModelBackend")
    page = client.get("/programme/taches/").content.decode()
    assert 'class="compteur">2<' in page
    client.post("/programme/taches/lu", {"objet": DOUAI})
    assert [key for key, _ in told(lectrice)] == ["sports/592/2025/1"]
    client.post("/programme/taches/lu")
    page = client.get("/programme/taches/").content.decode()
    assert "compteur" not in page
    assert "Rien de neuf" in page


def test_a_page_pays_one_query_for_the_count(client, lectrice, django_assert_num_queries):
    client.force_login(lectrice, "django.contrib.auth.backends.ModelBackend")
    follow(lectrice, get(DOUAI), oui=True)
    with django_assert_num_queries(1):
        count_nouveautes(lectrice)
    with django_assert_num_queries(2 + len(list_sortes())):  # the subscriptions, the moves, one per kind
        list_nouveautes(lectrice)


def test_no_server_no_mail(client, chargee, lectrice, settings):
    settings.EMAIL_HOST = ""
    assert not is_mail_configured()
    follow(lectrice, get(DOUAI), oui=True)
    client.force_login(lectrice, "django.contrib.auth.backends.ModelBackend")
    assert "courriel" not in client.get("/programme/taches/").content.decode()
    settings.EMAIL_HOST = "smtp.example.org"
    assert "Recevoir aussi ces nouveautés par courriel" in client.get("/programme/taches/").content.decode()


BUREAU = {"bureau": "/programme/taches/"}


def after(seconds: int = 0) -> dt.datetime:
    """A moment at which what was just written is old enough to be told."""
    return timezone.now() + dt.timedelta(seconds=read_constant("recul_du_courriel") + 1 + seconds)


@pytest.fixture
def abonnee(chargee, lectrice):
    """She follows a declinaison by mail; it has just changed."""
    follow(lectrice, get(DOUAI), oui=True)
    receive_mail(lectrice, oui=True)
    update(chargee, get(DOUAI), 1, {"statut": "engagee"}, "CTS de mai")
    return lectrice


def test_the_digest_goes_once_to_those_who_asked(abonnee, compte, mailoutbox):
    follow(compte("partenaire"), get(DOUAI), oui=True)
    assert send_digests(after(), "https://acces.example.org", **BUREAU) == (1, 0)
    (mail,) = mailoutbox
    assert mail.to == [abonnee.email]
    assert mail.subject == "Maillage : 1 nouveauté dans ce que vous suivez"
    assert "CTS de mai" in mail.body
    assert f"https://acces.example.org/programme/declinaisons/{DOUAI}/" in mail.body
    assert send_digests(after(1), **BUREAU) == (0, 0)
    assert count_nouveautes(abonnee) == 1  # sent is not read
    assert not EnvoiEnCours.objects.exists()


def test_a_mail_that_cannot_leave_is_kept_and_stops_no_other(
    abonnee, chargee, compte, mailoutbox, monkeypatch
):
    other = compte("partenaire")
    follow(other, get(DOUAI), oui=True)
    receive_mail(other, oui=True)
    update(chargee, get(DOUAI), 2, {"statut": "en_cours"}, "")
    send = EmailMessage.send

    def fail(self, *arguments):
        if self.to == [abonnee.email]:
            raise SMTPRecipientsRefused({})
        return send(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", fail)
        assert send_digests(after(), **BUREAU) == (1, 1)
    assert send_digests(after(1), **BUREAU) == (1, 0)
    assert [mail.to for mail in mailoutbox] == [[other.email], [abonnee.email]]


@pytest.mark.parametrize("where", ["before", "after"])
def test_killed_and_started_again_it_is_one_message_that_loses_nothing(
    abonnee, chargee, mailoutbox, monkeypatch, where
):
    """Cut before it leaves: it leaves once. Cut before it is marked: the same message, of the same name."""
    target = (EmailMessage, "send") if where == "before" else (courriel.commands, "note_sent")

    def kill(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*target, kill)
        with pytest.raises(KeyboardInterrupt):
            send_digests(after(), **BUREAU)
    assert len(mailoutbox) == (where == "after")
    Mouvement.objects.update(le=timezone.now())
    update(chargee, get(DOUAI), 2, {"statut": "en_cours"}, "Depuis")
    Mouvement.objects.filter(texte__contains="Depuis").update(le=after(10))
    assert send_digests(after(1), **BUREAU) == (0, 0), "it may still be under way"
    assert send_digests(after(700), **BUREAU) == (1, 0)
    assert {name_message(mail) for mail in mailoutbox} == {name_message(mailoutbox[-1])}
    assert all(("CTS de mai" in mail.body, "Depuis" in mail.body) == (True, False) for mail in mailoutbox)
    assert send_digests(after(701), **BUREAU) == (1, 0)
    assert ("CTS de mai" in mailoutbox[-1].body, "Depuis" in mailoutbox[-1].body) == (False, True)
    assert name_message(mailoutbox[-1]) != name_message(mailoutbox[0])


def name_message(mail) -> str:
    return mail.extra_headers["Message-ID"]


def test_what_was_being_written_when_one_left_is_in_the_next(abonnee, mailoutbox):
    """A change dated before a digest and committed after it: neither lost, nor told twice."""
    moment = after()
    Mouvement.objects.update(le=moment - dt.timedelta(seconds=1))
    assert send_digests(moment, **BUREAU) == (0, 0)
    assert send_digests(moment + dt.timedelta(seconds=200), **BUREAU) == (1, 0)
    assert send_digests(moment + dt.timedelta(seconds=300), **BUREAU) == (0, 0)


def test_one_is_told_only_of_what_one_may_still_read(abonnee, chargee):
    """A fiche followed brings its theme, but not what governance keeps to those who hold a mandate."""
    follow(abonnee, get("sante", models.FicheAction), oui=True)
    start_feuille(chargee, "593", "sante", 2026)

    def count(personne) -> int:
        return [m.sorte for n in list_nouveautes(personne) for m in n.mouvements].count("feuille")

    assert count(abonnee) == 1
    Mandat.objects.filter(personne=abonnee).delete()
    assert count(type(abonnee).objects.get(pk=abonnee.pk)) == 0


def test_one_stops_them_from_the_message_without_logging_in(client, abonnee, mailoutbox):
    send_digests(after(), "https://acces.example.org", **BUREAU)
    (mail,) = mailoutbox
    link = mail.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in mail.body
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = link.removeprefix("https://acces.example.org")
    assert "Ne plus les recevoir" in client.get(address).content.decode()
    assert Abonnement.objects.filter(par_courriel=True).exists()  # a reader that opens links stops nothing
    strict = Client(enforce_csrf_checks=True)
    assert "C’est fait" in strict.post(address, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert not Abonnement.objects.filter(par_courriel=True).exists()
    assert client.get(f"{address}x").status_code == 404


def test_without_an_address_of_the_site_no_link_is_invented(abonnee, mailoutbox):
    send_digests(after(), **BUREAU)
    assert "List-Unsubscribe" not in mailoutbox[0].extra_headers
    assert "/programme/taches/" in mailoutbox[0].body
