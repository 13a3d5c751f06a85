"""Addresses written by hand, by robots or by malice: never an error of ours, on any public page."""

import re
from pathlib import Path

import pytest
from django.db import connection, transaction

from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme.reprise.commands import load

pytestmark = pytest.mark.lent
ROOT = Path(__file__).parents[2]
NASTY = [
    "",
    "abc",
    "-1",
    "0",
    "99999999999999999999",
    "1e400",
    "nan",
    "' OR 1=1 --",
    "é" * 3000,
    "[]",
    "../../x",
    "commune:",
]


def list_names() -> list[str]:
    """Every name that a view reads in an address."""
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "src/maillage/web").rglob("*.py"))
    found = set(re.findall(r'GET\.get(?:list)?\("(\w+)"', code)) | {
        "dans",
        "colonnes",
        "c",
        "tri",
        "min",
        "max",
    }
    assert len(found) > 15
    return sorted(found - {"atlas", "next"})


def list_pages() -> list[str]:
    """The addresses that the table of permissions opens to everyone."""
    table = (ROOT / "docs/permissions.md").read_text("utf-8")
    rows = re.findall(r"^\| `[\w-]+:[\w-]+` \| `([^`]+)` \| oui \|", table, re.MULTILINE)
    assert len(rows) > 30
    return [address for address in rows if not re.search(r"\.pdf|/comptes/|/travaux/|exporter", address)]


@pytest.fixture
def nord(db) -> None:
    load(load_programme())


@pytest.mark.ignore_template_errors
def test_no_address_breaks_a_public_page(client, nord) -> None:
    names, broken = list_names(), []
    for address in list_pages():
        for value in NASTY:
            separator = "&" if "?" in address else "?"
            query = "&".join(f"{name}={value}" for name in names)
            try:
                answer = client.get(f"{address}{separator}{query}")
                answer.close()
            except Exception as error:  # noqa: BLE001 - the fault is told with the address that caused it
                broken.append(f"{address} avec « {value[:20]} » : {error!r}")
                continue
            if answer.status_code >= 500:
                broken.append(f"{address} avec « {value[:20]} » : {answer.status_code}")
    assert not broken, "\n".join(broken)


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
                    answer = client.post(address, dict.fromkeys(names, value))
                    answer.close()
                    if answer.status_code >= 500:
                        broken.append(f"{address} avec « {value[:20]} » : {answer.status_code}")
                except Exception as error:  # noqa: BLE001 - the fault is told with the address that caused it
                    broken.append(f"{address} avec « {value[:20]} » : {error!r}")
                transaction.set_rollback(True)
    assert not broken, "\n".join(broken)


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
