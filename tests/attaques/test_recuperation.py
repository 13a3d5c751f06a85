"""One tries to take an account over by a link, a recovery code, a session left open or a sleeping account.

A way in is of one use, ends, is kept as a hash only, and is given only by who could give all that it opens.
"""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp

from maillage.web.comptes.acces import commands, queries
from maillage.web.comptes.models import (
    CodeSecours,
    Essai,
    Invitation,
    Mandat,
    Menage,
    Personne,
    Recuperation,
    Session,
)
from maillage.web.comptes.retention import commands as retention

PASSWORD = "un-mot-de-passe-d-essai"
NEW = "quatre saules près du canal"
CONNEXION = "/comptes/connexion/"


def log_in(personne: Personne, password: str = PASSWORD, code: str = "", agent: str = "") -> Client:
    client = Client(HTTP_USER_AGENT=agent)
    client.post(CONNEXION, {"username": personne.email, "password": password, "code": code})
    return client


def is_in(client: Client) -> bool:
    return client.get("/comptes/moi/").status_code == 200


def with_second_factor(personne: Personne) -> list[str]:
    device = commands.prepare_totp(personne)
    assert commands.confirm_totp(personne, f"{totp(device.bin_key):06d}")
    return commands.create_codes(personne)


def everything_kept() -> str:
    models = (Recuperation, CodeSecours, Invitation, Session)
    return repr([list(model.objects.values()) for model in models])


def test_each_pair_of_roles_and_who_is_above(compte) -> None:
    """Only the administration gives a link, and never to someone it could not make."""
    for author_role in ("", *Mandat.Role.values):
        author = compte(author_role)
        for role in ("", *Mandat.Role.values):
            target = compte(role)
            if author_role == "administration":
                assert commands.give_recovery(author, target.email, retire_double=False)
            else:
                with pytest.raises(PermissionDenied):
                    commands.give_recovery(author, target.email, retire_double=False)
    above = Personne.objects.create_superuser("au-dessus@example.org", PASSWORD)
    limited = compte("administration", territoire="arrondissement:593")
    for author, target in ((compte("administration"), above), (limited, compte("partenaire"))):
        with pytest.raises(ValidationError):
            commands.give_recovery(author, target.email, retire_double=True)
    assert commands.give_recovery(above, compte("administration").email, retire_double=False)


def test_a_link_opens_once_and_ends_every_session_and_the_wait(compte) -> None:
    personne = compte("partenaire")
    elsewhere = log_in(personne)
    assert is_in(elsewhere)
    clear = commands.give_recovery(compte("administration"), personne.email, retire_double=False)
    assert clear not in everything_kept()
    for _ in range(5):
        last = Client().post(CONNEXION, {"username": personne.email, "password": "faux"})
    assert last.status_code == 429
    client, address = Client(), reverse("comptes:recuperation", args=[clear])
    assert client.get(address).headers["Location"] == "/comptes/recuperation/"
    weak = client.post("/comptes/recuperation/", {"mot_de_passe": "123456789012", "encore": "123456789012"})
    assert "en-faute" in weak.content.decode()
    form = {"mot_de_passe": NEW, "encore": NEW}
    assert client.post("/comptes/recuperation/", form).status_code == 302
    assert client.post("/comptes/recuperation/", form).status_code == 404
    assert Client().get(address).status_code == 404
    assert not is_in(elsewhere)
    assert not is_in(client), "a link changes the password, it does not log in: the second factor stays"
    assert is_in(log_in(personne, NEW))


def test_two_readers_of_one_link_do_not_both_choose(compte) -> None:
    personne = compte()
    clear = commands.give_recovery(compte("administration"), personne.email, retire_double=False)
    held = queries.get_recuperation(clear), queries.get_recuperation(clear)
    commands.recover_account(held[0], NEW)
    with pytest.raises(ValidationError):
        commands.recover_account(held[1], "une autre phrase assez longue")
    personne.refresh_from_db()
    assert personne.check_password(NEW)


