"""Who asks: nobody in particular, or the holder of a key; each within a rate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from maillage.web.comptes import queries
from maillage.web.comptes.models import Jeton
from maillage.web.socle import debit


class Cle(HttpBearer):
    """A key in the ``Authorization: Bearer`` header; unknown, ended or revoked: 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Jeton | None:
        """The key, if it still serves."""
        return queries.find_jeton(token)


def sans_cle(request: HttpRequest) -> Any:
    """Open reading, when no key is given at all: a wrong key is told so rather than ignored."""
    return None if request.headers.get("Authorization") else "public"


class Limite(BaseThrottle):
    """So many requests a minute of the clock, from one address or with one key."""

    PUBLIQUE = 120
    AVEC_CLE = 1200

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this request is still within the limit."""
        auth = getattr(request, "auth", None)
        if isinstance(auth, Jeton):
            return debit.count(f"api:cle:{auth.pk}") <= self.AVEC_CLE
        return debit.count_address(request, "api") <= self.PUBLIQUE

    def wait(self) -> float:
        """Seconds until the next minute."""
        return debit.wait_s()
