"""A backup, taken while people write, restored in an empty folder: the same pages, byte for byte."""

import re
import shutil
import sqlite3
import threading
from collections import Counter, deque
from contextlib import closing

import pytest

pytestmark = pytest.mark.lent

LINK = re.compile(r'href="(/[^"#]*)"')
# What changes at each display, and says nothing: form tokens, the signed number of a signalement.
TOKEN = re.compile(
    r'name="(?:csrfmiddlewaretoken|billet)" value="[^"]*"|"timeStamp": "[^"]*"|le numéro <strong>\w+</strong>'
)
# Documents are heavy, and made from what the pages show; files of an atlas are of no backup, pages say what
# each weighs once it was taken, and a minute allows so many. Leaving would end the crawl.
SKIPPED = re.compile(
    r"^/(static|administration/jsi18n)/|deconnexion|\.(pdf|ods|docx|xlsx|svg)(\?|$)|format=|exporter/(?!json)"
    r"|^/donnees/[^?]*\.(csv|parquet|geojson|gpkg|fgb|pmtiles|zip)"
)
PER_KIND = 3
MUST = {
    "/programme/exporter/json",
    "/programme/historique/objectif/sante.1/",
    "/comptes/moi/",
    "/comptes/moi/double-authentification/",
    "/administration/comptes/mandat/",
}


def read_kind(path: str) -> str:
    """What an address is the address of."""
    return "/".join(path.partition("?")[0].split("/")[:4])


def crawl(reader, read_kind=read_kind, skipped: re.Pattern[str] = SKIPPED) -> dict[str, str]:
    """Every kind of page that links lead to from the home page, a few of each kind; wherever it is served."""
    waiting, seen, kinds = deque(["/", *sorted(MUST)]), set(), Counter()
    pages = {}
    while waiting:
        path = waiting.popleft()
        kind = read_kind(path)
        if path in seen or skipped.search(path) or (kinds[kind] >= PER_KIND and path not in MUST):
            continue
        seen.add(path)
        kinds[kind] += 1
        answer = reader.get(path)
        pages[path] = f"{answer.status_code} {TOKEN.sub('', answer.text).replace(reader.adresse, '')}"
        waiting.extend(link.replace("&amp;", "&") for link in LINK.findall(answer.text))
    return pages


def write_without_pause(reader, stop: threading.Event, written: list[str]) -> None:
    while not stop.is_set():
        text = f"remarque {len(written) + 1}"
        assert reader.post("/programme/commenter/fiche/sante", {"texte": text}).status_code == 302
        written.append(text)


def test_a_restored_install_shows_the_same_pages(installer, tmp_path, wait_for) -> None:
    install = installer().start()
    writer, stop, written = install.connect("charge-mission"), threading.Event(), []
    edit = {"version": "1", "libelle": "Un libellé d’essai", "motif": "pour voir"}
    assert writer.post("/programme/modifier/objectif/sante.1/", edit).status_code == 302
    thread = threading.Thread(target=write_without_pause, args=(writer, stop, written))
    thread.start()
    wait_for(lambda: len(written) > 2)
    before = len(written)
    install.run(
        "-m", "maillage", "sauvegarde", "creer", "--var", str(install.var), str(tmp_path / "en-marche")
    )
    stop.set()
    thread.join()
    check_consistent(tmp_path / "en-marche", before, written)

    connected = install.connect("administration")
    readers = [make_anonymous(writer), connected]
    before_stop = [crawl(reader) for reader in readers]
    install.run("-m", "maillage", "sauvegarde", "creer", "--var", str(install.var), str(tmp_path / "copie"))
    install.kill()
    restored = installer("ailleurs", vide=True)
    restored.run(
        "-m", "maillage", "sauvegarde", "restaurer", "--var", str(restored.var), str(tmp_path / "copie")
    )
    # With its key, sessions stay open: nobody logs in again, which the administration would show.
    shutil.copy(install.var / "cle-secrete", restored.var)
    restored.start()
    for reader, pages in zip(readers, before_stop, strict=True):
        reader.adresse = restored.adresse
        check_same(pages, crawl(reader))


def make_anonymous(reader):
    return type(reader)(reader.adresse)


def check_consistent(backup, before: int, written: list[str]) -> None:
    """Everything written before it began, nothing with a hole."""
    with closing(sqlite3.connect(backup)) as base:
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        saved = [text for (text,) in base.execute("SELECT texte FROM programme_commentaire ORDER BY id")]
    assert saved == [f"remarque {n + 1}" for n in range(len(saved))]
    assert before <= len(saved) <= len(written) + 1


def check_same(before: dict[str, str], after: dict[str, str]) -> None:
    assert len(before) > 40
    assert set(after) == set(before)
    for path, page in before.items():
        assert after[path] == page, path
