"""The same product on another département: no word of the Nord on any page, document or export.

Isère, Corse-du-Sud, La Réunion, Mayotte, made small from national files that speak of the Nord too. A schema
begins from the neutral template; the pages that links and forms lead to are read, as anyone or as the person
who administers and leads the mission, a few of each view.
"""

import io
import json
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.catalogue.arrondissements import list_of
from maillage.catalogue.indicateurs import load_indicateurs
from maillage.francais import typeset
from maillage.reports.diagnostic.rapport import write_report
from maillage.sdaasp.programme.depart import propose
from maillage.web.programme.depart.commands import begin

pytestmark = pytest.mark.django_db
PAR_VUE = 2  # addresses of one view that are read: they differ by their territory or their indicator
PAGES_MIN = 60
EVITEES = {"comptes:deconnexion", "admin:logout", "admin:jsi18n", "admin:autocomplete"}
ETRANGERS = re.compile(
    r"\bdu Nord\b|\bNord\b(?! de | ouest| est|-)|\bLille\b|Lillois|Cambr[aé]|Avesn|\bDouai|Dunkerque"
    r"|Valencienn|Maubeuge|Hauts-de-France|Flandre|[Bb]assin minier|\bCassel\b|\bBavay\b|Scarpe"
    r"|(?<![\d.,\u202f-])59\d{3}\b(?![.,]\d)|arrondissement:59|[Ss]ix arrondissements|sdaasp_nord|nord-2025",
)
CITES = sorted({text for one in load_indicateurs().values() for text in one.sources}, key=len, reverse=True)


def visible(html: str) -> str:
    """What a page says: its text, and what its attributes say aloud; no token, no drawing."""
    body = re.sub(
        r"<(script|style)\b.*?</\1>|\bd=\"[^\"]*\"|<input type=\"hidden\"[^>]*>", " ", html, flags=re.DOTALL
    )
    said = re.findall(r"\b(?:title|alt|aria-label|placeholder|content|value)=\"([^\"]*)\"", body)
    return unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *said]))


def read_answer(answer) -> str:
    """The text of a page, of a document or of data."""
    kind = answer.headers.get("Content-Type", "")
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "html" in kind:
        return visible(content.decode())
    if content[:2] == b"PK":
        return read_zip(content)
    if content[:4] == b"%PDF":
        return read_pdf(content)
    text = content.decode("utf-8", "replace")
    return json.dumps(json.loads(text), ensure_ascii=False) if "json" in kind else text


def read_pdf(content: bytes) -> str:
    """The text of a PDF where the machine can extract it; it has the same blocks as the other forms."""
    if shutil.which("pdftotext") is None:
        return ""
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return done.stdout.decode()


def read_zip(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(n).decode("utf-8", "replace") for n in archive.namelist() if n.endswith(".xml")]
    return re.sub(r"<[^>]+>", " ", " ".join(parts))


def list_links(address: str, html: str) -> Iterator[str]:
    """The addresses of this site that a page leads to: links, sources, and forms sent by GET."""
    found = re.findall(r"\b(?:href|src|data-[a-z-]+)=\"([^\"]+)\"", html)
    found += re.findall(r"<form(?![^>]*method=\"post\")[^>]*action=\"([^\"]+)\"", html)
    for link in found:
        target = urlsplit(urljoin(address, unescape(link)))
        if not target.netloc and target.path.startswith("/") and not target.path.startswith("/static"):
            yield target.path + (f"?{target.query}" if target.query else "")


