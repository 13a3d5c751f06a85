"""Whoever follows is told: in the application, and by e-mail when the install has a server."""

import datetime as dt

import pytest
from django.utils import timezone

from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur, set_cible
from maillage.web.suivi.commands import ConflitVersion, comment, follow, receive_mail, update
from maillage.web.suivi.courriel import is_mail_configured, send_digests
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


def test_the_digest_goes_once_to_those_who_asked(chargee, lectrice, compte, mailoutbox):
    other = compte("partenaire")
    for personne in (lectrice, other):
        follow(personne, get(DOUAI), oui=True)
    receive_mail(lectrice, oui=True)
    update(chargee, get(DOUAI), 1, {"statut": "engagee"}, "CTS de mai")
    now = timezone.now() + dt.timedelta(seconds=1)
    assert send_digests(now, "https://acces.example.org", bureau="/programme/taches/") == 1
    (mail,) = mailoutbox
    assert mail.to == [lectrice.email]
    assert mail.subject == "Maillage : 1 nouveauté dans ce que vous suivez"
    assert "CTS de mai" in mail.body
    assert f"https://acces.example.org/programme/declinaisons/{DOUAI}/" in mail.body
    assert send_digests(now + dt.timedelta(seconds=1), bureau="/programme/taches/") == 0
    assert count_nouveautes(lectrice) == 1  # sent is not read


def test_a_mail_that_cannot_leave_is_kept_for_the_next_time(chargee, lectrice, mailoutbox, monkeypatch):
    follow(lectrice, get(DOUAI), oui=True)
    receive_mail(lectrice, oui=True)
    update(chargee, get(DOUAI), 1, {"statut": "engagee"}, "")

    def fail(*_):
        raise OSError("serveur injoignable")

    now = timezone.now() + dt.timedelta(seconds=1)
    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.message.EmailMessage.send", fail)
        with pytest.raises(OSError, match="injoignable"):
            send_digests(now, bureau="/programme/taches/")
    assert send_digests(now, bureau="/programme/taches/") == 1
