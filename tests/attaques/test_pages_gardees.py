"""Finding what was kept for others, or a page older than the last write.

Answers to nobody in particular are kept in memory (``socle.pages``). Whoever writes, and whatever is written,
the next answer says it; what an account reads is never kept, and never given to nobody.
"""

import gzip
import os
import re
import shutil
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.utils import timezone

from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.annuaire import queries as annuaire
from maillage.web.atelier import commands as ateliers
from maillage.web.participation.consultations import queries as consultations
from maillage.web.participation.models import ConsultationPublique, Enquete
from maillage.web.programme import lecture, models
from maillage.web.programme.reprise.commands import load
from maillage.web.publication.donnees import queries as donnees
from maillage.web.socle import commun, etat, pages
from maillage.web.socle.memoire import Memoire
from maillage.web.suivi.commands import comment, update
from tests.attaques.test_visibilite import CHAMPS, CONTESTE, MARQUES, plantee

__all__ = ["plantee"]
# Not what is no page: files, pictures, documents, which their own tests open.
PAGE = re.compile(r"/(?!static/|.*(exporter|image|rapport|\.\w+($|\?)))")
FICHE = "/programme/fiches/sante/"
STARTS = (
    "/",
    "/programme/",
    FICHE,
    "/carte/",
    "/classements/",
    "/methodes/",
    "/comparer/",
    "/prioritaires/",
    "/programme/indicateurs/",
    "/programme/couverture/",
    "/programme/declinaisons/",
)
VERSIONS = (
    lecture.read_version,
    annuaire.read_marques,
    consultations.read_version,
    donnees.read_marque,
)
# What anonymous pages may read: nothing but what changes a version. Of consultations, the words that pages
# show and their dates are in the version.
TABLES = frozenset().union(*(version.tables for version in VERSIONS))


@pytest.fixture
def gardees(db, settings, monkeypatch) -> Iterator[None]:
    """Pages are kept, and the test's own connection, which never commits, tells what it wrote."""
    settings.MAILLAGE_PAGES_OCTETS = 2**26
    writes = [0]

    def count(execute: Callable, sql: str, *arguments: object) -> object:
        writes[0] += not sql.lstrip("( \n").upper().startswith("SELECT")
        return execute(sql, *arguments)

    for module in (pages, etat):
        monkeypatch.setattr(module, "read_stamp", lambda: (0, writes[0]))
    for version in VERSIONS:
        monkeypatch.setattr(version, "_held", Memoire(1))
    monkeypatch.setattr(pages, "_pages", pages.Pages(2**26))
    with connection.execute_wrapper(count):
        yield


def read(client: Client, address: str = FICHE, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer.content.decode()


def crawl(client: Client, limit: int = 70) -> Iterator[str]:
    """Addresses that the public pages lead to, each opened, a few of each kind."""
    waiting, seen, kinds = deque(STARTS), set(STARTS), {}
    while waiting and limit:
        address = waiting.popleft()
        limit -= 1
        yield address
        text = client.get(address).content.decode("utf-8", "replace")
        for link in re.findall(r'href="([^"#]+)', text):
            target = urljoin(address, link.replace("&amp;", "&"))
            kind = re.sub(r"\?.*|[^/]*\d[^/]*", "*", target)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] <= 2 and PAGE.match(target) and target not in seen:
                seen.add(target)
                waiting.append(target)


def test_the_second_asker_makes_nobody_work(nord, gardees, django_assert_num_queries) -> None:
    first = read(Client())
    with django_assert_num_queries(0):
        assert read(Client()) == first


def test_pages_are_those_that_would_be_made_anew(nord, gardees, settings) -> None:
    found = [one for one in crawl(Client()) if not one.startswith(pages.JAMAIS)]
    assert len(found) > 50
    kept, reader = Client(), Client()
    for address in found:
        kept.get(address)  # the second answer comes from memory
    twice = [kept.get(address) for address in found]
    settings.MAILLAGE_PAGES_OCTETS = 0
    for address, answer in zip(found, twice, strict=True):
        again = reader.get(address)
        assert answer.status_code == again.status_code, address
        if answer.status_code == 200:
            assert without_token(answer.content) == without_token(again.content), address
            assert answer.headers["Content-Type"] == again.headers["Content-Type"]
            assert set(again.headers) <= set(answer.headers) | {"Set-Cookie"}, address
            assert "Cookie" in answer.headers.get("Vary", "") or "public" in answer.headers["Cache-Control"]


