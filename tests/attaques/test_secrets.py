"""One looks for a secret, an e-mail or a network address in a log, a referrer, a cache, a history: none."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from maillage.web.comptes import commands
from maillage.web.comptes.models import Invitation, Organisation
from maillage.web.comptes.urls import urlpatterns
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.journal import JsonFormatter
from maillage.web.socle.models import Travail

SECRET = "kX3f_9Qw-Za8LmNb7Vc2Yt5Rp0Ue1Io4Ps6Dh8Gj2Kl"
ROOT = Path(__file__).parents[2]
NGINX = (ROOT / "deploiement/nginx.conf.exemple").read_text("utf-8")


def walk(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every route as it is declared, and what answers it."""
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one, route)
        else:
            yield route, one


def is_for_one_reader(view: Callable | None) -> bool:
    """Whether the decorator is among those of a view."""
    while view is not None:
        if getattr(view, "__code__", None) in for_one_reader.__code__.co_consts:
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def list_secret_routes() -> dict[str, URLPattern]:
    """The routes that a secret opens: they take a ``jeton``, or a word on a page that is for one reader."""
    return {
        route: one
        for route, one in walk(get_resolver())
        if "<str:jeton>" in route
        or (is_for_one_reader(one.callback) and re.search("<(str|slug|path|uuid):", route))
    }


def written(record: logging.LogRecord) -> str:
    return JsonFormatter().format(record)


def make_record(message: str, **more) -> logging.LogRecord:
    record = logging.LogRecord("x", logging.ERROR, "", 0, message, None, None)
    record.__dict__.update(more)
    return record


@pytest.fixture
def link(compte) -> str:
    organisation = Organisation.objects.get_or_create(nom="Une organisation", nature="autre")[0]
    asked = commands.DemandeInvitation("nouvelle@example.org", "A", "B", organisation, "partenaire")
    return reverse("comptes:invitation", args=[commands.invite_personne(compte("charge_mission"), asked)])


@pytest.mark.django_db
def test_no_secret_address_reaches_the_log_whatever_the_answer(link, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    secret = link.split("/")[-2]
    Travail.objects.create(jeton=SECRET, titre="Essai", genre="tout_exporter")
    client = Client(raise_request_exception=False)
    checked = Client(enforce_csrf_checks=True)
    for base, clear in ((link, secret), (f"/travaux/{SECRET}/", SECRET)):
        for address in (base, base.rstrip("/"), f"{base}annuler", f"{base}rien", f"{base}?x={clear}"):
            client.get(address)
            client.head(address)
            client.post(address)
            checked.post(address)
    lines = [written(record) for record in caplog.records]
    assert sum('"chemin"' in line for line in lines) >= 40
    assert not [line for line in lines if secret in line or SECRET in line]


@pytest.mark.parametrize(
    "text",
    [
        f"Internal Server Error: /comptes/invitation/{SECRET}/",
        "Forbidden (CSRF): /travaux/court/annuler",
        f"lien {SECRET} refusé",
        "GET /courriel/arreter/Ng:1vOq:court et /gouvernance/agenda/Ng:court/comites.ics",
        "Key (email)=(agent@example.org) already exists.",
        "Invalid HTTP_HOST header from 192.0.2.7",
        "pair 2001:db8:0:0:1:0:0:1 muet",
        "pair [2001:db8::7]:443 muet",
        "pair ::ffff:192.0.2.7 muet",
    ],
)
def test_messages_fields_and_traces_pass_the_same_mask(text) -> None:
    record = make_record(text, chemin=text)
    with pytest.raises(ValueError, match="invalid literal") as caught:
        int(f"x{text}")
    record.exc_info = (caught.type, caught.value, caught.tb)
    line = written(record)
    event = json.loads(line)
    for mark in (SECRET, "court", "agent@", "example.org", "192.0.2.7", "2001:db8", "ffff"):
        assert mark not in event["message"] + event["chemin"] + event["trace"].splitlines()[-1], mark
    assert json.loads(line)["trace"]


def test_no_address_that_a_secret_opens_is_in_a_log_of_ours_or_of_the_proxy() -> None:
    routes = list_secret_routes()
    starts = {route.partition("<")[0] for route in routes}
    assert len(starts) >= 11
    guide = (ROOT / "docs/exploitation.md").read_text("utf-8")
    assert sorted(start for start in starts if f"`{start}`" not in guide) == []
    (quiet,) = re.findall(r"location ~ (\S+) \{\s+access_log off;\s+error_log /dev/null;", NGINX)
    for route in routes:
        address = re.sub("<int:[a-z]+>", "7", re.sub("<(str|slug|path|uuid):[a-z]+>", "court", route))
        assert re.search(quiet, address), address
        for text in (address, f"GET {address.rstrip('/')}?x=1 a échoué", f"« https://site{address} »"):
            line = json.loads(written(make_record(text, chemin=text)))
            assert "court" not in line["message"] + line["chemin"], address
    assert re.search(quiet, reverse("comptes:proconnect-retour")), "its code is in the query"
    for plain in ("/annuaire/7/", "/atelier/scenarios/x/", "/annuaire/imports/7/", "/comptes/connexion/"):
        assert not re.search(quiet, plain)
    (clear,) = re.findall(r"(?s)listen 80;.*?\}", NGINX)
    assert "access_log off;" in clear


def test_no_page_that_a_secret_opens_tells_its_address_to_what_it_loads() -> None:
    assert [route for route, one in list_secret_routes().items() if not is_for_one_reader(one.callback)] == []


def test_what_a_log_is_for_stays_readable() -> None:
    plain = "12:34:56 version 8.3.1, /territoires/commune/59350/ en 12.5 ms, empreinte " + "ab" * 32
    assert json.loads(written(make_record(plain)))["message"] == plain


@pytest.mark.django_db
def test_the_secret_leaves_the_address_bar_and_no_page_tells_it(link) -> None:
    client, secret = Client(), link.split("/")[-2]
    answer = client.get(link)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/comptes/invitation/"
    page = client.get("/comptes/invitation/")
    assert page.status_code == 200
    assert secret not in page.content.decode()
    assert secret not in str(client.session.items())
    assert Client().get("/comptes/invitation/").status_code == 404


@pytest.mark.django_db
def test_no_page_of_accounts_is_kept_or_tells_where_it_was(compte, link) -> None:
    reader = Client()
    reader.force_login(compte("administration"))
    pages = [reverse(f"comptes:{p.name}", args=[1] * len(p.pattern.converters)) for p in urlpatterns]
    Travail.objects.create(jeton=SECRET, titre="Essai", genre="tout_exporter")
    for address in (link, f"/travaux/{SECRET}/", *pages):
        for method in (reader.get, reader.post):
            answer = method(address)
            if answer.status_code in {404, 405}:
                continue
            assert "no-store" in answer.headers["Cache-Control"], address
            assert answer.headers["Referrer-Policy"] in {"strict-origin", "same-origin"}, address
    for address in (link, f"/travaux/{SECRET}/"):
        assert Client().get(address).headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.django_db
def test_the_link_shown_once_is_not_kept_by_a_cache(compte, link) -> None:
    organisation = Organisation.objects.get(nom="Une organisation")
    reader = Client()
    reader.force_login(compte("charge_mission"))
    form = {"courriel": "x@example.org", "prenom": "A", "nom": "B", "organisation": organisation.pk}
    answer = reader.post(reverse("comptes:inviter"), form | {"role": "partenaire"})
    assert re.search(r"/comptes/invitation/[\w-]{43}/", answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    assert Invitation.objects.count() == 2
