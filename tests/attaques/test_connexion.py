"""One tries to get in, or to learn who has an account: neither letter case, nor numbers, nor words help.

Attempts are bounded by account found and by network address; the answer never says which half was wrong; what
is easy to guess is not taken as a password.
"""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django_otp.oath import totp

from maillage.web.comptes.acces import commands as acces
from maillage.web.comptes.essais.bornes import list_bornes
from maillage.web.comptes.models import Essai, Personne

PASSWORD = "un-mot-de-passe-d-essai"
CONNEXION = "/comptes/connexion/"


def try_in(username: str, password: str, address: str = "192.0.2.1", **more: str):
    return Client(REMOTE_ADDR=address).post(CONNEXION, {"username": username, "password": password, **more})


@pytest.fixture
def agent(db) -> Personne:
    return Personne.objects.create_user("agent.kim@example.org", PASSWORD)


WRITTEN = [
    "agent.kim@example.org",
    "Agent.Kim@Example.ORG",
    " agent.kim@example.org ",
    "ａgent.kim@example.org",  # full width
    "agent.\u212aim@example.org",  # Kelvin sign
    "AGENT.KIM@EXAMPLE.ORG",
]


def test_no_way_to_write_an_address_gives_new_attempts(agent) -> None:
    for number, written in enumerate(WRITTEN[:5]):
        try_in(written, "faux", f"192.0.2.{number}")
    for number, written in enumerate(WRITTEN):
        answer = try_in(written, PASSWORD, f"198.51.100.{number}")
        assert answer.status_code == 429, written
        assert "_auth_user_id" not in answer.client.session
    assert Essai.objects.filter(nombre__gte=5).count() == 1


@pytest.mark.parametrize("written", WRITTEN)
def test_every_way_to_write_ones_own_address_gets_in(agent, written) -> None:
    assert try_in(written, PASSWORD).status_code == 302


def test_sixty_accounts_from_one_address(db) -> None:
    codes = [try_in(f"personne{n}@example.org", "faux").status_code for n in range(60)]
    assert codes.index(429) == 29
    assert set(codes[29:]) == {429}
    assert try_in("une.autre@example.org", "faux", "192.0.2.99").status_code == 200


def test_an_ipv6_reader_has_one_address_not_billions(db) -> None:
    codes = [try_in(f"p{n}@example.org", "faux", f"2001:db8::{n:x}").status_code for n in range(31)]
    assert codes[-1] == 429


def test_the_wait_is_said_in_words_and_to_machines_and_ends(agent) -> None:
    for _ in range(4):
        try_in(agent.email, "faux")
    answer = try_in(agent.email, "faux")
    text = answer.content.decode()
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) == 900
    assert "15 minutes" in text
    assert "ce compte" in text
    for n in range(30):
        last = try_in(f"p{n}@example.org", "faux", "192.0.2.50")
    assert "votre réseau" in last.content.decode()
    Essai.objects.update(expire_le="2026-01-01T00:00Z")
    assert try_in(agent.email, PASSWORD).status_code == 302


def test_getting_in_gives_back_ones_own_attempt_and_not_those_of_others(agent) -> None:
    for n in range(10):
        try_in(f"p{n}@example.org", "faux")
    before = essais_from("192.0.2.1")
    for _ in range(3):
        assert try_in(agent.email, PASSWORD).status_code == 302
    assert essais_from("192.0.2.1") == before == 10


def essais_from(address: str) -> int:
    return Essai.objects.get(cle=list_bornes("", address)[1].cle).nombre


def test_the_answer_is_the_same_whatever_is_wrong(agent) -> None:
    """Unknown account, wrong password, closed account, right password without the code: one page."""
    device = acces.prepare_totp(agent)
    assert acces.confirm_totp(agent, f"{totp(device.bin_key):06d}")
    closed = Personne.objects.create_user("ferme@example.org", PASSWORD, is_active=False)
    invited = Personne.objects.create_user("invite@example.org")
    tries = [
        ("inconnu@example.org", "faux", ""),
        (agent.email, "faux", ""),
        (agent.email, PASSWORD, ""),
        (agent.email, PASSWORD, "123456"),
        (agent.email, PASSWORD, "²²²²²²"),
        (closed.email, PASSWORD, ""),
        (invited.email, "", "x"),
        (invited.email, "faux", ""),
    ]
    pages = {}
    for n, (username, password, code) in enumerate(tries):
        answer = try_in(username, password or "x", f"198.51.100.{n}", code=code)
        assert answer.status_code == 200
        assert "_auth_user_id" not in answer.client.session
        text = answer.content.decode()
        pages[n] = text[text.index('role="alert"') : text.index('name="username"')]
    assert len(set(pages.values())) == 1


GUESSED = [
    "123456789012",
    "000000000000",
    "987654321987",
    "azertyuiop123",
    "Azertyuiop2026!",
    "motdepasse123",
    "M0tDeP@sse2026",
    "Bonjour-2026-!!",
    "bonjour soleil",
    "prefecture2026",
    "Septembre2026!",
    "aaaaaaaaaaaaaa",
    "abcdefghijklmn",
    "abababababababab",
    "dupont12345678",
    "Dupont.2026.Lille!",
    "camille.dupont@example.org",
    "court-2026",
]


@pytest.mark.parametrize("password", GUESSED)
def test_what_one_would_guess_is_not_a_password(password) -> None:
    person = Personne(email="camille.dupont@example.org", first_name="Camille", last_name="Dupont")
    with pytest.raises(ValidationError):
        validate_password(password, person)


@pytest.mark.parametrize(
    "password",
    ["un long mot de passe de test", "vieux saule près du canal", "Tz7!qPw0-mkVe2", "été indien à Bergues"],
)
def test_a_sentence_or_a_real_chance_is_one(password) -> None:
    validate_password(password, Personne(email="camille.dupont@example.org", last_name="Dupont"))


def test_nothing_in_the_base_says_who_tried_from_where(db) -> None:
    try_in("tres.reconnaissable@example.org", "secret-tape", "203.0.113.77")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            assert not table.startswith("axes"), table
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr(cursor.fetchall())
            assert not any(mark in text for mark in ("reconnaissable", "203.0.113.77", "secret-tape")), table
