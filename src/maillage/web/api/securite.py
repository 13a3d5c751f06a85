"""Who asks: nobody in particular, or the holder of a key; each within a rate."""

from __future__ import annotations

import math
import time
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from maillage.web.comptes import queries
from maillage.web.comptes.models import Jeton
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.memoire import Compteurs


class Cle(HttpBearer):
    """A key in the ``Authorization: Bearer`` header; unknown, ended or revoked: 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Jeton | None:
        """The key, if it still serves."""
        return queries.find_jeton(token)


def sans_cle(request: HttpRequest) -> Any:
    """Open reading, when no key is given at all: a wrong key is told so rather than ignored."""
    return None if request.headers.get("Authorization") else "public"


class Limite(BaseThrottle):
    """So many requests a minute of the clock, from one address or with one key.

    Counted in the base for all processes with PostgreSQL; in memory with SQLite, whose one writer at a time
    would make every reader wait (one process serves such an install).
    """

    PUBLIQUE = 120
    AVEC_CLE = 1200

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this request is still within the limit."""
        auth = getattr(request, "auth", None)
        if isinstance(auth, Jeton):
            return _count(f"api:cle:{auth.pk}", minute()) <= self.AVEC_CLE
        adresse = salted_hmac("maillage.limite", lire_adresse(request) or "").hexdigest()
        return _count(f"api:{adresse}", minute()) <= self.PUBLIQUE

    def wait(self) -> float:
        """Seconds until the next minute."""
        return math.ceil(60 - time.time() % 60)


_counts = Compteurs()


def _count(cle: str, fenetre: int) -> int:
    return _counts.count(cle, fenetre) if connection.vendor == "sqlite" else count_use(cle, fenetre)


def minute() -> int:
    """The minute of the clock."""
    return int(time.time() // 60)
