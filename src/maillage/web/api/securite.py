"""Who asks: nobody in particular, or the holder of a key; each within a rate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import AnonRateThrottle, AuthRateThrottle

from maillage.web.comptes import queries
from maillage.web.comptes.models import Jeton


class Cle(HttpBearer):
    """A key in the ``Authorization: Bearer`` header; unknown, ended or revoked: 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Jeton | None:
        """The key, if it still serves."""
        return queries.jeton_valable(token)


def sans_cle(request: HttpRequest) -> Any:
    """Open reading, when no key is given at all: a wrong key is told so rather than ignored."""
    return None if request.headers.get("Authorization") else "public"


class LimitePublique(AnonRateThrottle):
    """120 requests a minute from one address."""

    def __init__(self) -> None:
        super().__init__("120/m")

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Counted by address, for those without a key."""
        if isinstance(getattr(request, "auth", None), Jeton):
            return None
        return f"throttle_public_{self.get_ident(request)}"


class LimiteCle(AuthRateThrottle):
    """1,200 requests a minute for one key."""

    def __init__(self) -> None:
        super().__init__("1200/m")

    def get_cache_key(self, request: HttpRequest) -> str | None:  # type: ignore[override]
        """Counted by key."""
        auth = getattr(request, "auth", None)
        return f"throttle_cle_{auth.pk}" if isinstance(auth, Jeton) else None
