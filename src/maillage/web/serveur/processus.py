"""One process: the web server's threads, and those that run the background work."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application
from django.db import connection

from maillage.web.socle.travailleur import Travailleur

THREADS = 8


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    import waitress

    # One process holds a SQLite base; a PostgreSQL base may have other workers.
    travailleur = Travailleur(seul=connection.vendor == "sqlite")
    travailleur.start()
    try:
        waitress.serve(get_wsgi_application(), host=host, port=port, threads=THREADS, ident="maillage")
    finally:
        travailleur.stop()
