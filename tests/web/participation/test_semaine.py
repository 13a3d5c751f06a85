"""The week of signalements by mail: once, numbers only, to who answers them and asked for it."""

import smtplib
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from maillage.web.participation import commands
from maillage.web.participation.courriel import send_weeks
from maillage.web.participation.models import SemaineEnvoyee
from maillage.web.suivi.commands import receive_mail
from maillage.web.suivi.models import Abonnement

LUNDI = date(2026, 11, 16)
DANS_LA_SEMAINE = LUNDI + timedelta(days=2)
APRES = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def pilote(nord, compte):
    who = compte("pilote_territorial", theme="sante", territoire="arrondissement:593")
    Abonnement.objects.create(personne=who, objet="fiche:sante")
    receive_mail(who, oui=True)
    demande = commands.DemandeSignalement(texte="Le guichet ferme", theme="sante", territoire="593")
    done = commands.deposit(None, demande, "billet", "192.0.2.1", DANS_LA_SEMAINE)
    done.signalement.__class__.objects.filter(pk=done.signalement.pk).update(
        modifie_le=datetime(2026, 11, 18, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
    )
    mail.outbox.clear()
    return who


def test_a_week_leaves_once_without_a_word_of_what_was_written(pilote):
    assert send_weeks(APRES, "https://essai.example") == (1, 0)
    (sent,) = mail.outbox
    assert sent.to == [pilote.email]
    assert "16/11/2026" in sent.subject
    assert "guichet" not in sent.body
    assert "1 reçu" in sent.body.replace("\u00a0", " ")
    assert "https://essai.example/courriel/arreter/" in sent.extra_headers["List-Unsubscribe"]
    assert send_weeks(APRES + timedelta(days=1)) == (0, 0)
    assert list(SemaineEnvoyee.objects.values_list("lundi", flat=True)) == [LUNDI]


def test_nobody_is_written_to_who_did_not_ask_or_may_not_answer(pilote, compte):
    receive_mail(pilote, oui=False)
    other = compte("partenaire")
    Abonnement.objects.create(personne=other, objet="fiche:sante", par_courriel=True)
    assert send_weeks(APRES) == (0, 0)
    assert mail.outbox == []


def test_one_that_is_refused_is_tried_again(pilote, monkeypatch):
    def refuse(*_arguments: object) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", refuse)
        assert send_weeks(APRES) == (0, 1)
    assert send_weeks(APRES) == (1, 0)
