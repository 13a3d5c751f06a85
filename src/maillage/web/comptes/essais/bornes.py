"""What an attempt is counted under, and whether a bound is reached."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.utils import timezone
from django.utils.crypto import salted_hmac

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.models import Essai

IPV6_OF_ONE_READER = 64


@dataclass(frozen=True)
class Borne:
    """What is counted (``quoi``: compte or adresse), its keyed hash, and how many attempts it allows."""

    quoi: str
    cle: str
    limite: int


def list_bornes(identifiant: str, adresse: str | None, acte: str = "") -> tuple[Borne, Borne]:
    """The two bounds on an attempt: the account this text names, known or not, and where it comes from.

    ``acte`` sets apart what is not a log-in: asking for a link neither uses nor blocks attempts to log in.
    """
    compte = _hash(f"{acte}compte:{normalize_address(identifiant)}")
    reseau = _hash(f"{acte}adresse:{read_network(adresse)}")
    return (
        Borne("compte", compte, read_constant("essais_par_compte")),
        Borne("adresse", reseau, read_constant("essais_par_adresse")),
    )


def make_borne(acte: str, adresse: str | None, limite: int) -> Borne:
    """A bound on what one network address does without an account, apart from attempts to log in."""
    return Borne("adresse", _hash(f"{acte}adresse:{read_network(adresse)}"), limite)


def read_network(adresse: str | None) -> str:
    """What one reader holds of the network: an IPv4 address, or 64 bits of an IPv6 one.

    >>> read_network("2001:db8:1:2:3::4"), read_network("::ffff:192.0.2.7"), read_network(None)
    ('2001:db8:1:2::/64', '192.0.2.7', '')
    """
    try:
        found = ip_address(adresse or "")
    except ValueError:
        return adresse or ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((found, IPV6_OF_ONE_READER), strict=False))


def find_refusal(bornes: Iterable[Borne]) -> tuple[Borne, int] | None:
    """The bound reached, and the minutes left to wait; None while another attempt is allowed."""
    now = timezone.now()
    end = now + timedelta(seconds=read_constant("attente_essais"))  # past it, the clock went back: it is over
    for borne in bornes:
        rows = Essai.objects.filter(cle=borne.cle, expire_le__gt=now, expire_le__lte=end)
        row = rows.filter(nombre__gte=borne.limite).first()
        if row is not None:
            return borne, max(1, math.ceil((row.expire_le - now).total_seconds() / 60))
    return None


def _hash(text: str) -> str:
    return salted_hmac("maillage.essais", text, algorithm="sha256").hexdigest()
