"""Those who come to an install through its proxy: they read every page, log in, write, wait, watch."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from bench.installation_neuve.machine import Journal, Machine, Refus
from tests.web.serveur.conftest import Lecteur
from tests.web.serveur.test_restaurer import SKIPPED, crawl

# The base that serves, named: a former version knows no --base, and takes the base of the environment.
DEMO = """
lue=/etc/maillage/maillage.env
base=$(maillage demo --help | grep -q -e --base && sed -n 's/^DATABASE_URL=/--base /p' $lue)
maillage demo --var /var/lib/maillage $base --sans-servir --sans-navigateur 2>&1
"""
SITE, HOTE = "https://127.0.0.1", "acces.exemple.fr"
CERTIFICAT = "etc/maillage/certificat.pem"
# Open files are asked for first, all of them (``carry_files``): their page then tells the weight of each.
OMIS = re.compile(rf"{SKIPPED.pattern}|^/donnees/.|^/ogc/.*\.|\.(csv|json|parquet|pmtiles|zip)(\?|$)")
FICHIER = re.compile(r'href="(/donnees/[^"/]+)" download')


def read_kind(path: str) -> str:
    """What an address is the address of, whatever its number: an atlas has a page for each commune."""
    return "/".join(re.sub(r"[0-9a-f]{8,}|\d+", "N", path.partition("?")[0]).split("/")[:4])


@dataclass
class Pages:
    """What readers see of an install: nobody in particular, the administration, and one who writes."""

    anonyme: Lecteur
    administration: Lecteur
    ecrivain: Lecteur

    def crawl(self) -> list[dict[str, str]]:
        """Every kind of page, for the first two."""
        return [crawl(reader, read_kind, OMIS) for reader in (self.anonyme, self.administration)]

    def carry_files(self) -> dict[str, str]:
        """The SHA-256 of each open file, from its page; all are then made."""
        names = FICHIER.findall(self.administration.get("/donnees/").text)
        return {name: self.weigh(name) for name in names}

    def weigh(self, name: str) -> str:
        """The SHA-256 of a file that must be there."""
        answer = self.administration.get(name)
        if answer.status_code != 200:
            raise Refus(f"{name} : {answer.status_code}")
        return hashlib.sha256(answer.content).hexdigest()

    def believe(self, machine: Machine) -> None:
        """Come to another machine of the same name: its certificate is its own."""
        for reader in (self.anonyme, self.administration, self.ecrivain):
            reader.session.verify = str(machine.root / CERTIFICAT)


def fill(machine: Machine, journal: Journal, which: str) -> Pages:
    """The programme, the accounts and the rest of the embedded example, in the base that serves."""
    with journal.step(f"{which} : programme, comptes et fiches de l’exemple"):
        told = machine.run(DEMO)
    roles = (connect(machine, told, role) for role in ("administration", "charge-mission"))
    return Pages(make_reader(machine), *roles)


def make_reader(machine: Machine) -> Lecteur:
    """Someone who comes by the proxy, and believes its certificate only."""
    reader = Lecteur(SITE)
    reader.session.verify = str(machine.root / CERTIFICAT)
    reader.session.trust_env = False
    reader.session.headers["Host"] = HOTE
    return reader


def connect(machine: Machine, accounts: str, role: str) -> Lecteur:
    """Someone logged in, of the accounts that ``maillage demo`` announced."""
    reader = make_reader(machine)
    password = accounts.partition("mot de passe ")[2].split()[0]
    login = next(word for word in accounts.split() if word.startswith(role))
    reader.get("/comptes/connexion/")
    answer = post(reader, "/comptes/connexion/", {"username": login, "password": password})
    if answer.status_code != 302:
        raise Refus(f"connexion refusée : {answer.status_code}")
    return reader


def post(reader: Lecteur, path: str, data: dict[str, str]) -> requests.Response:
    """Send a form, as from a page of the site: it answers to its name, behind an address of this machine."""
    sent = {"csrfmiddlewaretoken": reader.session.cookies["csrftoken"], **data}
    headers = {"Referer": f"https://{HOTE}/"}
    return reader.session.post(SITE + path, data=sent, headers=headers, allow_redirects=False, timeout=90)


def wait_for_pages(machine: Machine) -> float:
    """Seconds until the site says that it is ready."""
    start, reader = time.monotonic(), make_reader(machine)
    while time.monotonic() - start < 120:
        try:
            if reader.get("/pret").status_code == 200:
                return time.monotonic() - start
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise Refus("/pret ne répond pas 200 :\n" + machine.run("journalctl -u maillage-web -n 40 || true"))


@dataclass
class Vu:
    """Requests sent while something happened, and how long none was answered."""

    envoyees: int = 0
    refusees: int = 0
    down: float = 0.0


@contextmanager
def watching(machine: Machine) -> Iterator[Vu]:
    """Ask the home page without pause, meanwhile."""
    seen, stop = Vu(), threading.Event()

    def ask() -> None:
        reader, since = make_reader(machine), None
        while not stop.is_set():
            seen.envoyees += 1
            if answers(reader):
                since = None
            else:
                seen.refusees += 1
                since = since or time.monotonic()
                seen.down = max(seen.down, time.monotonic() - since)
            time.sleep(0.02)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def answers(reader: Lecteur) -> bool:
    """Whether a page comes."""
    try:
        return reader.get("/methodes/").status_code == 200
    except requests.RequestException:
        return False
