"""Holding connections open, idle or sending a byte now and then: the others are served as before."""

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from maillage.web.serveur import processus
from maillage.web.serveur.processus import RESERVE, raise_limit
from tests.web.serveur.conftest import Installation, installation_preparee, installer

__all__ = ["installation_preparee", "installer"]
IDLE, SLOW = 400, 100
# What one reader waits, whatever the others do; the freeze that was seen lasted 130 s.
PATIENCE_S = 5


def hold(adresse: str, stack: ExitStack, sent: bytes) -> socket.socket:
    parts = urlsplit(adresse)
    connection = stack.enter_context(socket.create_connection((parts.hostname, parts.port), timeout=10))
    connection.sendall(sent)
    return connection


@pytest.fixture
def serving(installer) -> Installation:
    return installer().start()


@pytest.mark.lent
def test_hundreds_of_idle_and_slow_connections_stop_nobody(serving: Installation) -> None:
    from tests.web.serveur.conftest import Lecteur  # noqa: PLC0415

    alive = b"GET /sante HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(IDLE // 2):
            hold(serving.adresse, stack, b"")  # says nothing
            hold(serving.adresse, stack, alive)  # asked once, then keeps the connection
        slow = [hold(serving.adresse, stack, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-") for _ in range(SLOW)]
        for _ in range(5):
            for connection in slow:
                connection.sendall(b"a")
            begin = time.monotonic()
            assert Lecteur(serving.adresse).get("/accessibilite/").status_code == 200
            assert time.monotonic() - begin < PATIENCE_S


def test_the_limit_of_connections_is_what_the_system_allows(monkeypatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: asked.append(pair))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1024))
    assert raise_limit() == 1024 - RESERVE
    assert asked == [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, resource.RLIM_INFINITY))
    assert raise_limit() == 8000


@pytest.fixture
def quick(monkeypatch) -> Iterator[str]:
    """A server whose requests must have come whole in half a second; its address."""
    monkeypatch.setattr(processus, "RECEPTION_S", 0.5)

    def say(environ, start) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])
        return [environ["wsgi.input"].read() or b"servi"]

    server = processus.make_server(say, "127.0.0.1", 0)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server._map.clear)  # the loop ends when it has nothing to look at
    serving.join()
    server.task_dispatcher.shutdown()
    for one in (*server.active_channels.values(), server):
        one.socket.close()
    server.trigger.close()


@pytest.mark.parametrize(
    "start",
    [b"GET / HTTP/1.1\r\nX-Long: ", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n"],
)
def test_a_request_that_never_ends_is_closed_however_regular_its_bytes(quick, start) -> None:
    with ExitStack() as stack:
        dripping, whole = hold(quick, stack, start), hold(quick, stack, b"")
        begin = time.monotonic()
        with pytest.raises(OSError, match=r"reset|pipe"):  # noqa: PT012  a closed connection refuses the second byte
            while time.monotonic() < begin + 10:
                dripping.sendall(b"a")
                time.sleep(0.05)
        assert 0.4 < time.monotonic() - begin < 5
        whole.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nok")
        assert whole.recv(4096).startswith(b"HTTP/1.1 200")