def without_token(body: bytes) -> bytes:
    return pages.JETON.sub(b"", body)


def test_a_public_page_reads_only_what_the_version_tells(nord) -> None:
    """A table that a public page comes to read must change the version when it changes, or not be read."""
    read_there: dict[str, set[str]] = {}
    here = [""]

    def note(execute: Callable, sql: str, *arguments: object) -> object:
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', sql):
            read_there.setdefault(table, set()).add(here[0])
        return execute(sql, *arguments)

    with connection.execute_wrapper(note):
        for address in crawl(Client()):
            here[0] = address if not address.startswith(pages.JAMAIS) else ""
    outside = {table: found - {""} for table, found in read_there.items() if table not in TABLES}
    assert {table: sorted(found)[:2] for table, found in outside.items() if found} == {}
    assert "programme_objectifprioritaire" in read_there


@pytest.mark.parametrize("sorte", [*models.SORTES, "referentiel", "cible", "valeur"])
def test_each_kind_of_write_changes_the_version(nord, gardees, sorte) -> None:
    row = find_row(sorte)
    before = lecture.read_version()
    row.save()
    changed = lecture.read_version()
    assert changed != before
    if sorte != "referentiel":
        row.delete()
        assert lecture.read_version() != changed


def test_a_consultation_opened_or_moved_changes_its_version(nord) -> None:
    seen = {consultations.read_version()}
    survey = Enquete.objects.create(titre="Essai", ouvre_le="2026-01-01", ferme_le="2026-02-01")
    row = ConsultationPublique.objects.create(enquete=survey, cle="essai", objet="sante", intitule="Essai")
    seen.add(consultations.read_version())
    Enquete.objects.update(ferme_le="2026-03-01")
    seen.add(consultations.read_version())
    row.delete()
    assert len(seen) == 3
    assert consultations.read_version() in seen


def find_row(sorte: str) -> object:
    if sorte == "referentiel":
        return models.Referentiel.objects.get()
    indicator = models.IndicateurSuivi.objects.create(
        cle="essai#1", objet="sante.1", libelle="Accueils", nature="quantitative"
    )
    if sorte == "cible":
        return models.Cible.objects.create(indicateur=indicator, annee=2027, valeur=1)
    if sorte == "valeur":
        return models.Valeur.objects.create(indicateur=indicator, date="2026-01-31", valeur=1)
    return models.SORTES[sorte].objects.first() or models.SORTES[sorte].objects.create(cle="essai")


def test_a_write_shows_at_once_even_when_the_clock_goes_back(nord, gardees, compte, monkeypatch) -> None:
    chief, reader = compte("charge_mission"), Client()
    assert "Premier" not in read(reader)
    row = models.FicheAction.objects.get(cle="sante")
    row = update(chief, row, row.version, {"titre": "Premier titre"}, "")
    assert "Premier titre" in read(reader)
    earlier = timezone.now() - timedelta(days=400)
    monkeypatch.setattr(timezone, "now", lambda: earlier)
    update(chief, row, row.version, {"titre": "Second titre"}, "")
    assert "Second titre" in read(reader)


def test_what_an_account_reads_is_never_kept_nor_given_to_nobody(plantee, gardees, compte, settings) -> None:
    settings.MAILLAGE_RESERVES = ("meteo", "freins")  # then every mark is for accounts
    person = Client()
    person.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    cle = "/programme/declinaisons/sante/593/2025/1/"
    reserved = [MARQUES[name] for name, who in CHAMPS.items() if who != CONTESTE]
    addresses = (cle, "/programme/", "/programme/indicateurs/", f"{cle}?x=1", "/programme/exporter/json")
    for address in addresses:
        for asker in (person, Client(), person, Client()):
            text = read(asker, address)
            assert asker is person or not [mark for mark in reserved if mark in text]
            assert asker is not person or "exporter" in address or "Se déconnecter" in text
    assert MARQUES["Commentaire.texte"] in read(person, cle)
    assert "Se connecter" in read(Client(), cle)
    person.logout()
    assert MARQUES["Commentaire.texte"] not in read(person, cle)


