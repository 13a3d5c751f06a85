"""What is shared between organisations, a place or a tool: the inventory and the plan of the law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation, NatureMutualisation

FILE = "mutualisation.toml"


@dataclass(frozen=True, slots=True)
class TypeMutualisation:
    """A kind of sharing; ``lieux``: types of service of the atlas that are such a place by nature."""

    cle: str
    nom: str
    nature: NatureMutualisation
    lieux: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutualisation:
    """A place or a tool that several organisations share, there already or planned.

    ``etat``, ``partenaires`` (organisations) and ``services`` (what is offered there, in words) are ``None``
    while nobody has said. ``site``: id of an implantation of the atlas, ``site_nom`` its name the day it was
    tied. ``arrondissements``: codes, none for the whole département. ``echeance``: the year it is due.
    ``cout_eur`` and ``gain_eur``: euros a year, all partners together. ``origine``: why it was thought of.
    """

    cle: str
    libelle: str
    type: str
    etat: EtatMutualisation | None = None
    partenaires: tuple[str, ...] | None = None
    services: tuple[str, ...] | None = None
    site: str | None = None
    site_nom: str | None = None
    arrondissements: tuple[str, ...] = ()
    echeance: int | None = None
    cout_eur: float | None = None
    gain_eur: float | None = None
    gain: str | None = None
    convention: str | None = None
    convention_debut: date | None = None
    convention_fin: date | None = None
    origine: str | None = None
    source: str | None = None


@cache
def load_types() -> dict[str, TypeMutualisation]:
    """The kinds of sharing of the catalogue, by key.

    >>> load_types()["ingenierie"].nature
    <NatureMutualisation.OUTIL: 'outil'>
    """
    rows = read_toml(FILE)["types"]
    return {
        row["cle"]: TypeMutualisation(
            row["cle"], row["nom"], NatureMutualisation(row["nature"]), tuple(row["lieux"])
        )
        for row in rows
    }


def find_contradictory_dates(partage: Mutualisation) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) of an agreement that ends before it begins; an unknown date contradicts nothing.

    >>> one = Mutualisation(cle="a", libelle="A", type="permanence", convention_debut=date(2026, 9, 1),
    ...               convention_fin=date(2026, 8, 31))
    >>> list(find_contradictory_dates(one))
    [('convention_fin', 'la convention finit le 31/08/2026, avant son début (01/09/2026)')]
    """
    first, last = partage.convention_debut, partage.convention_fin
    if first and last and last < first:
        yield "convention_fin", f"la convention finit le {last:%d/%m/%Y}, avant son début ({first:%d/%m/%Y})"
