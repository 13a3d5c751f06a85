"""An address that may be called: its words, and where it leads, which must be a public machine.

It is looked up anew at each sending, and the connection goes to the very address that was looked at: a name
that leads elsewhere a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from maillage.catalogue.lecture import read_toml

LONGUEUR: Final = 500
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
UNIVERSELLES: Final = ipaddress.ip_network("2000::/3")
"""The one part of IPv6 that is given out to machines of the Internet (RFC 4291, 2.4)."""
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Reseau = ipaddress.IPv4Network | ipaddress.IPv6Network


class AdresseRefusee(Exception):
    """Why an address is not called, for who wrote it down."""


@dataclass(frozen=True)
class AdresseVerifiee:
    """Where a message goes: the name asked for, the machine that answers to it, what is asked there."""

    hote: str
    ip: str
    port: int
    chemin: str
    chiffree: bool


def check(adresse: str) -> AdresseVerifiee:
    """The address, looked up now.

    Raises:
        AdresseRefusee: it is not well written, leads nowhere, or to a machine that is not public.
    """
    hote, port, chemin, chiffree = _read(adresse)
    try:
        found = socket.getaddrinfo(hote, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AdresseRefusee(f"Aucune machine ne répond au nom « {hote} » : vérifiez-le.") from error
    machines = [str(one[4][0]) for one in found]
    if wrong := next((one for one in machines if not is_allowed(one)), None):
        raise AdresseRefusee(
            f"« {hote} » mène à {wrong}, qui n’est pas une machine publique : Maillage n’appelle ni "
            "lui-même ni son réseau. Donnez une adresse ouverte sur Internet."
        )
    return AdresseVerifiee(hote, machines[0], port, chemin, chiffree)


def _read(adresse: str) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(adresse)
        hote, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise AdresseRefusee("Cette adresse est mal écrite : https://nom.fr/chemin.") from error
    chiffree = parts.scheme == "https"
    if not chiffree and not (settings.MAILLAGE_WEBHOOKS_LOCAUX and parts.scheme == "http"):
        raise AdresseRefusee("L’adresse commence par https:// : ce qui part doit être chiffré.")
    if not hote or parts.username is not None or parts.password is not None:
        raise AdresseRefusee(
            "L’adresse nomme une machine, sans compte ni mot de passe : la signature suffit."
        )
    if not (adresse.isascii() and adresse.isprintable()) or " " in adresse or len(adresse) > LONGUEUR:
        raise AdresseRefusee(f"L’adresse s’écrit en {LONGUEUR} caractères au plus, sans accent ni espace.")
    chemin = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return hote, port or (443 if chiffree else 80), chemin, chiffree


def is_allowed(machine: str) -> bool:
    """Whether a machine is public, or this very one where the install says so.

    What Python itself calls global changes with its version: the blocks refused are those of our own list.

    >>> [is_allowed(one) for one in ("8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808")]
    [True, True, True, True]
    >>> wrong = ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
    ...          "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1",
    ...          "fec0::1", "192.0.0.8")
    >>> any(is_allowed(one) for one in wrong)
    False
    """
    ip = _unwrap(ipaddress.ip_address(machine))
    if settings.MAILLAGE_WEBHOOKS_LOCAUX and ip.is_loopback:
        return True
    if ip.version == 6 and ip not in UNIVERSELLES:
        return False
    return not any(ip in block for block in list_apart() if block.version == ip.version)


@cache
def list_apart() -> tuple[Reseau, ...]:
    """The blocks where no public machine is, dated and sourced in the catalogue."""
    told = read_toml("flux.toml")["machines"]
    return tuple(ipaddress.ip_network(one) for name in ("ipv4", "ipv6") for one in told[name])


def _unwrap(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 one is written for, if any: mapped, or by the translator of a network."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip
