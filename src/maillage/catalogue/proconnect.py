"""ProConnect, the log-in of French public agents: how an install reaches it, and what it takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from maillage.catalogue.lecture import read_toml

ALGORITHMES = ("RS256", "ES256")


@dataclass(frozen=True)
class AccesProConnect:
    """An install's way to ProConnect; ``emetteur`` is the issuer's address, letter for letter."""

    emetteur: str
    client: str
    secret: str = field(repr=False)
    algorithme: str = ALGORITHMES[0]

    @property
    def decouverte(self) -> str:
        """Where the issuer tells its other addresses."""
        return f"{self.emetteur}/.well-known/openid-configuration"


def find_proconnect(emetteur: str, client: str, secret: str, algorithme: str = "") -> AccesProConnect | None:
    """The way to ProConnect; None when nothing is given.

    Raises:
        ValueError: only a part is given, the address is no ``https`` one, or the algorithm is not admitted.

    >>> find_proconnect("", "", "") is None
    True
    >>> find_proconnect("https://exemple.fr/api/v2", "client", "secret").decouverte
    'https://exemple.fr/api/v2/.well-known/openid-configuration'
    >>> find_proconnect("https://exemple.fr/api/v2", "client", "")
    Traceback (most recent call last):
    ValueError: il faut à la fois l'adresse, le client et le secret
    """
    if not (emetteur or client or secret):
        return None
    if not (emetteur and client and secret):
        raise ValueError("il faut à la fois l'adresse, le client et le secret")
    if not is_https(emetteur) or emetteur.endswith("/") or "?" in emetteur or "#" in emetteur:
        raise ValueError(f"l'adresse doit être en https, sans « / » à la fin, et non « {emetteur} »")
    if (algorithme or ALGORITHMES[0]) not in ALGORITHMES:
        raise ValueError(f"l'algorithme doit être {' ou '.join(ALGORITHMES)}, et non « {algorithme} »")
    return AccesProConnect(emetteur, client, secret, algorithme or ALGORITHMES[0])


def is_https(address: object) -> bool:
    """Whether it is an address that only its holder answers."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname)


def read_proconnect(name: str) -> Any:
    """A value of the catalogue, by its name.

    >>> len(read_proconnect("portees")), read_proconnect("longueur") >= 32
    (6, True)
    """
    return read_toml("proconnect.toml")[name]["valeur"]
