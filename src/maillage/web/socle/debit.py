"""How many times one address asks for something in a minute of the clock, or in a day; no address is kept.

Counted in the base for all processes with PostgreSQL; in memory with SQLite, whose one writer at a time would
make every reader wait (one process serves such an install).
"""

from __future__ import annotations

import math
import time
from datetime import timedelta

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.memoire import Compteurs

_counts, _days = Compteurs(), Compteurs()


def count(cle: str) -> int:
    """Count once more; the count in this minute."""
    return _count(cle, minute())


def _count(cle: str, window: int) -> int:
    return _counts.count(cle, window) if connection.vendor == "sqlite" else count_use(cle, window)


def count_today(cle: str) -> int:
    """Count once more; the count since midnight."""
    window = last_minute()
    if connection.vendor == "sqlite":
        return _days.count(cle, window)
    return count_use(f"{cle}:jour", window, minute())


def minute() -> int:
    """The minute of the clock."""
    return int(time.time() // 60)


def last_minute() -> int:
    """The last minute of this day."""
    return int(_midnight_s() // 60) - 1


def count_address(request: HttpRequest, usage: str) -> int:
    """The same, of what the address of a request asks for."""
    return count(f"{usage}:{salted_hmac('maillage.limite', lire_adresse(request) or '').hexdigest()}")


def wait_s() -> int:
    """Seconds until the next minute."""
    return math.ceil(60 - time.time() % 60)


def wait_tomorrow_s() -> int:
    """Seconds until midnight, here."""
    return math.ceil(_midnight_s() - time.time())


def _midnight_s() -> float:
    tomorrow = timezone.localtime() + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
