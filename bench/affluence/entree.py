"""Who comes in: readers, one in ten logged in, and what the install has to read."""

from __future__ import annotations

import argparse
import random
import re
import sys
import urllib.request

import psycopg
import requests

from bench.affluence.lecteurs import Foule, make_readers
from bench.affluence.parcours import list_sortes, share_new
from bench.affluence.prepare import Preparee
from bench.affluence.service import FORMULAIRE, HTTPS, Service


def log_in(port: int, install: Preparee, n: int) -> list[str]:
    """The cookies of ``n`` sessions, of the demonstration accounts in turn."""
    with psycopg.connect(install.environment["DATABASE_URL"]) as db:
        known = [row[0] for row in db.execute("SELECT email FROM comptes_personne ORDER BY email").fetchall()]
    return [open_session(port, install, known[rank % len(known)]) for rank in range(n)]


def open_session(port: int, install: Preparee, email: str) -> str:
    """The cookies of one more session of an account."""
    address, browser = f"http://127.0.0.1:{port}/comptes/connexion/", requests.Session()
    browser.headers.update(FORMULAIRE)
    browser.get(address, timeout=60)
    for cookie in browser.cookies:
        cookie.secure = False  # between the proxy and us, secure cookies travel in clear
    token = browser.cookies["csrftoken"]
    sent = {"username": email, "password": install.mot_de_passe, "csrfmiddlewaretoken": token}
    answer = browser.post(address, data=sent, timeout=60, allow_redirects=False)
    if answer.status_code != 302:
        sys.exit(f"connexion de {email} : {answer.status_code} {answer.text[-600:]}")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)


def list_statics(port: int) -> tuple[str, ...]:
    """What a browser loads once, with the first page."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=HTTPS)
    with urllib.request.urlopen(asked, timeout=60) as answer:
        page = answer.read().decode("utf-8")
    return tuple(sorted(set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))))


def make_crowd(service: Service, install: Preparee, options: argparse.Namespace) -> Foule:
    """Readers, one in ten logged in, and what there is to read."""
    chance = random.Random(options.graine)
    with psycopg.connect(install.environment["DATABASE_URL"]) as db:
        fiches = [row[0] for row in db.execute("SELECT id FROM annuaire_fichetenue ORDER BY id").fetchall()]
    sortes = list_sortes(f"http://127.0.0.1:{service.port}", fiches, chance)
    readers = make_readers(
        options.lecteurs, service.port, log_in(service.port, install, options.lecteurs // 10)
    )
    chance.shuffle(readers)
    return Foule(readers, sortes, list_statics(service.port), options.neuves / share_new(sortes), chance)
