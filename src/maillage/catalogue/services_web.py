"""Public web services an install may use: address search, background map. None is called unless named."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class ServiceAdresses:
    """A search for addresses that answers as the Base Adresse Nationale does (GeoJSON)."""

    nom: str
    url: str


@dataclass(frozen=True)
class FondDePlan:
    """A background map in 256-pixel web-mercator tiles; ``url`` holds ``{z}``, ``{x}`` and ``{y}``."""

    nom: str
    url: str
    attribution: str
    zoom_max: int

    @property
    def origine(self) -> str:
        """Scheme and host: what the pages must be allowed to call."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def find_adresses(choix: str) -> ServiceAdresses | None:
    """The service of this name, or at this address; None when nothing is asked.

    Raises:
        ValueError: neither a known name nor an address.

    >>> find_adresses("geoplateforme").url
    'https://data.geopf.fr/geocodage/search'
    >>> find_adresses("") is None
    True
    """
    if not choix:
        return None
    known = read_toml("services_web.toml")["adresses"].get(choix)
    if known:
        return ServiceAdresses(known["nom"], known["url"])
    return ServiceAdresses(urlsplit(_address(choix)).hostname or choix, choix)


def find_fond(choix: str, attribution: str = "") -> FondDePlan | None:
    """The background of this name, or at this address; None when nothing is asked.

    Raises:
        ValueError: neither a known name nor an address with ``{z}``, ``{x}`` and ``{y}``.

    >>> find_fond("plan_ign").origine
    'https://data.geopf.fr'
    >>> find_fond("https://tuiles.example.org/{z}/{x}.png")
    Traceback (most recent call last):
    ValueError: l'adresse doit contenir {z}, {x} et {y}
    """
    if not choix:
        return None
    known = read_toml("services_web.toml")["fonds"].get(choix)
    if known:
        return FondDePlan(known["nom"], known["url"], known["attribution"], known["zoom_max"])
    if not all(part in _address(choix) for part in ("{z}", "{x}", "{y}")):
        raise ValueError("l'adresse doit contenir {z}, {x} et {y}")
    host = urlsplit(choix).hostname or choix
    return FondDePlan(host, choix, attribution or host, 18)


def _address(choix: str) -> str:
    if urlsplit(choix).scheme not in {"http", "https"}:
        raise ValueError(f"« {choix} » n'est ni un service connu du catalogue, ni une adresse http(s)")
    return choix
