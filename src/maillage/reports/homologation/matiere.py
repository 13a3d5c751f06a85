"""What the file of an accreditation is made of, as values: nothing here reads a base nor a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FluxReseau:
    """One exchange over the network; ``ouvert``: whether the settings of this install let it happen.

    ``modules``: the files of the code that make it, where one of ours does.
    """

    nom: str
    de: str
    vers: str
    moyen: str
    donnees: str
    ouvert: bool
    modules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleDecrit:
    """What a role may do: how many addresses it opens and writes to, and how many people hold it today."""

    nom: str
    lus: int
    ecrits: int
    personnes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitementDecrit:
    """One line of the register of personal data."""

    nom: str
    champs: tuple[str, ...]
    finalite: str
    lecteurs: str
    duree: str
    regle: str


@dataclass(frozen=True, slots=True)
class MesureDecrite:
    """A threat, what the code does of it, the tests that hold it."""

    menace: str
    mesure: str
    preuves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChapitreSecurite:
    """The measures of one subject."""

    titre: str
    mesures: tuple[MesureDecrite, ...]


@dataclass(frozen=True, slots=True)
class ResteSecurite:
    """What is not covered, under one heading."""

    titre: str
    points: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatiereHomologation:
    """All that is known of an install; ``systeme``: (label, value)."""

    nom: str
    organisme: str
    version: str
    systeme: tuple[tuple[str, str], ...]
    traitements: tuple[TraitementDecrit, ...]
    flux: tuple[FluxReseau, ...]
    roles: tuple[RoleDecrit, ...]
    chapitres: tuple[ChapitreSecurite, ...]
    restes: tuple[ResteSecurite, ...]
