"""Nobody is led where the answer is a refusal: each link of the programme and of the workshop, by role."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

import pytest
from django.test import Client

ROLES = {
    "administration": {},
    "pilote_thematique": {"theme": "sante"},
    "referent_dimension": {"dimension": "inclusion-numerique"},
    "pilote_territorial": {"theme": "sante", "territoire": "arrondissement:593"},
    "partenaire": {},
}
DEBUT = (
    "/programme/",
    "/programme/couverture/",
    "/programme/completude/",
    "/programme/numerique/",
    "/atelier/",
)
LUES = ("/programme/", "/atelier/")
FICHIERS = re.compile(r"\.[a-z]{2,7}$|/documents?/")


def shape(address: str) -> tuple[str, ...]:
    """Addresses that one view answers in one way: places, themes and ranks are left aside, kinds are not."""
    parts = urlsplit(address)
    steps = [step if re.fullmatch(r"[a-z-]+", step) else "#" for step in parts.path.split("/")]
    return (*steps, *sorted({name for name, _ in parse_qsl(parts.query)}))


def follow(client: Client) -> dict[str, str]:
    """The addresses that answer a refusal → the page that leads there; edits are asked of every object."""
    seen, refused = set(), {}
    queue = deque((address, "") for address in DEBUT)
    while queue:
        address, since = queue.popleft()
        known = address if "/modifier/" in address or "/nouve" in address else shape(address)
        if known in seen:
            continue
        seen.add(known)
        answer = client.get(address)
        if answer.status_code == 403:
            refused[address] = since
        if "html" not in answer.headers.get("Content-Type", ""):
            continue
        for found in re.findall(r'<a [^>]*href="([^"]+)"', answer.content.decode()):
            link = urldefrag(urljoin(address, unescape(found))).url
            if link.startswith(LUES) and not FICHIERS.search(urlsplit(link).path):
                queue.append((link, address))
    return refused


@pytest.mark.lent
@pytest.mark.parametrize("role", ROLES)
def test_no_link_leads_to_a_refusal(client: Client, nord, compte, role: str) -> None:
    client.force_login(compte(role, **ROLES[role]))
    assert not follow(client)


def test_the_referent_of_digital_inclusion_keeps_its_road_map(client: Client, nord, compte) -> None:
    """And no other dimension's referent does."""
    client.force_login(compte("referent_dimension", dimension="inclusion-numerique"))
    page = client.get("/programme/numerique/").content.decode()
    (first, *_) = re.findall(r'href="(/programme/modifier/fne/[^"]+)"', page) or [""]
    assert first
    assert client.get(first).status_code == 200
    client.force_login(compte("referent_dimension", dimension="illettrisme"))
    assert client.get(first).status_code == 403
    assert "/programme/modifier/fne/" not in client.get("/programme/numerique/").content.decode()
