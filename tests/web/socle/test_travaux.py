"""Background work: computed in a child process, once for one question, stopped when asked."""

import io
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.utils import timezone

from maillage.web.socle import avancement, commands, queries, taches, travailleur, travaux
from maillage.web.socle.models import Travail

SOMEONE = AnonymousUser()


@pytest.mark.lent
@pytest.mark.django_db(transaction=True)
def test_the_big_export_is_made_and_carried_away(client) -> None:
    asked = client.post("/classements/tout")
    travail = Travail.objects.get()
    assert asked.headers["Location"] == f"/travaux/{travail.jeton}/"
    assert travail.etat == "termine", travail.message
    body = b"".join(client.get(f"/travaux/{travail.jeton}/fichier").streaming_content)
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "commune.csv" in names
    assert "'=Formule" in zipfile.ZipFile(io.BytesIO(body)).read("commune.csv").decode("utf-8-sig")
    client.post("/classements/tout")
    assert Travail.objects.count() == 1


@pytest.mark.lent
@pytest.mark.django_db(transaction=True)
def test_a_failure_is_said(settings) -> None:
    travaux.declare("echec", "os:absent")
    travail = commands.request_travail(SOMEONE, "echec", "Un échec", {})
    travail.refresh_from_db()
    assert travail.etat == "echoue"
    assert "absent" in travail.message


@pytest.fixture
def en_file(db, settings) -> None:
    """Work stays in the queue: nobody runs it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}


def test_cancelling_before_it_starts(en_file) -> None:
    travail = commands.request_travail(SOMEONE, "tout_exporter", "Essai", {"x": 1})
    commands.cancel_travail(SOMEONE, travail)
    travail.refresh_from_db()
    assert travail.etat == "annule"
    assert not avancement.start(travail.pk)
    assert queries.is_annulation_demandee(travail.pk)


BAVARD = """
import json, time
until = time.monotonic() + 20
while time.monotonic() < until:
    print(json.dumps({"progression": 1, "etape": "encore"}), flush=True)
    time.sleep(0.02)
"""


def test_work_that_talks_without_pause_stops_when_asked(en_file) -> None:
    travail = commands.request_travail(SOMEONE, "tout_exporter", "Essai", {"x": 6})
    avancement.start(travail.pk)
    commands.cancel_travail(SOMEONE, travail)
    start = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", BAVARD], stdout=subprocess.PIPE, text=True) as child:
        taches._follow(child, travail.pk)
        assert child.wait() == -signal.SIGKILL
    assert time.monotonic() - start < 10


def test_progress_is_shown_then_the_end(client, en_file) -> None:
    travail = commands.request_travail(SOMEONE, "tout_exporter", "Essai", {"x": 2})
    avancement.start(travail.pk)
    avancement.note_progress(travail.pk, 40, "commune")
    text = client.get(f"/travaux/{travail.jeton}/").content.decode()
    assert 'value="40"' in text
    fragment = client.get(f"/travaux/{travail.jeton}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    avancement.finish(travail.pk, Travail.Etat.ECHOUE, message="disque plein")
    assert "disque plein" in client.get(f"/travaux/{travail.jeton}/").content.decode()


def test_silent_work_is_closed_and_can_be_asked_again(client, en_file) -> None:
    question = (SOMEONE, "tout_exporter", "Essai", {"x": 3})
    silent, alive = commands.request_travail(*question), commands.request_travail(*question[:3], {"x": 4})
    for travail in (silent, alive):
        avancement.start(travail.pk)
    Travail.objects.filter(pk=silent.pk).update(vu_le=timezone.now() - timedelta(seconds=61))
    assert avancement.close_interrupted(timedelta(seconds=60)) == 1
    assert [t.etat for t in Travail.objects.order_by("pk")] == ["interrompu", "en_cours"]
    text = client.get(f"/travaux/{silent.jeton}/").content.decode()
    assert "Ce travail a été interrompu" in text
    again = client.post(f"/travaux/{silent.jeton}/relancer").headers["Location"]
    assert again == f"/travaux/{Travail.objects.latest('pk').jeton}/"
    assert Travail.objects.latest("pk").etat == "en_attente"
    # Asked twice, it is queued once.
    assert client.post(f"/travaux/{silent.jeton}/relancer").headers["Location"] == again
    # The process was alive after all: its answer stands.
    avancement.finish(silent.pk, Travail.Etat.TERMINE, fichier="a.zip")
    silent.refresh_from_db()
    assert silent.etat == "termine"


def test_asked_work_is_queued_in_the_same_transaction(db, settings, monkeypatch) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    class File:
        def enqueue(self, *args: object) -> None:
            raise OSError("coupure")

    monkeypatch.setattr(taches, "executer", File())
    with pytest.raises(OSError, match="coupure"):
        commands.request_travail(SOMEONE, "tout_exporter", "Essai", {"x": 5})
    assert not Travail.objects.exists()


PASSEES: list[str] = []


def go_wrong() -> None:
    PASSEES.append("fausse")
    raise ValueError("une ronde qui échoue")


def go_mute() -> None:
    PASSEES.append("muette")
    raise OperationalError("la base ne répond pas")


def go_well() -> None:
    PASSEES.append("bonne")


def test_a_round_that_fails_stops_neither_the_others_nor_their_thread(settings, monkeypatch, caplog) -> None:
    names = ("rien.de.tel", *(f"{__name__}.{go.__name__}" for go in (go_wrong, go_mute, go_well)))
    settings.MAILLAGE_RONDES = names
    PASSEES.clear()
    closed = []
    monkeypatch.setattr(travailleur, "close_old_connections", lambda: None)
    monkeypatch.setattr(travailleur.avancement, "close_interrupted", lambda _silence: closed.append(1) or 0)
    worker = travailleur.Travailleur(seul=False)
    turns = iter((False, False, True))
    monkeypatch.setattr(worker.stopping, "wait", lambda _s=None: next(turns))
    worker._watch()
    assert PASSEES == ["fausse", "muette", "bonne", "muette", "bonne"]
    assert len(closed) == 2
    said = [one.message for one in caplog.records if one.exc_info]
    assert [name in "".join(said) for name in names] == [True, True, True, False]


def test_a_thread_that_fails_begins_again(monkeypatch, caplog) -> None:
    worker = travailleur.Travailleur(seul=False)
    monkeypatch.setattr(travailleur, "RONDE_S", 0)
    done = []

    def run() -> None:
        done.append(1)
        if len(done) == 2:
            worker.stop()
            return
        raise ValueError("notre propre faute")

    worker._run_again(run)
    assert len(done) == 2
    assert any(one.exc_info for one in caplog.records)