def test_a_link_ends_by_time_by_another_link_and_by_a_new_password(compte) -> None:
    chief, personne = compte("administration"), compte()
    old = commands.give_recovery(chief, personne.email, retire_double=False)
    new = commands.give_recovery(chief, personne.email, retire_double=False)
    assert Client().get(reverse("comptes:recuperation", args=[old])).status_code == 404
    Recuperation.objects.update(expire_le=timezone.now() - timedelta(seconds=1))
    assert Client().get(reverse("comptes:recuperation", args=[new])).status_code == 404
    third = commands.give_recovery(chief, personne.email, retire_double=False)
    commands.change_password(personne, PASSWORD, NEW, None)
    assert Client().get(reverse("comptes:recuperation", args=[third])).status_code == 404


def test_a_link_leaves_the_second_factor_unless_the_administration_takes_it_away(compte) -> None:
    chief, personne = compte("administration"), compte()
    codes = with_second_factor(personne)
    clear = commands.give_recovery(chief, personne.email, retire_double=False)
    commands.recover_account(queries.get_recuperation(clear), NEW)
    assert not is_in(log_in(personne, NEW))
    assert is_in(log_in(personne, NEW, codes[0]))
    clear = commands.give_recovery(chief, personne.email, retire_double=True)
    commands.recover_account(queries.get_recuperation(clear), PASSWORD)
    assert is_in(log_in(personne))


def test_a_recovery_code_serves_once_for_its_owner_only_however_typed(compte) -> None:
    personne, other = compte(), compte()
    codes, theirs = with_second_factor(personne), with_second_factor(other)
    assert len(set(codes)) == 10
    assert not any(code in everything_kept() for code in codes)
    assert not is_in(log_in(personne, code=theirs[0]))
    assert is_in(log_in(personne, code=f" {codes[0].upper().replace('-', ' ')}"))
    assert not is_in(log_in(personne, code=codes[0]))
    renewed = commands.create_codes(personne)
    assert not is_in(log_in(personne, code=codes[1]))
    assert is_in(log_in(personne, code=renewed[1]))


@pytest.mark.parametrize(
    "address", ["/comptes/moi/double-authentification/", "/comptes/moi/codes-de-secours/"]
)
def test_a_session_left_open_changes_nothing_without_the_password(compte, address) -> None:
    personne = compte()
    codes = with_second_factor(personne)
    thief = Client()
    thief.force_login(personne)
    thief.get("/comptes/moi/double-authentification/")
    device = queries.find_totp_a_confirmer(personne)
    assert device is not None
    for _ in range(6):
        answer = thief.post(address, {"actuel": "faux", "code": f"{totp(device.bin_key):06d}"})
        assert answer.status_code == 200
    assert "Trop d’essais" in answer.content.decode()
    form = {"actuel": "faux", "mot_de_passe": NEW, "encore": NEW}
    assert thief.post("/comptes/moi/mot-de-passe/", form).status_code == 429
    personne.refresh_from_db()
    assert personne.check_password(PASSWORD)
    Essai.objects.all().delete()
    assert is_in(log_in(personne, code=codes[0]))


