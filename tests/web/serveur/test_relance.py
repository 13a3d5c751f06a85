"""Gunicorn reads its files again while a client asks without pause: no request fails, none is forgotten."""

import re
import signal
import threading
from pathlib import Path

import pytest
import requests

pytestmark = pytest.mark.lent
JETON = "jeton-de-surveillance-long"


def test_a_reload_fails_no_request(installer, tmp_path: Path, wait_for) -> None:
    counts = tmp_path / "compteurs"
    counts.mkdir()
    said = tmp_path / "accessibilite.toml"
    said.write_text('[schema]\nreferent = "la direction du numérique"\n', "utf-8")
    install = installer(
        production=True,
        PROMETHEUS_MULTIPROC_DIR=str(counts),
        MAILLAGE_METRIQUES_JETON=JETON,
        MAILLAGE_ACCESSIBILITE=str(said),
    ).start()
    served, failed, stop = [], [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                served.append(requests.get(f"{install.adresse}/sante", timeout=120).status_code)
            except requests.RequestException as error:
                failed.append(str(error))

    def list_workers() -> set[str]:
        master = install.processes[0].pid
        return set(Path(f"/proc/{master}/task/{master}/children").read_text("utf-8").split())

    def read_referent() -> str:
        headers = {"X-Forwarded-Proto": "https"}
        page = requests.get(f"{install.adresse}/accessibilite/schema/", headers=headers, timeout=120)
        return page.text

    assert "la direction du numérique" in read_referent()
    said.write_text('[schema]\nreferent = "une autre direction"\n', "utf-8")
    client = threading.Thread(target=ask)
    client.start()
    try:
        former = list_workers()
        before = len(served)
        install.processes[0].send_signal(signal.SIGHUP)
        wait_for(lambda: list_workers() and not list_workers() & former)
        answered = len(served)
        wait_for(lambda: len(served) > answered + 20)
    finally:
        stop.set()
        client.join()
    assert failed == []
    assert set(served) == {200}
    assert len(served) > before
    assert "une autre direction" in read_referent()
    headers = {"Authorization": f"Bearer {JETON}", "X-Forwarded-Proto": "https"}
    told = requests.get(f"{install.adresse}/metrics", headers=headers, timeout=120).text
    counted = re.search(r'maillage_requete_seconds_count\{route="socle:sante",statut="200"\} (\S+)', told)
    assert counted is not None
    assert float(counted[1]) == len(served)  # by the processes that went as by those that came