def test_who_has_a_key_or_a_word_to_read_is_not_nobody(settings) -> None:
    ask = RequestFactory().get
    assert pages.is_nobody(ask(FICHE))
    assert not pages.is_nobody(ask(FICHE, headers={"Authorization": "Bearer essai"}))
    assert not pages.is_nobody(ask(FICHE, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}=essai"}))
    assert not pages.is_nobody(ask(FICHE, headers={"Cookie": "messages=essai"}))
    assert not pages.is_nobody(RequestFactory().post(FICHE))
    for path in ("/api/1/atlas", "/comptes/connexion/", "/administration/", "/travaux/essai/", "/pret"):
        assert not pages.is_nobody(ask(path))


def test_each_reader_has_a_token_that_serves_and_is_not_another_s(nord, gardees) -> None:
    tokens = {}
    for name in ("first", "second", "third"):
        reader = Client(enforce_csrf_checks=True)
        token = pages.JETON.search(read(reader, "/classements/").encode())[1].decode()
        tokens[token] = reader.cookies["csrftoken"].value
        sent = reader.post("/classements/tout", {"csrfmiddlewaretoken": token})
        assert sent.status_code == 302, name
        assert pages.PLACE.decode() not in read(reader, "/classements/")
    assert len(tokens) == len(set(tokens.values())) == 3
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/classements/tout", {"csrfmiddlewaretoken": next(iter(tokens))}).status_code == 403


def test_an_atlas_that_comes_or_goes_shows_at_once(nord, gardees, settings, dossier_atlas, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = tmp_path / "atlas"
    shutil.copytree(dossier_atlas / "essai-2025", settings.MAILLAGE_ATLAS / "atlas-un")
    client = Client()
    assert "juin 2025" in read(client, "/")
    shutil.copytree(dossier_atlas / "essai-2026", settings.MAILLAGE_ATLAS / "atlas-deux")
    assert "juin 2026" in read(client, "/")
    shutil.rmtree(settings.MAILLAGE_ATLAS / "atlas-deux")
    assert "juin 2025" in read(client, "/")
    shutil.rmtree(settings.MAILLAGE_ATLAS / "atlas-un")
    assert client.get("/").status_code == 503


def test_who_holds_a_page_is_told_that_it_holds_and_then_that_it_does_not(nord, gardees, compte) -> None:
    client = Client()
    held = client.get(FICHE).headers["ETag"]
    assert client.get(FICHE, headers={"If-None-Match": held}).status_code == 304
    row = models.FicheAction.objects.get(cle="sante")
    update(compte("charge_mission"), row, row.version, {"titre": "Autre titre"}, "")
    assert client.get(FICHE, headers={"If-None-Match": held}).status_code == 200
    client.force_login(compte("partenaire"))
    assert client.get(FICHE, headers={"If-None-Match": client.get(FICHE).headers.get("ETag", held)}).content


def test_head_and_compression_say_the_same(nord, gardees) -> None:
    text = read(Client())
    small = Client().get(FICHE, headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(small.content).decode() == text
    assert Client().head(FICHE).headers["Content-Length"] == str(len(text.encode()))


def test_a_page_kept_compressed_is_the_same_for_who_reads_it_plain(nord, gardees) -> None:
    first, kept = (Client().get(FICHE, headers={"Accept-Encoding": "gzip"}) for _ in range(2))
    assert kept.headers["Content-Encoding"] == "gzip"
    assert kept.headers["ETag"] == first.headers["ETag"]
    plain = Client().get(FICHE)
    assert "Content-Encoding" not in plain.headers
    assert plain.content == gzip.decompress(kept.content) == gzip.decompress(first.content)
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert Client().get(FICHE, headers={"If-None-Match": kept.headers["ETag"]}).status_code == 304
    outlines = "/carte/contours/commune.geojson"
    texts = [Client().get(outlines, headers={"Accept-Encoding": name}).content for name in ("gzip", "br")]
    assert gzip.decompress(texts[0]) == texts[1]


def test_the_base_is_asked_its_state_once_a_request(monkeypatch, settings) -> None:
    told = iter(range(9))
    settings.MAILLAGE_PAGES_OCTETS = 1
    monkeypatch.setattr(etat, "connection", SimpleNamespace(in_atomic_block=False))
    monkeypatch.setattr(etat, "_sentinelle", SimpleNamespace(ask=lambda: next(told)))
    with etat.one_moment():
        assert [etat.read_stamp(), etat.read_stamp()] == [0, 0]
    assert [etat.read_stamp(), etat.read_stamp()] == [1, 2]


def test_a_comment_makes_no_public_page_anew(nord, gardees, compte, django_assert_num_queries) -> None:
    read(Client())
    comment(compte("charge_mission"), models.FicheAction.objects.get(cle="sante"), "Un mot.")
    with django_assert_num_queries(5):  # the versions, asked again
        read(Client())


@pytest.mark.parametrize("address", ["/donnees/SHA256SUMS", "/catalogue.ttl", "/donnees/"])
def test_a_file_that_is_made_shows_at_once(gardees, address: str, settings, tmp_path) -> None:
    settings.EXPORTS = tmp_path
    before = [read(Client(), address) for _ in range(2)]
    b"".join(Client().get("/donnees/territoires.csv").streaming_content)
    assert read(Client(), address) != before[0] == before[1]


def test_a_write_makes_anew_only_what_comes_from_it(nord, gardees, compte) -> None:
    """The programme is written: the map, a comparison and a method stay; what tells it does not."""
    elsewhere = ("/carte/", "/comparer/", "/methodes/densite/", "/classements/", "/territoires/")
    told = (FICHE, "/programme/", "/programme/indicateurs/", "/territoires/commune/59350/")
    client = Client()
    elsewhere = [one for one in elsewhere if client.get(one).status_code == 200]
    told = [one for one in told if client.get(one).status_code == 200]
    assert len(elsewhere) >= 4
    assert len(told) >= 3
    row = models.FicheAction.objects.get(cle="sante")
    update(compte("charge_mission"), row, row.version, {"titre": "Titre nouveau"}, "")
    state = pages.PagesMiddleware(lambda _request: None)._read_state()
    held = {key[2]: state.holds(page) for key, (_, page) in pages._pages._held.items()}
    assert [held[one] for one in elsewhere] == [True] * len(elsewhere)
    assert [held[one] for one in told] == [False] * len(told)
    assert "Titre nouveau" in read(client)


def test_each_version_is_named_and_each_table_is_in_one(settings) -> None:
    assert len({version.nom for version in VERSIONS}) == len(VERSIONS) == len(settings.MAILLAGE_VERSIONS)
    tables = [table for version in VERSIONS for table in version.tables]
    assert len(tables) == len(set(tables))
    assert etat._list_tables() >= set(tables)


def test_what_an_answer_was_made_from_is_seen(nord, gardees) -> None:
    with etat.watch() as seen:
        lecture.read_programme()
        annuaire.read_annuaire()
    assert seen == {"programme", "annuaire"}  # what is read once for a version is read through it
    with etat.watch() as seen:
        models.FicheAction.objects.filter(cle="sante").exists()
        connection.cursor().execute("SELECT count(*) FROM comptes_personne")
    assert seen == {"programme_ficheaction", "comptes_personne"}


def test_what_reads_a_table_that_no_version_tells_comes_from_all() -> None:
    name = pages.PagesMiddleware(lambda _request: None)._name
    assert name(set()) == set()
    assert name({"annuaire"}) == {"annuaire"}
    assert name({"programme_ficheaction", "annuaire_etatannuaire"}) == {"programme", "annuaire"}
    assert name({"comptes_personne"}) == {version.nom for version in VERSIONS}


def make_state(rank: int, **signs: str) -> pages.EtatLu:
    return pages.EtatLu(rank, signs)


def test_what_is_kept_has_a_bounded_weight() -> None:
    kept = pages.Pages(1000)
    for rank in range(50):
        kept.keep(rank % 30, make_state(rank), pages.PageGardee((), b"x" * 100, jeton=False))
    assert sum(len(page.corps) for _, page in kept._held.values()) == kept._weight <= 1000
    assert kept.find(19, make_state(49)).corps
    assert kept.find(19, make_state(19)) is None  # a former state
    assert kept.find(25, make_state(25)) is None  # long ago


def test_a_page_is_found_while_what_it_comes_from_stands() -> None:
    kept = pages.Pages(1000)
    page = pages.PageGardee((), b"x", jeton=False, versions={"programme": "a"})
    kept.keep("page", make_state(1, programme="a", annuaire="a"), page)
    assert kept.find("page", make_state(1, programme="a", annuaire="b")) is page
    assert kept.find("page", make_state(1, programme="b", annuaire="a")) is None
    assert kept.find("page", make_state(2, programme="a", annuaire="a")) is None
    assert kept.find("page", make_state(1, annuaire="a")) is None
    assert pages.PageGardee.unpack(page.pack()) == page


@pytest.fixture
def sentinelle(tmp_path: Path) -> Iterator[etat.Sentinelle]:
    """One that looks at a base of its own, on disk."""
    path = tmp_path / "base.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE essai (x)")
    made = etat.Sentinelle()
    made._connection = type(connections["default"])({**connection.settings_dict, "NAME": str(path)})
    made._connection.inc_thread_sharing()
    yield made
    made._close()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="that of PostgreSQL is tried in production")
def test_any_write_by_anybody_changes_the_stamp(sentinelle, tmp_path, django_db_blocker) -> None:
    with django_db_blocker.unblock(), closing(sqlite3.connect(tmp_path / "base.sqlite3")) as other:
        first = sentinelle.ask()
        assert first is not None
        assert sentinelle.ask() == first
        other.execute("INSERT INTO essai VALUES (1)")
        assert sentinelle.ask() == first  # not yet committed: nobody reads it
        other.commit()
        second = sentinelle.ask()
        assert second != first
        threads = [threading.Thread(target=lambda: found.append(sentinelle.ask())) for _ in range(8)]
        found: list[object] = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [second] * 8


def test_a_base_that_does_not_answer_has_no_stamp(monkeypatch, settings, db) -> None:
    from django.db import OperationalError  # noqa: PLC0415

    def refuse() -> None:
        raise OperationalError("essai")

    mute = etat.Sentinelle()
    mute._connection = SimpleNamespace(cursor=refuse, close=lambda: None)
    assert mute.ask() is None
    assert mute._connection is None  # opened again at the next question
    settings.MAILLAGE_PAGES_OCTETS = 1
    assert etat.read_stamp() is None  # inside the transaction of this test


def test_a_scenario_taken_back_is_in_no_memory(client, compte, gardees) -> None:
    """What was public one moment ago, and closes a place, is nobody's to read the next."""
    author = compte("charge_mission")
    edit = Scenario(nom="Fermer Valbrune", modifications=(Fermeture(lieu="france_services:1"),))
    row = ateliers.create_scenario(author, edit, "")
    row = ateliers.share(author, row, row.version, "public", None)
    address = row.get_absolute_url()
    load(load_programme())
    row = ateliers.link(author, row, row.version, "sante")
    lists = ("/atelier/", "/atelier/comparer/", "/api/1/scenarios", "/atelier/?lien=sante")
    assert "/atelier/?lien=sante" in client.get("/programme/fiches/sante/").content.decode()
    for listed in (address, *lists) * 2:
        assert "Fermer Valbrune" in client.get(listed).content.decode(), listed
    ateliers.share(author, row, row.version, "brouillon", None)
    assert client.get(address).status_code == 404
    assert client.get(f"/api/1/scenarios/{row.cle}").status_code == 404
    for listed in lists:
        assert "Fermer Valbrune" not in client.get(listed).content.decode(), listed


@pytest.fixture
def processes(gardees, monkeypatch, tmp_path) -> Callable[[], None]:
    """Calling it, one goes on as another process of the same server: nothing in memory, the same folder."""

    def become_another() -> None:
        monkeypatch.setattr(pages, "_pages", pages.Pages(2**26))
        monkeypatch.setattr(pages, "_shared", commun.Commun(tmp_path / "pages", 2**26))

    become_another()
    return become_another


def list_shared(folder: Path) -> list[Path]:
    return [path for path in (folder / "pages").rglob("*") if path.is_file()]


def test_processes_give_each_other_pages_and_none_older_than_a_write(
    nord, processes, compte, django_assert_num_queries
) -> None:
    first = read(Client())
    processes()
    with django_assert_num_queries(0):
        assert read(Client()) == first
    row = models.FicheAction.objects.get(cle="sante")
    update(compte("charge_mission"), row, row.version, {"titre": "Titre écrit ailleurs"}, "")
    for _ in range(2):
        processes()
        assert "Titre écrit ailleurs" in read(Client())


def test_what_somebody_typed_or_reads_with_an_account_is_on_no_disk(
    nord, processes, compte, tmp_path
) -> None:
    person = Client()
    person.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    read(person)
    for address in ("/recherche/?q=Marie+Durand", "/carte/?centre=59009", "/comparer/?q=Lille",
                    "/classements/?dans=12+rue+des+Lilas"):  # fmt: skip
        read(Client(), address)
    assert list_shared(tmp_path) == []
    read(Client())
    assert len(list_shared(tmp_path)) == 1


def test_a_form_shared_between_processes_still_serves_each_reader(nord, processes) -> None:
    tokens = set()
    for _ in range(2):
        reader = Client(enforce_csrf_checks=True)
        token = pages.JETON.search(read(reader, "/classements/").encode())[1].decode()
        assert reader.post("/classements/tout", {"csrfmiddlewaretoken": token}).status_code == 302
        tokens.add(token)
        processes()
    assert len(tokens) == 2


def test_a_file_cut_short_is_no_answer_and_a_full_disk_keeps_none(
    nord, processes, tmp_path, monkeypatch
) -> None:
    first = read(Client())
    (path,) = list_shared(tmp_path)
    for cut in (b"", path.read_bytes()[:-1]):
        path.write_bytes(cut)
        processes()
        assert read(Client()) == first
    monkeypatch.setattr(Path, "write_bytes", refuse_to_write)
    processes()
    assert read(Client(), "/methodes/").startswith("<!")


def refuse_to_write(path: Path, _body: bytes) -> int:
    raise OSError(28, str(path))


def test_what_processes_share_has_a_bounded_weight_and_keeps_what_is_asked(tmp_path, monkeypatch) -> None:
    kept = commun.Commun(tmp_path, 4000)
    now = iter(range(1_800_000_000, 1_900_000_000))
    real = os.utime
    monkeypatch.setattr(commun.os, "utime", lambda path: real(path, (next(now),) * 2))
    for rank in range(60):
        kept.keep(rank, "état", b"x" * 200)
        assert kept.find(0, "état")  # asked all along
        assert kept.find(rank, "état")
    weights = [path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()]
    assert 2000 < sum(weights) <= 4000 + 1200
    assert kept.find(1, "état") is None
    kept.keep(59, "état", b"y")  # the place of the former
    assert kept.find(59, "état") == b"y"


def test_after_a_restart_or_a_new_version_nothing_is_found(tmp_path, monkeypatch) -> None:
    kept = commun.Commun(tmp_path, 400)
    kept.keep("page", "état", b"corps")
    assert kept.find("page", "état") == b"corps"
    assert kept.find("page", "autre") is kept.find("autre", "état") is None
    kept.keep("lourde", "état", b"x" * 200)
    assert kept.find("lourde", "état") is None
    monkeypatch.setattr(commun, "sign_code", lambda: "une autre vie")
    assert kept.find("page", "état") is None


def test_the_bare_form_of_trouver_is_kept_and_no_question_is(
    nord, gardees, django_assert_num_queries
) -> None:
    first = read(Client(), "/trouver/")
    with django_assert_num_queries(0):
        assert read(Client(), "/trouver/") == first
    assert [key[2] for key in pages._pages._held] == ["/trouver/"]
    for answer in (
        Client().get("/trouver/?besoin=fromage"),
        Client().post("/trouver/", {"besoin": "fromage", "ou": "Lille"}),
    ):
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.status_code == 200
        assert "fromage" in answer.content.decode()
    assert [key[2] for key in pages._pages._held] == ["/trouver/"]
    assert "fromage" not in read(Client(), "/trouver/")
