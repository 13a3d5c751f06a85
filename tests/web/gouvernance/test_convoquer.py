"""Convocations by mail: to whoever sits, once, read again when they leave; nothing without a server."""

from datetime import date
from smtplib import SMTPServerDisconnected

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone

from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import commands, courriel, models
from maillage.web.suivi.commands import UN_ENVOI

DOUAI, CAMBRAI = "arrondissement:593", "arrondissement:592"


@pytest.fixture
def seance(charge) -> models.Seance:
    row = commands.add_seance(charge, "cts", "593", date(2030, 5, 7))
    return commands.move_seance(charge, row, 1, EtatSeance.CONVOQUEE)


@pytest.fixture
def siegent(compte, settings) -> list:
    """Two who sit in Douai; beside them one of elsewhere, and one whose mandate has ended."""
    settings.EMAIL_HOST = "smtp.example.org"
    own = [compte("partenaire", territoire=DOUAI), compte("pilote_territorial", theme="sante")]
    compte("partenaire", territoire=CAMBRAI)
    compte("partenaire", debut=date(2019, 1, 1), fin=date(2020, 1, 1))
    return own


def ask(client, charge, seance) -> str:
    client.force_login(charge)
    return client.post(f"{seance.get_absolute_url()}convoquer", follow=True).content.decode()


def test_each_who_sits_is_called_once_with_the_document(client, charge, seance, siegent, mailoutbox) -> None:
    assert "prochain envoi" in ask(client, charge, seance)
    ask(client, charge, seance)
    assert courriel.send_convocations(timezone.now(), "https://acces.example.org") == (2, 0)
    assert courriel.send_convocations(timezone.now()) == (0, 0)
    assert [mail.to for mail in mailoutbox] == [[one.email] for one in siegent]
    (name, body, kind) = mailoutbox[0].attachments[0]
    assert (name, kind) == ("convocation-cts-2030-05-07.pdf", "application/pdf")
    assert body.startswith(b"%PDF")
    assert f"https://acces.example.org{seance.get_absolute_url()}" in mailoutbox[0].body
    page = client.get(seance.get_absolute_url()).content.decode()
    assert "2\xa0convocations parties, 0\xa0en attente" in page


def test_what_changed_before_it_leaves_is_not_sent(client, charge, seance, siegent, mailoutbox) -> None:
    ask(client, charge, seance)
    Mandat.objects.filter(personne=siegent[1]).delete()
    assert courriel.send_convocations(timezone.now()) == (1, 0)
    moved = commands.change_seance(charge, seance, 2, {"jour": date(2030, 5, 14)})
    assert courriel.send_convocations(timezone.now()) == (0, 0)
    assert "Dites d’abord" in ask(client, charge, moved)
    commands.move_seance(charge, moved, moved.version, EtatSeance.CONVOQUEE)
    ask(client, charge, seance)
    assert courriel.send_convocations(timezone.now()) == (1, 0)
    assert "14 mai 2030" in mailoutbox[-1].subject


@pytest.mark.parametrize("error", [SMTPServerDisconnected(), KeyboardInterrupt()])
def test_refused_or_killed_none_is_lost_and_it_keeps_its_name(
    client, charge, seance, siegent, mailoutbox, monkeypatch, error
) -> None:
    ask(client, charge, seance)
    now = timezone.now()

    def fail(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", fail)
        if isinstance(error, Exception):
            assert courriel.send_convocations(now) == (0, 2)
        else:
            with pytest.raises(KeyboardInterrupt):
                courriel.send_convocations(now)
    courriel.send_convocations(now)
    assert courriel.send_convocations(now + UN_ENVOI)[1] == 0
    names = [mail.extra_headers["Message-ID"] for mail in mailoutbox]
    assert len(names) == len(set(names)) == 2


def test_without_a_server_nothing_is_asked_nor_offered(client, charge, seance, settings) -> None:
    settings.EMAIL_HOST = ""
    client.force_login(charge)
    assert "Convoquer par courriel" not in client.get(seance.get_absolute_url()).content.decode()
    assert client.post(f"{seance.get_absolute_url()}convoquer").status_code == 404
    assert not models.ConvocationParCourriel.objects.exists()
