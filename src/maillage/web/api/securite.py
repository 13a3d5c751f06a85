"""Who asks: nobody in particular, or the holder of a key; what each reads, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from maillage.catalogue.lecture import read_toml
from maillage.web.comptes import queries
from maillage.web.comptes.models import Jeton
from maillage.web.socle import debit

QUOTAS = read_toml("api.toml")["quotas"]


class Cle(HttpBearer):
    """A key in the ``Authorization: Bearer`` header; unknown, ended or revoked: 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Jeton | None:
        """The key, if it still serves."""
        return queries.find_jeton(token)


def sans_cle(request: HttpRequest) -> Any:
    """Open reading, when no key is given at all: a wrong key is told so rather than ignored."""
    return None if request.headers.get("Authorization") else "public"


def get_reader(request: HttpRequest, droit: Jeton.Droit) -> Any:
    """For whom a part of the base is read: who holds a key that opens it, who has a session, else nobody."""
    auth = getattr(request, "auth", None)
    if isinstance(auth, Jeton):
        return auth.personne if droit in auth.droits else AnonymousUser()
    return request.user


def require_reader(request: HttpRequest, droit: Jeton.Droit, permission: str) -> Any:
    """The same, where nothing is public: 401 without a key, 403 when the key or its person may not."""
    reader = get_reader(request, droit)
    if reader.is_authenticated:
        if reader.has_perm(permission):
            return reader
        raise HttpError(403, "Aucun de vos mandats en cours n’ouvre cette lecture.")
    if isinstance(getattr(request, "auth", None), Jeton):
        raise HttpError(
            403, f"Cette clé ne lit pas {droit.label} : créez-en une qui le coche, dans « Mon compte »."
        )
    raise AuthenticationError


def is_nobody(request: HttpRequest) -> bool:
    """Whether nothing in a request tells who reads."""
    return "Authorization" not in request.headers and not request.user.is_authenticated


@dataclass(frozen=True)
class QuotaEntame:
    """What is left of a quota: how many, of how many, for how many seconds, in a window of so many."""

    nom: str
    reste: int
    maximum: int
    encore_s: int
    fenetre_s: int


class Limite(BaseThrottle):
    """So many requests a minute of the clock, from one address or with one key; with a key, so many a day."""

    PUBLIQUE = int(QUOTAS["public"]["minute"])
    AVEC_CLE = int(QUOTAS["cle"]["minute"])
    PAR_JOUR = int(QUOTAS["cle"]["jour"])

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this request is still within each limit; what is left of them stays with the request."""
        auth = getattr(request, "auth", None)
        if isinstance(auth, Jeton):
            counted = [
                _make("minute", self.AVEC_CLE, debit.count(f"api:cle:{auth.pk}")),
                _make("jour", self.PAR_JOUR, debit.count_today(f"api:cle:{auth.pk}")),
            ]
        else:
            counted = [_make("minute", self.PUBLIQUE, debit.count_address(request, "api"))]
        request.quotas = counted  # type: ignore[attr-defined]
        return all(one.reste >= 0 for one in counted)


def _make(name: str, most: int, done: int) -> QuotaEntame:
    minute = name == "minute"
    left_s = debit.wait_s() if minute else debit.wait_tomorrow_s()
    return QuotaEntame(name, most - done, most, left_s, 60 if minute else 86_400)


def find_spent(request: HttpRequest) -> QuotaEntame | None:
    """The quota that is spent for the longest time; None while none is."""
    spent = [one for one in getattr(request, "quotas", []) if one.reste < 0]
    return max(spent, key=lambda one: one.encore_s, default=None)


def tell_quotas(request: HttpRequest) -> dict[str, str]:
    """The fields of the IETF's draft httpapi-ratelimit-headers; none when nothing was counted."""
    held: list[QuotaEntame] = getattr(request, "quotas", [])
    if not held:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{one.nom}";q={one.maximum};w={one.fenetre_s}' for one in held),
        "RateLimit": ", ".join(f'"{one.nom}";r={max(0, one.reste)};t={one.encore_s}' for one in held),
    }
