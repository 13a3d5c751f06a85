"""Downloads against a real server on this machine: every way they can go wrong."""

from __future__ import annotations

import gzip
import hashlib
import io
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.catalogue import sources as catalogue
from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.fetch import fetch as fetch_command
from maillage.sources import collecte
from maillage.sources.telechargement import Reglages, download

BODY = bytes(range(256)) * 4096  # 1 MiB
QUICK = Reglages(timeout_s=30, tries=3, pause_s=0.01)


@dataclass
class Serveur:
    """What the server should do, and what it was asked."""

    url: str
    body: bytes = BODY
    behaviour: str = "normal"
    cut_at: int = len(BODY) // 2
    ranges: list[str | None] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    state: Serveur
    protocol_version = "HTTP/1.0"

    def log_message(self, *args: object) -> None:
        return

    def do_GET(self) -> None:
        self.state.ranges.append(self.headers.get("Range"))
        self.state.paths.append(self.path)
        first = len(self.state.ranges) == 1
        getattr(self, f"answer_{self.state.behaviour}")(first)

    def head(self, status: int, length: int, **more: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.send_header("ETag", '"v1"')
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def answer_normal(self, first: bool) -> None:
        self.head(200, len(self.state.body))
        self.wfile.write(self.state.body)

    def answer_cut_once(self, first: bool) -> None:
        if first:
            self.head(200, len(self.state.body))
            self.wfile.write(self.state.body[: self.state.cut_at])
            return
        start = int((self.headers["Range"] or "bytes=0-")[6:-1])
        rest = self.state.body[start:]
        self.head(
            206, len(rest), Content_Range=f"bytes {start}-{len(self.state.body) - 1}/{len(self.state.body)}"
        )
        self.wfile.write(rest)

    def answer_cut_no_resume(self, first: bool) -> None:
        self.head(200, len(self.state.body))
        self.wfile.write(self.state.body[: self.state.cut_at] if first else self.state.body)

    def answer_always_cut(self, first: bool) -> None:
        self.head(200, len(self.state.body))
        self.wfile.write(self.state.body[: self.state.cut_at])

    def answer_absent(self, first: bool) -> None:
        self.head(404, 0)

    def answer_busy_once(self, first: bool) -> None:
        if first:
            self.head(503, 0)
        else:
            self.answer_normal(first)

    def answer_stuck(self, first: bool) -> None:
        self.head(200, len(self.state.body))
        self.wfile.write(self.state.body[:1000])
        self.wfile.flush()
        self.state.released.wait()

    def answer_range_refused_once(self, first: bool) -> None:
        if self.headers.get("Range"):
            self.head(416, 0)
        else:
            self.answer_normal(first)


@pytest.fixture
def serveur(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serveur]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    state = Serveur("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Connecte", (Handler,), {"state": state}))
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/BPE.parquet"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    state.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_whole_file_with_progress_and_hash(serveur: Serveur, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    target = download(
        serveur.url,
        tmp_path / "f",
        sha256=hashlib.sha256(BODY).hexdigest(),
        progress=lambda done, total: seen.append((done, total)),
        reglages=QUICK,
    )
    assert target.read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert leftovers(tmp_path) == ["f"]


