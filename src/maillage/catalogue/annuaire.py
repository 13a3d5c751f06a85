"""Formats of the directory, what each leaves unsure, and what a network offers by its nature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.lecture import read_toml


@dataclass(frozen=True)
class FormatAnnuaire:
    """A format of the directory. ``eprouve``: its reader has met a real file.

    ``licence``: null when the records have their own. ``incertain``: what it leaves unsure of each record.
    """

    id: str
    nom: str
    producteur: str
    licence: str | None
    page: str | None
    documentation: str
    eprouve: bool
    incertain: tuple[str, ...]


@dataclass(frozen=True)
class OffreReseau:
    """What the places of a network offer by its nature, in the words of data·inclusion v1.

    ``pivots``: its types of counter in the directory of the administration. ``fonctions``, ``themes``: see
    ``Complement``.
    """

    id: str
    formats: tuple[str, ...]
    pivots: tuple[str, ...]
    reseau: str | None
    nom: str
    type: str
    description: str | None
    thematiques: tuple[str, ...]
    publics: tuple[str, ...]
    frais: str | None
    fonctions: tuple[str, ...]
    themes: tuple[str, ...]
    date: str
    source: str
    lien: str | None
    confirme: bool


@cache
def list_formats() -> dict[str, FormatAnnuaire]:
    """Every format by id.

    >>> [one.id for one in list_formats().values() if one.eprouve]
    ['france_services', 'france_travail', 'conseillers_numeriques']
    """
    return {
        entry["id"]: FormatAnnuaire(**{name: clean(value) for name, value in entry.items()})
        for entry in read_toml("annuaire.toml")["format"]
    }


@cache
def list_offres() -> dict[str, OffreReseau]:
    """Every network's offer by id.

    >>> list_offres()["france_services"].fonctions
    ('premier_niveau',)
    """
    return {
        entry["id"]: OffreReseau(**{name: clean(value) for name, value in entry.items()})
        for entry in read_toml("annuaire.toml")["offre"]
    }


def find_offre(pivot: str) -> OffreReseau | None:
    """The offer of a type of counter of the directory of the administration, null when none is known.

    >>> find_offre("msap").id, find_offre("crib")
    ('france_services', None)
    """
    return next((one for one in list_offres().values() if pivot in one.pivots), None)


def find_themes(thematiques: Iterable[str]) -> tuple[str, ...]:
    """The themes of a schéma that thématiques of data·inclusion are of, sorted; none for those of no theme.

    >>> find_themes(["numerique--acquerir-un-equipement", "famille--soutien-aidants"])
    ('autonomie', 'droits', 'numerique')
    >>> find_themes(["logement-hebergement--acheter-un-logement"])
    ()
    """
    known = read_toml("annuaire.toml")["themes"]
    found = (
        known["par_thematique"].get(one) or known["par_categorie"].get(one.split("--")[0], ())
        for one in thematiques
    )
    return tuple(sorted({theme for themes in found for theme in themes}))


def clean(value: Any) -> Any:
    """A value of the file: a list as a tuple, nothing as null."""
    return tuple(value) if isinstance(value, list) else None if value == "" else value
