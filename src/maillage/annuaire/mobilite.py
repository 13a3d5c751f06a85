"""Help to move: who lends, drives, pays, repairs or teaches, and for which basin.

A basin is what the plans of the programme say of it (COM, PAMS): a name and arrondissements. Where no plan
says any, each arrondissement stands for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from maillage.annuaire.fiche import Prestation
from maillage.catalogue.aides_mobilite import list_kinds
from maillage.francais import de

PLANS: Final = ("com", "pams")
"""The kinds of plans that draw basins of mobility (``demarches.toml``)."""


@dataclass(frozen=True, slots=True)
class GenreAide:
    """A kind of help: its key, its name in words, the thématiques of data·inclusion that are it."""

    cle: str
    nom: str
    thematiques: frozenset[str]


@dataclass(frozen=True, slots=True)
class BassinMobilite:
    """A basin: ``arrondissements`` are codes; ``plans``: names of the plans that draw it, none when an
    arrondissement stands for it.
    """

    nom: str
    arrondissements: frozenset[str]
    plans: tuple[str, ...] = ()


def read_genres() -> tuple[GenreAide, ...]:
    """The kinds of help of the catalogue, in reading order."""
    return tuple(GenreAide(*one) for one in list_kinds())


def list_genres(prestation: Prestation | None, genres: Iterable[GenreAide]) -> tuple[GenreAide, ...]:
    """The kinds of help that a prestation gives, in the order of the catalogue.

    >>> from datetime import date
    >>> lend = GenreAide("preter", "Prêter", frozenset({"mobilite--acceder-a-un-vehicule"}))
    >>> teach = GenreAide("apprendre", "Apprendre", frozenset({"mobilite--preparer-un-permis"}))
    >>> one = Prestation(source="x", id="p", nom="Garage", date_maj=date(2026, 1, 1), structure_id="s",
    ...     thematiques=("mobilite--acceder-a-un-vehicule",))
    >>> [genre.cle for genre in list_genres(one, (teach, lend))], list_genres(None, (lend,))
    (['preter'], ())
    """
    held = frozenset(prestation.thematiques or ()) if prestation else frozenset()
    return tuple(one for one in genres if not held.isdisjoint(one.thematiques))


def draw_basins(
    plans: Iterable[tuple[str, str, Iterable[str]]], arrondissements: Mapping[str, str]
) -> tuple[BassinMobilite, ...]:
    """The basins that plans draw: (kind, name, codes of arrondissements); else the arrondissements (code →
    name) themselves, by name.

    A plan without arrondissements, or of all of them, draws nothing. Two plans of the same arrondissements
    draw one basin, named after the first.

    >>> names = {"591": "Avesnes", "592": "Cambrai"}
    >>> [one.nom for one in draw_basins([("com", "COM (4 bassins)", ())], names)]
    ['Arrondissement d’Avesnes', 'Arrondissement de Cambrai']
    >>> drawn = draw_basins([("com", "COM Hainaut", ["591"]), ("pams", "PAMS Hainaut", ["591"])], names)
    >>> [(one.nom, one.plans) for one in drawn]
    [('COM Hainaut', ('COM Hainaut', 'PAMS Hainaut'))]
    """
    drawn: dict[frozenset[str], list[str]] = {}
    for kind, name, codes in plans:
        held = frozenset(codes)
        if kind in PLANS and held and (held < frozenset(arrondissements) or len(arrondissements) == 1):
            drawn.setdefault(held, []).append(name)
    if drawn:
        return tuple(BassinMobilite(names[0], held, tuple(names)) for held, names in drawn.items())
    return tuple(
        BassinMobilite(f"Arrondissement {de(name)}", frozenset({code}))
        for code, name in sorted(arrondissements.items(), key=lambda pair: pair[1])
    )


def serves(zone: Iterable[str] | None, codes: frozenset[str]) -> bool | None:
    """Whether a zone of eligibility names one of some codes (communes, EPCI, département, « france »); null
    when no zone is said.

    >>> here = frozenset({"59", "59001"})
    >>> serves(("59",), here), serves(("62",), here), serves(None, here)
    (True, False, None)
    """
    return None if not zone else not codes.isdisjoint(zone)