def test_cut_transfer_is_resumed_where_it_stopped(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "cut_once"
    assert download(serveur.url, tmp_path / "f", reglages=QUICK).read_bytes() == BODY
    assert serveur.ranges == [None, f"bytes={serveur.cut_at}-"]


def test_server_without_resume_starts_again(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "cut_no_resume"
    assert download(serveur.url, tmp_path / "f", reglages=QUICK).read_bytes() == BODY


def test_interrupted_session_is_resumed_by_the_next(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "cut_once"
    once = Reglages(timeout_s=0.5, tries=1, pause_s=0)
    with pytest.raises(EntreeInvalide, match="téléchargé"):
        download(serveur.url, tmp_path / "f", reglages=once)
    assert "f" not in leftovers(tmp_path)
    assert download(serveur.url, tmp_path / "f", reglages=once).read_bytes() == BODY
    assert serveur.ranges[1] == f"bytes={serveur.cut_at}-"


def test_always_truncated_is_refused_and_target_absent(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "always_cut"
    serveur.cut_at = 10
    with pytest.raises(EntreeInvalide, match="coupé à 10 octets"):
        download(serveur.url, tmp_path / "f", reglages=QUICK)
    assert not (tmp_path / "f").exists()
    assert len(serveur.ranges) == QUICK.tries


def test_absent_file_is_said_at_once(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "absent"
    with pytest.raises(EntreeInvalide, match="404"):
        download(serveur.url, tmp_path / "f", reglages=QUICK)
    assert len(serveur.ranges) == 1


def test_busy_server_is_asked_again(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "busy_once"
    assert download(serveur.url, tmp_path / "f", reglages=QUICK).read_bytes() == BODY


def test_refused_range_starts_from_nothing(serveur: Serveur, tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(b"x" * (len(BODY) + 5))
    (tmp_path / "f.part.version").write_text('"v1"')
    serveur.behaviour = "range_refused_once"
    assert download(serveur.url, tmp_path / "f", reglages=QUICK).read_bytes() == BODY


def test_wrong_hash_leaves_nothing(serveur: Serveur, tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="empreinte"):
        download(serveur.url, tmp_path / "f", sha256="0" * 64, reglages=QUICK)
    assert leftovers(tmp_path) == []


@pytest.mark.lent
def test_silent_server_is_given_up(serveur: Serveur, tmp_path: Path) -> None:
    serveur.behaviour = "stuck"
    patience = Reglages(timeout_s=0.2, tries=2, pause_s=0)
    with pytest.raises(EntreeInvalide, match="ne répond plus"):
        download(serveur.url, tmp_path / "f", reglages=patience)
    assert len(serveur.ranges) == 2


def test_offline(tmp_path: Path, serveur: Serveur) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(EntreeInvalide, match="connexion refusée"):
        download(f"http://127.0.0.1:{port}/f", tmp_path / "f", reglages=QUICK)
    with pytest.raises(EntreeInvalide, match="http"):
        download("file:///etc/passwd", tmp_path / "f", reglages=QUICK)
    assert leftovers(tmp_path) == []


def test_proxy_of_the_environment_is_used(
    serveur: Serveur, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", serveur.url.rsplit("/", 1)[0])
    monkeypatch.setenv("no_proxy", "")
    download("http://donnees.invalid/fichier.csv", tmp_path / "f", reglages=QUICK)
    assert serveur.paths == ["http://donnees.invalid/fichier.csv"]


PLEIN = """
import resource, sys
from pathlib import Path
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.telechargement import Reglages, download
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    download(sys.argv[1], Path(sys.argv[2]) / "f", reglages=Reglages(2, 2, 0))
except EntreeInvalide as error:
    print(error)
"""


def test_full_disk_leaves_nothing(serveur: Serveur, tmp_path: Path) -> None:
    command = [sys.executable, "-c", PLEIN, serveur.url, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Le disque est plein" in result.stdout
    assert leftovers(tmp_path) == []


def test_ctrl_c_keeps_only_the_cached_beginning(gares: Serveur, tmp_path: Path) -> None:
    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collecte.fetch("gares", make_plan(tmp_path), interrupt)
    assert leftovers(tmp_path / "out") == []
    assert collecte.fetch("gares", make_plan(tmp_path))


GARES = (
    b"code_uic,libelle,commune,departement,longitude,latitude\n"
    b"87286005,Lille-Flandres,LILLE,NORD,3.0703,50.6363\n"
)


def zipped(name: str, content: bytes) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr(name, content)
        archive.writestr("lisez-moi.pdf", b"%PDF")
    return box.getvalue()


@pytest.fixture
def gares(serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> Serveur:
    """The catalogue's stations, at the address of our server."""
    source = replace(catalogue.list_sources()["gares"], url=serveur.url.replace("BPE.parquet", "gares.csv"))
    monkeypatch.setattr(collecte, "list_sources", lambda: {"gares": source})
    serveur.body = GARES
    return serveur


def make_plan(tmp_path: Path) -> collecte.Collecte:
    return collecte.Collecte("59", tmp_path / "out", tmp_path / "cache", QUICK)


@pytest.mark.parametrize("body", [GARES, gzip.compress(GARES), zipped("../../etc/gares.csv", GARES)])
def test_fetch_unpacks_and_recognises(gares: Serveur, tmp_path: Path, body: bytes) -> None:
    gares.body = body
    (path,) = collecte.fetch("gares", make_plan(tmp_path))
    assert path.parent == tmp_path / "out"
    assert path.read_bytes() == GARES
    assert leftovers(tmp_path / "out") == [path.name]


def test_fetch_uses_the_cache(gares: Serveur, tmp_path: Path) -> None:
    collecte.fetch("gares", make_plan(tmp_path))
    gares.behaviour = "absent"
    assert collecte.fetch("gares", make_plan(tmp_path))
    assert len(gares.ranges) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Erreur</html>",
        zipped("autre.csv", b"a,b\n1,2\n"),
        GARES.replace(b"libelle", b"enseigne"),
        b"PK\x03\x04abc",
    ],
)
def test_a_stranger_under_the_right_name_is_refused(gares: Serveur, tmp_path: Path, body: bytes) -> None:
    gares.body = body
    with pytest.raises(EntreeInvalide, match=r"n'est pas celui attendu|abîmée"):
        collecte.fetch("gares", make_plan(tmp_path))
    assert leftovers(tmp_path / "out") == []


def test_truncated_gzip_is_refused(gares: Serveur, tmp_path: Path) -> None:
    gares.body = gzip.compress(GARES)[:-12]
    with pytest.raises(EntreeInvalide, match="abîmée"):
        collecte.fetch("gares", make_plan(tmp_path))
    assert leftovers(tmp_path / "out") == []


def test_command_says_how_to_get_a_source_by_hand(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        fetch_command, ["france_services", "--departement", "59", "--out", str(tmp_path)]
    )
    assert isinstance(result.exception, EntreeInvalide)
    assert "data.gouv.fr" in str(result.exception)


def test_unknown_departement_and_source(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="Département inconnu"):
        collecte.plan("99", tmp_path)
    assert (collecte.plan("2a", tmp_path).departement, collecte.plan("1", tmp_path).departement) == (
        "2A",
        "01",
    )
    with pytest.raises(EntreeInvalide, match="Source inconnue"):
        collecte.fetch("licornes", make_plan(tmp_path))


def test_every_address_is_confirmed_and_every_departement_has_an_extract() -> None:
    for source in catalogue.list_sources().values():
        assert (source.url is not None) == source.confirme, source.id
        assert source.page.startswith(("https://", "docs/guide/")) or (source.id, source.url) == (
            "zones",
            None,
        )
        for departement in ("59", "974"):
            address = collecte.get_address(source, departement)
            assert address is None or (address.startswith("https://") and "{" not in address)
    assert set(catalogue.list_osm_regions()) == set(list_departements())