def test_changing_ones_password_keeps_this_session_and_ends_the_others(compte) -> None:
    personne = compte()
    here, there = log_in(personne), log_in(personne)
    form = {"actuel": PASSWORD, "mot_de_passe": NEW, "encore": NEW}
    wrong = here.post("/comptes/moi/mot-de-passe/", form | {"actuel": "faux"})
    assert "n’est pas celui-là" in wrong.content.decode()
    assert here.post("/comptes/moi/mot-de-passe/", form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert is_in(log_in(personne, NEW))
    assert not is_in(log_in(personne))


def test_sessions_are_said_in_words_closed_by_their_owner_and_name_no_key(compte) -> None:
    personne, other = compte(), compte()
    here = log_in(personne, agent="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    there = log_in(personne, agent="Mozilla/5.0 (iPhone) Version/18 Safari/604")
    text = here.get("/comptes/moi/").content.decode()
    assert "Firefox sous Windows (cette session)" in text
    assert "Safari sous iPhone" in text
    assert f"{timezone.localdate():%Y}" in text
    assert there.session.session_key not in text
    reference = re.search(r'name="session" value="(\w{64})"', text)
    assert reference is not None
    log_in(other).post("/comptes/moi/sessions/fermer", {"session": reference[1]})
    assert is_in(there)
    here.post("/comptes/moi/sessions/fermer", {"session": reference[1]})
    assert not is_in(there)
    again = log_in(personne)
    here.post("/comptes/moi/sessions/fermer")
    assert not is_in(again)
    assert is_in(here)


def test_asking_by_mail_never_says_who_has_an_account(compte, settings) -> None:
    settings.EMAIL_HOST = "courriel.example.org"
    personne = compte()
    closed = Personne.objects.create_user("ferme@example.org", PASSWORD, is_active=False)
    invited = Personne.objects.create_user("invite@example.org")
    pages = set()
    for address in (personne.email.upper(), "inconnu@example.org", closed.email, invited.email):
        answer = Client().post("/comptes/mot-de-passe-oublie/", {"courriel": address})
        pages.add(answer.content)
    assert len(pages) == 1
    (sent,) = mail.outbox
    assert sent.to == [personne.email]
    link = re.search(r"http://testserver(/comptes/recuperation/[\w-]{43}/)", str(sent.body))
    assert link is not None
    assert Client().get(link[1]).status_code == 302
    assert Recuperation.objects.get().expire_le < timezone.now() + timedelta(hours=1, seconds=1)
    codes = [
        Client().post("/comptes/mot-de-passe-oublie/", {"courriel": personne.email}).status_code
        for _ in "123456"
    ]
    assert codes[-1] == 429
    assert is_in(log_in(personne)), "asking blocks nobody from logging in"


def test_without_a_mail_server_the_page_says_whom_to_ask(db) -> None:
    answer = Client().post("/comptes/mot-de-passe-oublie/", {"courriel": "agent@example.org"})
    assert "administration" in answer.content.decode()
    assert not mail.outbox


def unused(personne: Personne, days: int) -> Personne:
    then = timezone.now() - timedelta(days=days)
    Personne.objects.filter(pk=personne.pk).update(date_joined=then, last_login=then)
    return personne


def test_an_unused_account_sleeps_with_proof_and_is_woken_by_the_administration(compte) -> None:
    chief, fresh, old = compte("administration"), unused(compte(), 364), unused(compte(), 366)
    waiting = unused(compte(), 400)
    Personne.objects.filter(pk=waiting.pk).update(last_login=None)
    session = Client()
    session.force_login(chief)
    assert retention.apply_rules()["comptes en sommeil"] == 2
    assert Menage.objects.get(regle="comptes en sommeil").nombre == 2
    assert not is_in(log_in(old))
    assert is_in(log_in(fresh))
    with pytest.raises(PermissionDenied):
        commands.wake_account(compte("charge_mission"), old)
    old.refresh_from_db()
    commands.wake_account(chief, old)
    assert retention.apply_rules()["comptes en sommeil"] == 0
    assert is_in(log_in(old))


def test_the_last_administration_never_sleeps(compte) -> None:
    first, second = unused(compte("administration"), 500), unused(compte("administration"), 400)
    yesterday = date.today() - timedelta(1)  # noqa: DTZ011
    gone = unused(compte("administration", debut=yesterday, fin=yesterday), 366)
    retention.apply_rules()
    active = set(Personne.objects.filter(is_active=True))
    assert active == {second}
    assert {first, gone}.isdisjoint(active)


def test_a_closed_account_is_not_opened_by_waking_or_by_a_link(compte) -> None:
    chief, closed = compte("administration"), compte()
    Personne.objects.filter(pk=closed.pk).update(is_active=False)
    with pytest.raises(ValidationError):
        commands.give_recovery(chief, closed.email, retire_double=False)
    closed.refresh_from_db()
    commands.wake_account(chief, closed)
    closed.refresh_from_db()
    assert not closed.is_active


def test_what_has_ended_is_forgotten_on_schedule(compte) -> None:
    chief, personne = compte("administration"), compte()
    commands.give_recovery(chief, personne.email, retire_double=False)
    log_in(personne)
    Client().post(CONNEXION, {"username": "x@example.org", "password": "faux"})
    for days, left in ((89, (1, 0, 0)), (91, (0, 0, 0))):
        past = timezone.now() - timedelta(days=days)
        Recuperation.objects.update(expire_le=past)
        Session.objects.update(expire_date=past)
        Essai.objects.update(expire_le=past)
        retention.apply_rules()
        assert (Recuperation.objects.count(), Session.objects.count(), Essai.objects.count()) == left
    before = Menage.objects.count()
    retention.run_if_due()
    assert Menage.objects.count() == before, "once a day"
    Menage.objects.update(le=timezone.now() - timedelta(days=2))
    retention.run_if_due()
    assert Menage.objects.count() == before + len(retention.RULES)
