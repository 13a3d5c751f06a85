"""One process: the web server's threads, and one thread that runs the background work."""

from __future__ import annotations

import threading

from django.core.wsgi import get_wsgi_application
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

THREADS = 8
QUEUE_S = 1.0


def make_worker() -> Worker:
    """A worker of the database's task queue; each heavy task runs in a child process of its own."""
    return Worker(
        queue_names=["default"],
        interval=QUEUE_S,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    import waitress

    worker = make_worker()
    threading.Thread(target=worker.run, name="travaux", daemon=True).start()
    try:
        waitress.serve(get_wsgi_application(), host=host, port=port, threads=THREADS, ident="maillage")
    finally:
        worker.running = False
