"""A provider made for the tests, in this process: it tells the truth, or lies as it is asked to."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

EMETTEUR = "https://proconnect.invalid/api/v2"
CLIENT = "maillage-essai"
CLE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUTRE_CLE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIQUE = CLE.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)


def sign(claims: dict[str, Any], cle: Any = CLE, **entete: str) -> str:
    return jwt.encode(claims, cle, "RS256", headers={"kid": "une", **entete})


def sign_with_nothing(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "", "none", headers={"kid": "une"})


def sign_with_public_key(claims: dict[str, Any]) -> str:
    """HS256 with the public key for secret: made by hand, the library refuses to."""
    parts = [{"alg": "HS256", "kid": "une", "typ": "JWT"}, claims]
    text = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(text, PUBLIQUE)
    return (text + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


@dataclass
class Fournisseur:
    """What it says: claims of the log-in and of the person, changed at will; a code serves once."""

    personne: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "sujet-1", "given_name": "Compte", "usual_name": "d’essai", "uid": "1",
            "email": "Agent@Example.org", "siret": "90001000100011",
        }
    )  # fmt: skip
    jeton: dict[str, Any] = field(default_factory=dict)
    infos: dict[str, Any] = field(default_factory=dict)
    signe_jeton: Any = field(default=sign)
    signe_infos: Any = field(default=sign)
    nature_infos: str = "application/jwt"
    emetteur_dit: str = EMETTEUR
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    donnes: int = 0

    def authorize(self, address: str) -> tuple[str, str]:
        """The browser arrives: what it asks is checked as the documentation says; a code and its state."""
        assert address.startswith(f"{EMETTEUR}/authorize?")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert set(asked) == {
            "response_type", "scope", "client_id", "redirect_uri", "state", "nonce", "claims"
        }  # fmt: skip
        assert min(len(asked["state"]), len(asked["nonce"])) >= 32
        assert set(asked["scope"].split()) == {
            "openid", "given_name", "usual_name", "email", "uid", "siret"
        }  # fmt: skip
        assert "eidas1" in json.loads(asked["claims"])["id_token"]["acr"]["values"]
        self.donnes += 1
        code = f"code-{self.donnes}"
        self.codes[code] = asked
        return code, asked["state"]

    def get(self, url: str, headers: dict[str, str] | None = None, **_: Any) -> requests.Response:
        if url.endswith("/.well-known/openid-configuration"):
            names = ("authorization", "token", "userinfo", "end_session")
            found = {f"{name}_endpoint": f"{EMETTEUR}/{name.replace('ization', 'ize')}" for name in names}
            return answer(200, {**found, "issuer": self.emetteur_dit, "jwks_uri": f"{EMETTEUR}/jwks"})
        if url.endswith("/jwks"):
            jwk = jwt.algorithms.RSAAlgorithm.to_jwk(CLE.public_key(), as_dict=True)
            return answer(200, {"keys": [{**jwk, "kid": "une", "use": "sig"}]})
        assert url.endswith("/userinfo")
        assert headers == {"Authorization": "Bearer acces"}
        said = {**self.personne, **self._base(), **self.infos}
        text = json.dumps(said) if "json" in self.nature_infos else self.signe_infos(said)
        return answer(200, text, self.nature_infos)

    def post(self, url: str, data: dict[str, str], **_: Any) -> requests.Response:
        assert url.endswith("/token")
        asked = self.codes.pop(data["code"], None)
        if (
            asked is None
            or asked["redirect_uri"] != data["redirect_uri"]
            or data["client_secret"] != "secret"
        ):
            return answer(400, {"error": "invalid_grant"})
        said = {"sub": self.personne["sub"], "acr": "eidas1", "amr": ["pwd", "mfa"], "nonce": asked["nonce"]}
        jeton = self.signe_jeton({**said, **self._base(), **self.jeton})
        return answer(200, {"access_token": "acces", "token_type": "Bearer", "id_token": jeton})

    def _base(self) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": EMETTEUR, "aud": CLIENT, "iat": now, "exp": now + 60}


def answer(status: int, said: Any, nature: str = "application/json") -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = (said if isinstance(said, str) else json.dumps(said)).encode()
    made.headers["content-type"] = nature
    made.url = EMETTEUR
    return made
