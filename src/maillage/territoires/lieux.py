"""The territories, by their official codes. Thin: figures live in the atlas, keyed by (niveau, code)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Departement:
    """``code``: "59", "2A", "971"."""

    code: str
    nom: str


@dataclass(frozen=True)
class Arrondissement:
    """Made of whole communes of one département; ``code`` has its département first ("592")."""

    code: str
    nom: str
    departement: str


@dataclass(frozen=True)
class Epci:
    """An intercommunalité, by its SIREN. It may cross the border of the département."""

    code: str
    nom: str


@dataclass(frozen=True)
class Canton:
    """``code`` as INSEE prints it ("5909"); a commune cut by cantons is given a pseudo-canton."""

    code: str
    nom: str | None


@dataclass(frozen=True)
class BassinDeVie:
    """Made of whole communes, across any border. ``zonage`` is its vintage: that of 2012 has other bassins.

    ``partiel``: true when part of it is outside the département, null when the data do not say.
    """

    code: str
    nom: str
    zonage: str
    partiel: bool | None


@dataclass(frozen=True)
class Commune:
    """``code_insee`` is the key, always, of the geography of year ``millesime``."""

    code_insee: str
    nom: str
    millesime: int
    arrondissement: str | None = None
    epci: str | None = None
    canton: str | None = None
    bassin_vie: str | None = None


@dataclass(frozen=True)
class Qpv:
    """A priority neighbourhood, drawn by decree: a polygon that follows no other mesh."""

    code: str
    nom: str
    millesime: int


@dataclass(frozen=True)
class ZoneLibre:
    """A zone the département draws or lists (bassin minier, secteur rural), and where it comes from."""

    code: str
    nom: str
    source: str
