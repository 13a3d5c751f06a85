"""Asking for heavy documents without pause: each is made once for each state, by a child process."""

import errno
import subprocess
import sys
import threading

import pytest
from django.db import OperationalError
from django.test import Client

from maillage.web.programme.models import FicheAction
from maillage.web.programme.public import fabrique
from maillage.web.socle import documents, pannes


@pytest.fixture
def made(monkeypatch) -> list[str]:
    """What was made, in order; nothing heavy is."""
    found: list[str] = []

    def write(programme, law, fiche, edition, path) -> None:
        found.append(f"{fiche}{path.suffix}")
        path.write_bytes(b"document")

    monkeypatch.setattr(fabrique, "write_apart", write)
    return found


def test_a_document_is_made_once_and_again_when_the_programme_changes(client, nord, made) -> None:
    for _ in range(5):
        assert client.get("/programme/exporter/docx").content == b"document"
    assert made == [".docx"]
    fiche = FicheAction.objects.first()
    fiche.description = "Un autre texte."
    fiche.save()
    client.get("/programme/exporter/docx")
    assert made == [".docx", ".docx"]


def test_what_accounts_read_is_not_given_to_others(client, nord, made, compte) -> None:
    client.get("/programme/exporter/pdf")
    client.force_login(compte("administration"))
    client.get("/programme/exporter/pdf")
    assert made == [".pdf", ".pdf"]


def test_beyond_a_few_askers_one_is_told_to_come_back(nord, made, monkeypatch) -> None:
    monkeypatch.setattr(documents, "_places", threading.BoundedSemaphore(1))
    with documents._places:
        answer = Client().get("/programme/exporter/pdf")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert Client().get("/programme/exporter/pdf").status_code == 200


DE_L_ATLAS = (
    "/territoires/commune/90001/portrait.pdf",
    "/territoires/commune/90001/portrait.ods",
    "/classements/?niveau=commune&format=ods",
    "/classements/?niveau=commune&format=csv",
)


@pytest.mark.parametrize("address", DE_L_ATLAS)
def test_a_document_of_the_atlas_is_made_once_for_all(client, nord, compte, monkeypatch, address) -> None:
    make, makings = documents._make, []
    monkeypatch.setattr(documents, "_make", lambda *order: makings.append(1) or make(*order))
    first = client.get(address)
    assert first.status_code == 200
    client.force_login(compte("partenaire"))
    again = client.get(address)
    assert again.content == first.content
    assert again.headers["Content-Disposition"] == first.headers["Content-Disposition"]
    assert len(makings) == 1
    assert client.get(f"{address}{'&' if '?' in address else '?'}atlas=essai-2025").status_code == 200
    assert len(makings) == 2  # another atlas, another document


def test_nobody_has_documents_made_without_end(client, nord, made, compte, monkeypatch) -> None:
    monkeypatch.setattr(documents, "SANS_COMPTE_PAR_MINUTE", 3)
    fiches = [row.cle for row in FicheAction.objects.all()[:5]]
    asked = [client.get("/programme/exporter/pdf", {"fiche": fiche}) for fiche in fiches]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429, 429]
    assert int(asked[-1].headers["Retry-After"]) > 0
    assert "beaucoup de documents" in asked[-1].content.decode()
    assert client.get("/programme/exporter/pdf", {"fiche": fiches[0]}).status_code == 200  # it is made
    refused = client.get(DE_L_ATLAS[0])
    assert refused.status_code == 429
    assert "ETag" not in refused.headers  # nobody keeps a refusal for the document
    client.force_login(compte("partenaire"))
    assert client.get("/programme/exporter/pdf", {"fiche": fiches[4]}).status_code == 200


def test_old_documents_leave_the_disk(tmp_path, settings, monkeypatch) -> None:
    settings.EXPORTS = tmp_path
    monkeypatch.setattr(documents, "GARDES", 3)
    for rank in range(6):
        documents.make_once((rank,), ".pdf", lambda path: path.write_bytes(b"x") and None)
    assert len(list((tmp_path / "documents").iterdir())) == 3


def test_a_document_is_made_by_another_process(client, nord, monkeypatch) -> None:
    monkeypatch.setattr(fabrique, "write", None)  # not by this one
    answer = client.get("/programme/exporter/xlsx")
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("what", ["os.kill(os.getpid(), 9)", "time.sleep(60)"])
def test_a_child_killed_or_stuck_is_told_in_words_and_asked_again(client, nord, monkeypatch, what) -> None:
    spoilt = [sys.executable, "-c", f"import os, time; {what}"]
    run = subprocess.run
    monkeypatch.setattr(fabrique.subprocess, "run", lambda command, **options: run(spoilt, **options))
    monkeypatch.setattr(fabrique, "LIMITE_S", 2)
    answer = client.get("/programme/exporter/pdf")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "s’est arrêtée" in answer.content.decode()
    monkeypatch.undo()
    assert client.get("/programme/exporter/xlsx").status_code == 200


@pytest.mark.parametrize("forme", ["docx", "pdf", "ods", "xlsx"])
def test_a_full_disk_is_said_then_the_document_is_made(client, nord, settings, tmp_path, monkeypatch, forme):
    settings.EXPORTS = tmp_path
    path = tmp_path / f"essai.{forme}"
    (tmp_path / f"partiel-{path.name}").symlink_to("/dev/full")
    monkeypatch.setattr(documents, "_find", lambda state, suffix: path)
    answer = Client(raise_request_exception=False).get(f"/programme/exporter/{forme}")
    assert answer.status_code == 503
    assert "disque de l’installation est plein" in answer.content.decode()
    assert list(tmp_path.iterdir()) == []  # nothing half made is left
    assert client.get(f"/programme/exporter/{forme}").status_code == 200
    assert path.stat().st_size > 1000


def test_what_a_full_disk_does_to_the_base_is_said_as_such(rf) -> None:
    for error in (OperationalError("database or disk is full"), OSError(errno.EDQUOT, "quota")):
        answer = pannes.answer(rf.get("/"), error)
        assert answer.status_code == 503
        assert "plein" in answer.content.decode()
