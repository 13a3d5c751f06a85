"""Addresses written by hand, by robots or by malice: never an error of ours, on any public page."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

pytestmark = pytest.mark.lent
ROOT = Path(__file__).parents[2]
NASTY = [
    "",
    "abc",
    "-1",
    "0",
    "²",
    "٣",
    "9" * 5000,
    "99999999999999999999",
    "1e400",
    "nan",
    "0001-01-01",
    "9999-12-31",
    "a\0b",
    "' OR 1=1 --",
    "é" * 3000,
    "[]",
    "../../x",
    "commune:",
]
# Each of these alone, the rest being right; the others, everywhere at once.
SEULES = ("", "-1", "²", "٣", "9" * 5000, "nan", "9999-12-31", "a\0b", "../../x")
# What opens the pages behind the first question; every name that a view reads is found by asking.
JUSTES = {
    "theme": "sante",
    "arrondissement": "593",
    "du": "2026-01-01",
    "au": "2026-12-31",
    "lon": "3",
    "lat": "50",
}


@pytest.fixture
def demandes(monkeypatch) -> set[str]:
    """The names that views read in addresses, noted as they read them."""
    seen: set[str] = set()

    def watch(method: str) -> None:
        original = getattr(MultiValueDict, method)

        def note(self, key, *rest):
            if isinstance(self, QueryDict) and isinstance(key, str):
                seen.add(key)
            return original(self, key, *rest)

        monkeypatch.setattr(QueryDict, method, note, raising=False)

    for method in ("get", "getlist", "__getitem__"):
        watch(method)
    return seen


def list_pages() -> list[str]:
    """The pages that the table of permissions opens to everyone, then to those who may do everything."""
    table = (ROOT / "docs/permissions.md").read_text("utf-8")
    rows = re.findall(r"^\| `[\w-]+:[\w-]+` \| `([^`]+)` \| oui \|", table, re.MULTILINE)
    rows += re.findall(
        r"^\| `(?:programme|comptes):[\w-]+` \| `([^`]+)` \| GET \|.*\| oui \|$", table, re.MULTILINE
    )
    assert len(rows) > 40
    return [a for a in rows if not re.search(r"\.pdf|\.ods|/connexion/|/travaux/|exporter|invitation", a)]


@pytest.mark.ignore_template_errors
def test_no_address_breaks_a_page(client, compte, nord, demandes) -> None:
    """Every parameter that a page reads, alone among right ones, twice, and all of them together."""
    chief = compte("charge_mission")
    chief.is_superuser = True
    chief.save()
    client.force_login(chief)
    broken, found = [], set()
    for address in list_pages():
        path, _, query = address.partition("?")
        right = JUSTES | dict(pair.split("=") for pair in query.split("&") if pair)
        demandes.clear()
        client.get(path, right).close()
        names = sorted(demandes - {"atlas", "csrfmiddlewaretoken", "next"})
        found |= set(names)
        trials = [{name: [value, value]} for name in names for value in SEULES]
        trials += [dict.fromkeys(names, value) for value in NASTY] if names else []
        for trial in trials:
            broken += try_address(client, path, right | trial)
    assert {"annee", "page", "du", "classes", "min", "lon", "vue"} <= found
    assert not broken, "\n".join(broken)


def try_address(client, path, query) -> list[str]:
    try:
        answer = client.get(path, query)
        answer.close()
    except Exception as error:  # noqa: BLE001 - the fault is told with the address that caused it
        return [f"{path} avec {str(query)[:120]} : {error!r}"]
    return [f"{path} avec {str(query)[:120]} : {answer.status_code}"] if answer.status_code >= 500 else []


@pytest.mark.parametrize("number", ["²", "٣", "9" * 20, "9" * 5000, "-1"])
def test_numbers_in_the_path_of_an_address_name_something_or_nothing(client, compte, nord, number) -> None:
    client.force_login(compte("charge_mission"))
    for address in (f"/programme/valeurs/{number}/valider", f"/comptes/moi/cles/{number}/revoquer"):
        assert client.post(address, {"motif": "vu"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [("9" * 5000 + "-", 416), ("0-" + "9" * 5000, 206), ("٣-", 200), ("0-0", 206), ("²-", 200)],
)
def test_a_part_of_a_file_is_asked_in_digits(client, db, asked, status) -> None:
    answer = client.get("/carte/tuiles/communes.pmtiles", headers={"Range": f"bytes={asked}"})
    answer.close()
    assert answer.status_code == status


@pytest.mark.ignore_template_errors
def test_no_form_breaks_a_page(client, compte, nord) -> None:
    """Forms filled with nonsense by someone who may do everything."""
    chief = compte("charge_mission")
    chief.is_superuser = chief.is_staff = True
    chief.save()
    client.force_login(chief)
    names, broken = list_form_names(), []
    for address in list_writes():
        for value in NASTY:
            with transaction.atomic():
                try:
                    answer = client.post(address, *encode(dict.fromkeys(names, value)))
                    answer.close()
                    if answer.status_code >= 500:
                        broken.append(f"{address} avec « {value[:20]} » : {answer.status_code}")
                except Exception as error:  # noqa: BLE001 - the fault is told with the address that caused it
                    broken.append(f"{address} avec « {value[:20]} » : {error!r}")
                transaction.set_rollback(True)
    assert not broken, "\n".join(broken)


def encode(sent: dict[str, str]) -> tuple[object, ...]:
    """As a browser sends a form: in one line, or in parts as where a file may come (here, beyond ASCII)."""
    if all(map(str.isascii, sent.values())):
        return urlencode(sent), "application/x-www-form-urlencoded"
    return (sent,)


def list_form_names() -> list[str]:
    """Every name that a view reads in a form."""
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/maillage/web").rglob("*.py"))
    found = set(re.findall(r'POST\.get(?:list)?\("(\w+)"', code))
    found |= set(re.findall(r"^    (\w+) = (?:forms|saisie)\.\w+Field", code, re.MULTILINE))
    assert len(found) > 30
    return sorted(found - {"next"})


def list_writes() -> list[str]:
    """The addresses of the programme and accounts that take a form."""
    table = (ROOT / "docs/permissions.md").read_text("utf-8")
    rows = re.findall(r"^\| `(?:programme|comptes):[\w-]+` \| `([^`]+)` \| POST \|", table, re.MULTILINE)
    assert len(rows) > 20
    return rows


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/recherche/?q=bo%00urg", 200),
        ("/programme/recherche/?texte=sant%00e", 200),
        ("/programme/declinaisons/?theme=%00", 200),
        ("/programme/fiches/a%00/", 404),
        ("/api/1/chiffres/a%00", 404),
    ],
)
def test_a_null_character_never_reaches_the_database(client, nord, address, status) -> None:
    """PostgreSQL has no text with one: asked for, it would be an error of ours."""
    asked: list[str] = []

    def note(execute, sql, params, many, context):
        asked.append(str(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(address).status_code == status
    assert not any("\\x00" in params for params in asked)
