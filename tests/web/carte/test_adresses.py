"""The search for addresses, against a server that speaks the documented GeoJSON, well or badly."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from maillage.catalogue.services_web import ServiceAdresses
from maillage.web.settings import environnement
from maillage.web.socle import adresses, atlas


def feature(label: str, lon: float, lat: float, citycode: str, kind: str = "housenumber") -> dict:
    """As the Base Adresse Nationale answers: https://adresse.data.gouv.fr/api-doc/adresse."""
    properties = {
        "label": label,
        "score": 0.9,
        "housenumber": "8",
        "id": f"{citycode}_7100_00008",
        "name": label,
        "postcode": "90000",
        "citycode": citycode,
        "x": 1.0,
        "y": 2.0,
        "city": "Valbrune",
        "context": "99, Essai",
        "type": kind,
        "importance": 0.5,
        "street": "Rue",
    }
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
    }


GOOD = {
    "type": "FeatureCollection",
    "version": "draft",
    "features": [
        feature("8 Rue du Port 90000 Valbrune", 3.05, 50.05, "90001"),
        feature("Rue du Port 75000 Ailleurs", 2.3, 48.8, "75056", "street"),
    ],
    "attribution": "BAN",
    "licence": "ETALAB-2.0",
    "query": "8 rue du port",
    "limit": 10,
}


class Fake(BaseHTTPRequestHandler):
    """Answers what the test wrote on the server, and notes the questions."""

    def do_GET(self) -> None:
        self.server.asked.append(parse_qs(urlsplit(self.path).query))  # type: ignore[attr-defined]
        status, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(settings) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Fake)
    server.asked, server.answer = [], (200, json.dumps(GOOD).encode())  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.MAILLAGE_ADRESSES = ServiceAdresses(
        "Service d’essai", f"http://127.0.0.1:{server.server_port}/search"
    )
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_address_leads_to_its_place_and_its_commune(client, db, service) -> None:
    page = client.get("/carte/adresse/?q=8 rue du port").content.decode()
    assert "8 Rue du Port 90000 Valbrune" in page
    assert "Ailleurs" not in page  # not in this département
    assert "/carte/?lon=3.05&amp;lat=50.05#carte-fixe" in page
    assert "/territoires/commune/90001/" in page
    [question] = service.asked
    assert question["q"] == ["8 rue du port"]
    assert float(question["lon"][0]) == pytest.approx(3.2, abs=0.2)
    there = client.get("/carte/?lon=3.05&lat=50.05").content.decode()
    assert "repere-ici" in there
    assert "Valbrune" in there[there.index('id="fiche"') :]


def test_the_same_words_are_asked_once(client, db, service) -> None:
    for text in ("8 rue du port", "8  Rue du Port "):
        assert client.get("/carte/adresse/", {"q": text}).status_code == 200
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        (500, b""),
        (429, b"<html>trop</html>"),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"features": [{"geometry": null, "properties": {}}]}'),
        (
            200,
            b'{"features": [{"geometry": {"coordinates": ["a", 1]}, "properties": {"citycode": "90001"}}]}',
        ),
        (200, b"[" * 300_000),
        (200, b" " * (adresses.OCTETS_MAXIMUM + 1)),
    ],
    ids=["500", "429", "html", "vide", "sans lieu", "texte", "imbriqué", "trop long"],
)
def test_a_bad_answer_is_told_and_the_service_left_in_peace(client, db, service, answer) -> None:
    service.answer = answer
    for _ in range(3):
        page = client.get("/carte/adresse/?q=8 rue du port")
        assert page.status_code == 200
        assert "adresses" in page.content.decode()
        assert "répon" in page.content.decode()
    assert len(service.asked) == 1
    cache.clear()
    service.answer = (200, json.dumps(GOOD).encode())
    assert "Valbrune" in client.get("/carte/adresse/?q=8 rue du port").content.decode()


def test_that_the_service_failed_is_kept_by_nobody(client, db, service) -> None:
    """A page kept for everybody would still say it when the service answers again."""
    service.answer = (500, b"")
    failed = client.get("/carte/adresse/?q=8 rue du port")
    assert "no-store" in failed.headers.get("Cache-Control", "")
    cache.clear()
    service.answer = (200, json.dumps(GOOD).encode())
    assert "no-store" not in client.get("/carte/adresse/?q=8 rue du port").headers.get("Cache-Control", "")


def test_a_service_that_is_down_is_told(client, db, service) -> None:
    service.shutdown()
    service.server_close()
    page = client.get("/carte/adresse/?q=8 rue du port")
    assert "n’a pas répondu" in page.content.decode()


def test_a_silent_service_is_not_waited_for(db, dossier_atlas, service, monkeypatch) -> None:
    # Whatever the machine's load: patience already spent when the first byte comes.
    monkeypatch.setattr(adresses, "PATIENCE_S", -1.0)
    monkeypatch.setattr(adresses.urllib.request, "urlopen", lambda request, timeout: Slow())
    with pytest.raises(adresses.AdressesIndisponiblesError):
        adresses.search(atlas.open_folder(dossier_atlas / "essai-2026"), "8 rue du port")


class Slow:
    """An answer that drips for ever."""

    def read1(self, size: int) -> bytes:
        return b" "

    def __enter__(self) -> "Slow":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close."""


def test_too_many_questions_are_held_back(db, dossier_atlas, service, monkeypatch) -> None:
    monkeypatch.setattr(adresses.time, "time", lambda: 1_000_000.0)
    here = atlas.open_folder(dossier_atlas / "essai-2026")
    for rank in range(adresses.DEMANDES_PAR_SECONDE):
        adresses.search(here, f"{rank} rue du port")
    with pytest.raises(adresses.AdressesIndisponiblesError, match="Trop de recherches"):
        adresses.search(here, "une de plus")
    assert len(service.asked) == adresses.DEMANDES_PAR_SECONDE


def test_the_search_page_offers_addresses_only_where_there_is_a_service(client, db, settings) -> None:
    assert "parmi les adresses" not in client.get("/recherche/?q=8 rue du port").content.decode()
    settings.MAILLAGE_ADRESSES = ServiceAdresses("Essai", "http://127.0.0.1:9/")
    page = client.get("/recherche/?q=8 rue du port").content.decode()
    assert 'hx-get="/carte/adresse/?q=8+rue+du+port"' in page
    assert "parmi les adresses" in page


@pytest.mark.parametrize(
    ("name", "value"), [("ADRESSES", "file:///etc/passwd"), ("FOND", "plan"), ("FOND", "https://x.fr/{z}")]
)
def test_a_wrong_setting_is_refused_at_once(monkeypatch, name, value) -> None:
    monkeypatch.setenv(f"MAILLAGE_{name}", value)
    read = environnement.read_adresses if name == "ADRESSES" else environnement.read_fond
    with pytest.raises(ImproperlyConfigured, match=f"MAILLAGE_{name}"):
        read()
