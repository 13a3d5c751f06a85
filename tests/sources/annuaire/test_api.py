"""The connector against a server that answers as the producer's code does, and as it should not."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.annuaire.api import receive
from maillage.sources.annuaire.registre import read

CLE = "cle-d-essai"


class Serveur(BaseHTTPRequestHandler):
    """Two pages of structures, one of services; ``fails`` answers badly first."""

    fails: list[int] = []  # noqa: RUF012 - emptied by each test
    asked: list[str] = []  # noqa: RUF012

    def do_GET(self):
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(self.path)
        if self.fails:
            return self.answer(self.fails.pop(), {})
        if self.headers["Authorization"] != f"Bearer {CLE}":
            return self.answer(401, {"detail": "no"})
        name, page = url.path.rsplit("/", 1)[1], int(query["page"])
        assert query["code_departement"] == "59"
        pages = {"structures": 2, "services": 1}[name]
        one = {
            "source": "dora",
            "id": f"dora--{name}-{page}",
            "nom": "CCAS d’Essai",
            "date_maj": "2026-01-31",
        }
        if name == "services":
            one |= {"structure_id": "dora--structures-1", "description": "Une aide à tous."}
        told = {"items": [one], "total": pages, "page": page, "size": 1, "pages": pages}
        return self.answer(200, told)

    def answer(self, code, told):
        body = json.dumps(told).encode()
        self.send_response(code)
        if code == 302:
            self.send_header("Location", "http://127.0.0.1:1/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Silence."""


@pytest.fixture
def adresse() -> Iterator[str]:
    Serveur.fails, Serveur.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Serveur)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_page_is_taken_and_read(adresse, tmp_path):
    Serveur.fails = [503]
    found = read(receive("59", CLE, tmp_path / "59.json", adresse=adresse))
    assert [one.id for one in found.annuaire.structures] == ["dora--structures-1", "dora--structures-2"]
    assert (len(found.annuaire.prestations), found.fautes) == (1, ())
    assert len(Serveur.asked) == 4


@pytest.mark.parametrize("codes", [[302], [404], [500, 500, 500]])
def test_nothing_is_left_of_a_refusal_and_the_key_is_never_said(adresse, tmp_path, codes):
    Serveur.fails = codes
    with pytest.raises(EntreeInvalide) as refused:
        receive("59", CLE, tmp_path / "59.json", adresse=adresse)
    assert CLE not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_refused_or_not_sent_in_the_clear(adresse, tmp_path):
    with pytest.raises(EntreeInvalide, match="refuse"):
        receive("59", "autre", tmp_path / "59.json", adresse=adresse)
    with pytest.raises(EntreeInvalide, match="https"):
        receive("59", CLE, tmp_path / "59.json", adresse="http://exemple.fr/api/v1")
