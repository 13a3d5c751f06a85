"""Killing the server during writes and uploads loses nothing acknowledged, and leaves nothing half-made.

SIGKILL stops a process between two instructions; what it had handed to the system survives it. A power cut
is covered by ``synchronous=FULL`` (each commit waits for the disk), which no test shows on a running machine.
"""

import io
import random
import re
import sqlite3
import threading
import zipfile
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest
import requests

from maillage.reports.ecrire.classeur import write_sheets
from maillage.sdaasp.programme.afom import ItemAfom
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.programme.vocabulaire import NatureAfom
from maillage.sdaasp.reprise.chargement import load_programme

pytestmark = pytest.mark.lent

PER_UPLOAD = 12
OBJECTIF = "sante.1"
KINDS = {"commentaire", "libelle", "invitation", "lecture", "import"}


@dataclass
class Actes:
    """What was asked, and what the server acknowledged, by kind."""

    demandes: dict[str, list] = field(default_factory=dict)
    acquittes: dict[str, list] = field(default_factory=dict)

    def ask(self, kind: str, what: object) -> None:
        self.demandes.setdefault(kind, []).append(what)

    def acknowledge(self, kind: str, what: object) -> None:
        self.acquittes.setdefault(kind, []).append(what)

    def count(self) -> int:
        return sum(map(len, self.acquittes.values()))


def comment(reader, actes: Actes, tag: str) -> None:
    actes.ask("commentaire", tag)
    if reader.post("/programme/commenter/fiche/sante", {"texte": tag}).status_code == 302:
        actes.acknowledge("commentaire", tag)


def edit(reader, actes: Actes, tag: str) -> None:
    page = reader.get(f"/programme/modifier/objectif/{OBJECTIF}/")
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    actes.ask("libelle", tag)
    sent = {"version": version, "libelle": tag, "motif": tag}
    if reader.post(f"/programme/modifier/objectif/{OBJECTIF}/", sent).status_code == 302:
        actes.acknowledge("libelle", tag)


def invite(reader, actes: Actes, tag: str) -> None:
    who = {"courriel": f"{tag}@example.org", "prenom": "Compte", "nom": "d’essai", "role": "partenaire"}
    page = reader.get("/comptes/inviter/").text
    organisation = re.search(r'<option value="(\d+)"', page)[1]
    actes.ask("invitation", tag)
    answer = reader.post("/comptes/inviter/", who | {"organisation": organisation})
    if link := re.search(r"/comptes/invitation/[^/\"<]+/", answer.text):
        actes.acknowledge("invitation", (tag, link[0]))


def upload(reader, actes: Actes, tag: str, classeur: bytes) -> None:
    """Give a workbook, see what it would change, write it."""
    actes.ask("import", tag)
    files = {"fichier": (f"{tag}.xlsx", classeur)}
    seen = reader.post("/programme/importer/", {"etape": "fichier"}, files=files)
    assert "Écrire dans le programme" in seen.text, seen.text
    actes.acknowledge("lecture", reader)
    if reader.post("/programme/importer/", {"etape": "ecrire"}).status_code == 302:
        actes.acknowledge("import", tag)


def write_workbook(folder, tag: str) -> bytes:
    """The programme with a few AFOM items of this tag more."""
    place = {"arrondissement": "593", "theme": "sante", "nature": NatureAfom.ATOUT}
    items = tuple(
        ItemAfom(cle=f"sante/593/{tag}{n}", texte=f"constat {tag}", **place) for n in range(PER_UPLOAD)
    )
    path = folder / f"{tag}.xlsx"
    write_sheets(make_sheets(replace(load_programme(), afom=items)), path)
    return path.read_bytes()


def write_until_killed(
    install, actes: Actes, tag: str, classeurs: dict[str, bytes]
) -> list[threading.Thread]:
    """Three people who write without pause until the server is gone."""

    def loop(reader, acts) -> None:
        rank = 0
        try:
            while True:
                rank += 1
                for act in acts:
                    act(reader, actes, f"{tag}-{rank}")
        except requests.RequestException:
            return

    def send(reader) -> None:
        try:
            for name, body in classeurs.items():
                upload(reader, actes, name, body)
        except requests.RequestException:
            return

    threads = [
        threading.Thread(target=loop, args=(install.connect("charge-mission"), [comment, edit])),
        threading.Thread(target=loop, args=(install.connect("administration"), [invite])),
        threading.Thread(target=send, args=(install.connect("charge-mission"),)),
    ]
    for thread in threads:
        thread.start()
    return threads


def ask_base(install, question: str) -> list[tuple]:
    """The rows of the base of an install, SQLite or PostgreSQL, asked past the server."""
    if address := install.environment.get("DATABASE_URL"):
        import psycopg  # noqa: PLC0415  not everybody has it

        with psycopg.connect(address) as base:
            return base.execute(question).fetchall()
    with closing(sqlite3.connect(f"file:{install.base}?mode=ro", uri=True)) as base:
        return base.execute(question).fetchall()


