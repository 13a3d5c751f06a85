"""An address that may be called: its words, and where it leads, which must be a public machine.

It is looked up anew at each sending, and the connection goes to the very address that was looked at: a name
that leads elsewhere a moment later (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

LONGUEUR: Final = 500
NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address


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

    >>> [is_allowed(one) for one in ("8.8.8.8", "2001:4860:4860::8888")]
    [True, True]
    >>> wrong = ("127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1",
    ...          "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1")
    >>> any(is_allowed(one) for one in wrong)
    False
    """
    ip = _unwrap(ipaddress.ip_address(machine))
    if settings.MAILLAGE_WEBHOOKS_LOCAUX and ip.is_loopback:
        return True
    apart = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast
    return ip.is_global and not (apart or ip.is_reserved or ip.is_unspecified)


def _unwrap(ip: Ip) -> Ip:
    """The IPv4 address that an IPv6 one stands for, if any."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo[1] if ip.teredo else None
    return ip.ipv4_mapped or ip.sixtofour or teredo or ip
