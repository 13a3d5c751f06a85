"""How many times one address asks for something in a minute of the clock, or in a day; no address is kept.

Minutes are counted for all processes of the machine with PostgreSQL, days in the base; both in memory with
SQLite, whose one writer at a time would make every reader wait (one process serves such an install).
"""

from __future__ import annotations

import math
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.compteurs import CompteursPartages
from maillage.web.socle.memoire import Compteurs

_counts, _days = Compteurs(), Compteurs()
_shared: CompteursPartages | Compteurs = CompteursPartages(settings.VAR / "debit.compteurs")


def count(cle: str) -> int:
    """Count once more; the count in this minute."""
    counts = _counts if connection.vendor == "sqlite" else _shared
    return counts.count(cle, minute())


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
