"""What gunicorn calls around each request of a measure: its processor time, in the thread that answers.

A settings file of gunicorn: ``AFFLUENCE_COUTS`` names the folder where each process writes its lines.
"""

import os
import threading
import time
from pathlib import Path
from typing import IO, Any

_begun = threading.local()
_files: dict[int, IO[str]] = {}


def pre_request(_worker: Any, _req: Any) -> None:
    """Begin to count."""
    _begun.at = time.thread_time()


def post_request(_worker: Any, _req: Any, environ: dict[str, Any], _resp: Any) -> None:
    """When it ended, what it was asked as, milliseconds of processor."""
    spent_ms = (time.thread_time() - _begun.at) * 1000
    told = f"{time.time():.2f} {environ.get('HTTP_X_ESSAI', '-')} {spent_ms:.3f}\n"
    if (file := _files.get(os.getpid())) is None:
        file = (Path(os.environ["AFFLUENCE_COUTS"]) / f"{os.getpid()}.txt").open("a", encoding="utf-8")
        _files[os.getpid()] = file
    file.write(told)


def worker_exit(_server: Any, _worker: Any) -> None:
    """Nothing is left unwritten."""
    for file in _files.values():
        file.close()