def name_view(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


def crawl(client: Client, start: tuple[str, ...]) -> Iterator[tuple[str, int, str]]:
    """(address, status, text) of every page found, a few of each view."""
    waiting, seen, views = [*start], set(start), Counter[str]()
    while waiting:
        address = waiting.pop(0)
        view = name_view(address)
        most = 1 if view and view.startswith("admin:") else PAR_VUE
        if view is None or view in EVITEES or views[view] >= most:
            continue
        views[view] += 1
        answer = client.get(address)
        html = answer.content.decode() if "html" in answer.headers.get("Content-Type", "") else ""
        yield address, answer.status_code, read_answer(answer)
        fresh = [link for link in list_links(address, html) if link not in seen]
        seen.update(fresh)
        waiting += fresh


def find_strangers(text: str, own: list[str]) -> list[str]:
    """The words of the Nord in a text, once the département's own names and the cited sources are out."""
    text = " ".join(text.split())
    for name in [*own, *CITES]:
        text = text.replace(typeset(name), " ").replace(name, " ")
    return [text[max(0, m.start() - 60) : m.end() + 40].replace("\n", " ") for m in ETRANGERS.finditer(text)]


@pytest.fixture
def ouvrir(une_fois, mondes: ModuleType, settings) -> Callable[[str], Any]:
    """Open an install on one of these départements, whose small world it gives."""

    def open_on(code: str) -> Any:
        folder: Path = une_fois(f"monde-{code}", lambda place: mondes.build_monde(place, code))
        settings.MAILLAGE_ATLAS = folder / "atlas"
        return mondes.MONDES[code]

    return open_on


def begin_schema(person: Any, code: str) -> Client:
    """A schema with an objective, begun by its chargé de mission; who administers the install too."""
    person.is_staff = person.is_superuser = True
    person.save()
    begin(person, propose("neutre", code, 2027, list_of(code) or {code: "Mayotte"}))
    client = Client()
    client.force_login(person)
    added = client.post("/programme/fiches/sante/objectifs/nouveau/", {"libelle": "Essai", "version": "1"})
    assert added.status_code == 302
    return client


@pytest.mark.lent
@pytest.mark.usefixtures("sur_place")
@pytest.mark.parametrize(
    ("code", "role"), [("38", "anyone"), ("2A", "chief"), ("974", "anyone"), ("976", "chief")]
)
def test_no_page_document_or_export_speaks_of_the_nord(ouvrir, compte, code: str, role: str) -> None:
    monde = ouvrir(code)
    chief = begin_schema(compte("charge_mission"), code)
    client = Client() if role == "anyone" else chief
    own = [nom for _, nom, *_ in monde.communes] + [nom for nom, _ in monde.epci.values()]
    start = ("/", "/recherche/?q=59000", "/recherche/?q=lille", "/carte/", "/programme/")
    found, statuses = {}, {}
    for address, status, text in crawl(client, start):
        statuses[address] = status
        asked = [value for _, value in parse_qsl(urlsplit(address).query)]
        if words := find_strangers(text, [*own, *asked]):
            found[address] = words[:3]
    assert not found, "\n".join(f"{address} : {words}" for address, words in sorted(found.items()))
    assert {status for status in statuses.values() if status >= 500} == set()
    assert len(statuses) > PAGES_MIN


@pytest.mark.lent
def test_the_methods_page_explains_the_rule_in_use(ouvrir) -> None:
    ouvrir("38")
    text = visible(Client().get("/methodes/").content.decode())
    assert "Règle neutre, en attendant celle du département" in " ".join(text.split())
    assert "Aucun schéma n’a choisi cette règle" in " ".join(text.split())
    assert "Équipements pour 10\u202f000 habitants" in text or "Équipements pour 10 000 habitants" in text
    assert "equipements 10000" not in text  # an indicator that the atlas lacks keeps its name


@pytest.mark.lent
@pytest.mark.parametrize("code", ["38", "974"])
def test_the_diagnosis_report_does_not_either(ouvrir, settings, tmp_path, code: str) -> None:
    monde = ouvrir(code)
    (atlas,) = settings.MAILLAGE_ATLAS.iterdir()
    own = [nom for _, nom, *_ in monde.communes] + [nom for nom, _ in monde.epci.values()]
    for path in write_report(open_atlas(atlas), tmp_path):
        if path.suffix == ".html":
            assert find_strangers(visible(path.read_text("utf-8")), own) == []
        elif path.suffix == ".ods":
            assert find_strangers(read_zip(path.read_bytes()), own) == []