def check_base(install, actes: Actes) -> None:
    """Each acknowledged write is there, once; each other is there whole or not at all."""

    def ask(question: str) -> list[tuple]:
        return ask_base(install, question)

    if "DATABASE_URL" not in install.environment:
        assert ask("PRAGMA integrity_check") == [("ok",)]
        assert ask("PRAGMA foreign_key_check") == []
    comments = [text for (text,) in ask("SELECT texte FROM programme_commentaire ORDER BY id")]
    check(actes, "commentaire", comments)
    history = ask(
        f"SELECT version, libelle, history_change_reason FROM programme_historicalobjectifprioritaire "
        f"WHERE cle = '{OBJECTIF}' ORDER BY history_id"
    )
    assert [version for version, *_ in history] == list(range(1, len(history) + 1))
    # An edit carries its reason; an import, which fills blanks, has none and leaves the text as it is.
    edits = [(text, reason) for _, text, reason in history[1:] if reason]
    assert all(text == reason for text, reason in edits)
    check(actes, "libelle", [text for text, _ in edits])
    assert ask(f"SELECT version, libelle FROM programme_objectifprioritaire WHERE cle = '{OBJECTIF}'") == [
        history[-1][:2]
    ]
    people = ask(
        "SELECT p.email, (SELECT count(*) FROM comptes_mandat m WHERE m.personne_id = p.id), "
        "(SELECT count(*) FROM comptes_invitation i WHERE i.personne_id = p.id) "
        "FROM comptes_personne p WHERE p.email LIKE '%@example.org'"
    )
    assert {(mandates, invitations) for _, mandates, invitations in people} <= {(1, 1)}
    invited = {email.partition("@")[0] for email, *_ in people}
    assert {tag for tag, _ in actes.acquittes.get("invitation", [])} <= invited
    assert invited <= set(actes.demandes["invitation"])
    items = dict(ask("SELECT texte, count(*) FROM programme_itemafom GROUP BY texte"))
    assert set(items.values()) <= {PER_UPLOAD}
    assert {f"constat {tag}" for tag in actes.acquittes.get("import", [])} <= set(items)


def check(actes: Actes, kind: str, found: list[str]) -> None:
    assert len(found) == len(set(found))
    assert set(actes.acquittes.get(kind, [])) <= set(found) <= set(actes.demandes[kind])


def test_nothing_acknowledged_is_lost(installer, tmp_path, wait_for) -> None:
    install = installer()
    actes, chance = Actes(), random.Random(593)
    for number in range(2):
        install.start()
        waiting = leave_things_under_way(install, write_workbook(tmp_path, f"attend{number}"))
        names = [f"depot{number}{letter}" for letter in "ab"]
        classeurs = {name: write_workbook(tmp_path, name) for name in names}
        goal = actes.count() + chance.randint(12, 40)
        threads = write_until_killed(install, actes, f"tour{number}", classeurs)
        # At a random moment, but not before each kind of write has been acknowledged once.
        wait_for(lambda goal=goal: actes.count() >= goal and set(actes.acquittes) == KINDS)
        install.kill()
        for thread in threads:
            thread.join()
        check_base(install, actes)
    install.start()
    check_base(install, actes)
    for _, link in actes.acquittes["invitation"][-3:]:
        assert requests.get(install.adresse + link, timeout=60).status_code == 200
    check_what_was_under_way(install, wait_for, *waiting)


def leave_things_under_way(install, classeur: bytes) -> tuple[object, str]:
    """Someone who has given a workbook not yet written, and asked for the big export; her export's page."""
    reader = install.connect("charge-mission")
    files = {"fichier": ("attend.xlsx", classeur)}
    seen = reader.post("/programme/importer/", {"etape": "fichier"}, files=files)
    assert "Écrire dans le programme" in seen.text
    return reader, reader.post("/classements/tout").headers["Location"]


def check_what_was_under_way(install, wait_for, reader, path: str) -> None:
    """The workbook still waits; the export was made, or says that it was stopped and can be made again."""
    reader.adresse = install.adresse
    assert "Écrire dans le programme" in reader.get("/programme/importer/").text
    assert reader.post("/programme/importer/", {"etape": "ecrire"}).status_code == 302
    found = ask_base(install, "SELECT count(*) FROM programme_itemafom WHERE texte = 'constat attend1'")
    assert found == [(PER_UPLOAD,)]
    page = reader.get(path).text
    if "Relancer ce travail" in page:
        assert "Ce travail a été interrompu" in page
        path = reader.post(f"{path}relancer").headers["Location"]
    wait_for(lambda: 'id="progression"' not in reader.get(path).text)
    answer = reader.get(f"{path}fichier")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_a_commit_waits_for_the_disk(installation_preparee) -> None:
    """WAL and ``synchronous=FULL`` (2): what is acknowledged survives a power cut, where the disk does."""
    assert installation_preparee.pragmas == ["wal", 2, 1]
