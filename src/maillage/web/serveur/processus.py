"""One process: the web server's threads, and those that run the background work.

Idle and slow readers hold no thread: the server's loop receives requests and sends answers, a thread only
computes. They hold a file descriptor, so the process asks the system for all it may have (ADR 0097).
"""

from __future__ import annotations

import faulthandler
import resource
import time
from typing import Any

import waitress
from django.core.wsgi import get_wsgi_application
from django.db import connection
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

from maillage.web.socle.travailleur import Travailleur

THREADS = 24
CONNEXIONS_MAX = 8000
# Descriptors kept for the database, the atlases, the logs and the child processes.
RESERVE = 200
SILENCE_S = 20
# A file of 10 MB at 0.5 Mbit/s comes in 160 s.
RECEPTION_S = 180
ENTETES_MAX = 64 * 2**10
CORPS_MAX = 16 * 2**20


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    # A fault in native code says on stderr where each thread was.
    faulthandler.enable()
    # One process holds a SQLite base; a PostgreSQL base may have other workers.
    travailleur = Travailleur(seul=connection.vendor == "sqlite")
    server = make_server(get_wsgi_application(), host, port)
    travailleur.start()
    try:
        server.run()
    finally:
        travailleur.stop()


def make_server(application: Any, host: str, port: int) -> Any:
    """A server that is not started, with the bounds of this module."""
    sockets: dict[int, Any] = {}
    server = waitress.create_server(
        application,
        map=sockets,
        host=host,
        port=port,
        ident="maillage",
        threads=THREADS,
        connection_limit=raise_limit(),
        asyncore_use_poll=True,
        channel_timeout=SILENCE_S,
        cleanup_interval=5,
        max_request_header_size=ENTETES_MAX,
        max_request_body_size=CORPS_MAX,
        # The application itself counts the proxies it trusts (MAILLAGE_MANDATAIRES).
        clear_untrusted_proxy_headers=False,
    )
    for one in sockets.values():
        if isinstance(one, BaseWSGIServer):
            one.channel_class = Canal
    return server


class Canal(HTTPChannel):
    """A connection whose request must have come whole in time, however regularly its bytes drip."""

    commencee: float | None = None

    def received(self, data: bytes) -> bool:
        """Bytes came: those of a new request, or the rest of one."""
        if self.commencee is None:
            self.commencee = time.monotonic()
        taken: bool = super().received(data)
        if self.request is None:
            self.commencee = None
        return taken

    def readable(self) -> bool:
        """Whether the loop should listen to it; one that takes too long is closed."""
        if self.commencee is not None and time.monotonic() - self.commencee > RECEPTION_S:
            self.will_close = True
        return bool(super().readable())


def raise_limit() -> int:
    """How many connections this process may hold open, once it has asked for all the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = CONNEXIONS_MAX + RESERVE
    allowed = wished if hard == resource.RLIM_INFINITY else min(wished, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(allowed - RESERVE, 50)
