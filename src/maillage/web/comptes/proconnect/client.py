"""Talking to ProConnect: its addresses, the request, the exchange, every signature and claim checked.

``mozilla-django-oidc`` makes the request, exchanges the code and finds the key. It is not among the ways to
authenticate of the install: nothing but the page of return calls it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import import_from_settings
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from maillage.catalogue.proconnect import AccesProConnect, is_https, read_proconnect
from maillage.web.comptes.proconnect.identite import IdentiteProuvee, read_identity
from maillage.web.comptes.proconnect.refus import RefusProConnect

ADRESSES = (
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
)
UNE_HEURE = 3600


def discover() -> dict[str, str]:
    """The addresses of ProConnect, as its issuer tells them; asked once an hour.

    Raises:
        RefusProConnect: it does not answer, or speaks for another issuer.
    """
    acces: AccesProConnect = settings.MAILLAGE_PROCONNECT
    known: dict[str, str] | None = cache.get(f"proconnect:{acces.emetteur}")
    if known is None:
        said = _fetch_json(acces.decouverte)
        if said.get("issuer") != acces.emetteur:
            raise RefusProConnect("emetteur")
        known = {name: said[name] for name in ADRESSES if is_https(said.get(name))}
        if len(known) < len(ADRESSES):
            raise RefusProConnect("panne")
        cache.set(f"proconnect:{acces.emetteur}", known, UNE_HEURE)
    return known


def _fetch_json(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=read_proconnect("patience"))
        answer.raise_for_status()
        said = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise RefusProConnect("panne") from error
    if not isinstance(said, dict):
        raise RefusProConnect("panne")
    return said


def read_setting(name: str, *default: Any) -> Any:
    """A setting of ``mozilla-django-oidc``: ours come from the install's variables and from discovery."""
    acces: AccesProConnect = settings.MAILLAGE_PROCONNECT
    said = discover()
    ours = {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": said["authorization_endpoint"],
        "OIDC_OP_TOKEN_ENDPOINT": said["token_endpoint"],
        "OIDC_OP_USER_ENDPOINT": said["userinfo_endpoint"],
        "OIDC_OP_JWKS_ENDPOINT": said["jwks_uri"],
        "OIDC_RP_CLIENT_ID": acces.client,
        "OIDC_RP_CLIENT_SECRET": acces.secret,
        "OIDC_RP_SIGN_ALGO": acces.algorithme,
        "OIDC_RP_SCOPES": " ".join(read_proconnect("portees")),
        "OIDC_STATE_SIZE": read_proconnect("longueur"),
        "OIDC_NONCE_SIZE": read_proconnect("longueur"),
        "OIDC_AUTHENTICATION_CALLBACK_URL": "comptes:proconnect-retour",
        "OIDC_TIMEOUT": read_proconnect("patience"),
    }
    return ours[name] if name in ours else import_from_settings(name, *default)


class DepartProConnect(OIDCAuthenticationRequestView):
    """The request: a state and a nonce kept in the session, the level and the methods asked as claims."""

    get_settings = staticmethod(read_setting)

    def get_extra_params(self, request: HttpRequest) -> dict[str, str]:
        """ProConnect takes no parameter but those it lists: levels go through ``claims``."""
        asked = {
            "acr": {"essential": True, "values": read_proconnect("niveaux")},
            "amr": {"essential": True},
        }
        return {"claims": json.dumps({"id_token": asked}, separators=(",", ":"))}


class ClientProConnect(OIDCAuthenticationBackend):
    """The exchange of a code for an identity, each answer checked."""

    get_settings = staticmethod(read_setting)

    def prove(self, code: str, retour: str, nonce: str) -> tuple[str, IdentiteProuvee]:
        """The id_token, kept for the log-out, and who logged in.

        Raises:
            RefusProConnect: something is not as it must be; nothing is written.
        """
        answer = self._exchange(code, retour)
        jeton, acces = answer.get("id_token"), answer.get("access_token")
        if not isinstance(jeton, str) or not isinstance(acces, str):
            raise RefusProConnect("panne")
        claims = self._check(jeton)
        if not secrets.compare_digest(str(claims.get("nonce")).encode(), nonce.encode()):
            raise RefusProConnect("nonce")
        return jeton, read_identity(claims, self._read_person(acces))

    def _exchange(self, code: str, retour: str) -> dict[str, Any]:
        asked = {
            "client_id": self.OIDC_RP_CLIENT_ID,
            "client_secret": self.OIDC_RP_CLIENT_SECRET,
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": retour,
        }
        try:
            answer = self.get_token(asked)
        except requests.HTTPError as error:
            status = getattr(error.response, "status_code", 500)
            raise RefusProConnect("code" if status < 500 else "panne") from error
        except (requests.RequestException, ValueError) as error:
            raise RefusProConnect("panne") from error
        if not isinstance(answer, dict):
            raise RefusProConnect("panne")
        return answer

    def _read_person(self, acces: str) -> dict[str, Any]:
        try:
            answer = requests.get(
                self.OIDC_OP_USER_ENDPOINT,
                headers={"Authorization": f"Bearer {acces}"},
                timeout=self.get_settings("OIDC_TIMEOUT"),
            )
            answer.raise_for_status()
        except requests.RequestException as error:
            raise RefusProConnect("panne") from error
        if not answer.headers.get("content-type", "").lower().startswith("application/jwt"):
            raise RefusProConnect("informations")
        return self._check(answer.text.strip())

    def _check(self, token: str) -> dict[str, Any]:
        """The claims of a token: signed by one of the issuer's keys, by it, for us, not over."""
        claims = _as_refusal(lambda: self._decode(token))
        told = claims["aud"]
        if told not in (self.OIDC_RP_CLIENT_ID, [self.OIDC_RP_CLIENT_ID]):
            raise RefusProConnect("destinataire")
        return claims

    def _decode(self, token: str) -> dict[str, Any]:
        return jwt.decode(
            token,
            self.retrieve_matching_jwk(token),
            algorithms=[self.OIDC_RP_SIGN_ALGO],
            audience=self.OIDC_RP_CLIENT_ID,
            issuer=settings.MAILLAGE_PROCONNECT.emetteur,
            leeway=read_proconnect("ecart_horloges"),
            options={"require": ["iss", "aud", "sub", "exp", "iat"]},
        )


def _as_refusal(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except jwt.ExpiredSignatureError as error:
        raise RefusProConnect("perime") from error
    except jwt.InvalidAudienceError as error:
        raise RefusProConnect("destinataire") from error
    except jwt.InvalidIssuerError as error:
        raise RefusProConnect("emetteur") from error
    except requests.RequestException as error:
        raise RefusProConnect("panne") from error
    except (jwt.PyJWTError, SuspiciousOperation, KeyError, TypeError, ValueError) as error:
        raise RefusProConnect("signature") from error
