"""How many times one address asks for something in a minute of the clock; no address is kept.

Counted in the base for all processes with PostgreSQL; in memory with SQLite, whose one writer at a time would
make every reader wait (one process serves such an install).
"""

from __future__ import annotations

import math
import time

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.memoire import Compteurs

_counts = Compteurs()


def count(cle: str) -> int:
    """Count once more; the count in this minute."""
    return _count(cle, minute())


def _count(cle: str, window: int) -> int:
    return _counts.count(cle, window) if connection.vendor == "sqlite" else count_use(cle, window)


def minute() -> int:
    """The minute of the clock."""
    return int(time.time() // 60)


def count_address(request: HttpRequest, usage: str) -> int:
    """The same, of what the address of a request asks for."""
    return count(f"{usage}:{salted_hmac('maillage.limite', lire_adresse(request) or '').hexdigest()}")


def wait_s() -> int:
    """Seconds until the next minute."""
    return math.ceil(60 - time.time() % 60)
