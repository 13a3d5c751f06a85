"""What a file changes in a directory: new records, changed ones field by field, unchanged, vanished ones.

A record that its source no longer gives is told vanished, to be marked, never deleted. Nothing vanishes of a
file that has faults or is a part of a list: what is not there may be among what was refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.ouverture import find_departement

CleFiche = tuple[str, str]
"""(``structure`` or ``prestation``, id)."""


@dataclass(frozen=True, slots=True)
class ChampChange:
    """A field of a record before and after, in JSON; those of the complement are named ``complement.…``."""

    champ: str
    avant: Any
    apres: Any


@dataclass(frozen=True, slots=True)
class FusionAnnuaire:
    """What importing changes, each by (kind, id), sorted; ``reparues``: given again by their source."""

    nouvelles: tuple[CleFiche, ...]
    changees: Mapping[CleFiche, tuple[ChampChange, ...]]
    identiques: tuple[CleFiche, ...]
    disparues: tuple[CleFiche, ...]
    reparues: tuple[CleFiche, ...] = ()

    @property
    def rien(self) -> bool:
        """Whether importing changes nothing."""
        return not (self.nouvelles or self.changees or self.disparues or self.reparues)

    @property
    def comptes(self) -> dict[str, int]:
        """How many of each."""
        names = ("nouvelles", "changees", "reparues", "disparues", "identiques")
        return {name: len(getattr(self, name)) for name in names}


def compare(
    tenu: Annuaire,
    donne: Annuaire,
    *,
    entier: bool = True,
    absentes: Collection[CleFiche] = (),
    departement: str | None = None,
) -> FusionAnnuaire:
    """What a file (``donne``) changes in what is held; ``entier``: it holds all that its sources give.

    ``absentes``: what is held and already marked vanished. ``departement``: the only one that the file is of;
    records of another don't vanish.

    >>> from datetime import date; from dataclasses import replace
    >>> ccas = Structure(source="x", id="x--1", nom="CCAS", date_maj=date(2026, 1, 1))
    >>> other = Structure(source="y", id="y--1", nom="MDS", date_maj=date(2026, 1, 1))
    >>> found = compare(Annuaire((ccas, other)), Annuaire((replace(ccas, telephone="0320"),)))
    >>> found.changees[("structure", "x--1")]
    (ChampChange(champ='telephone', avant=None, apres='0320'),)
    >>> found.disparues, compare(Annuaire((ccas,)), Annuaire((ccas,))).rien
    ((), True)
    """
    held, given = index(tenu), index(donne)
    sources, gone = {one.source for one in given.values()}, set(absentes)
    both = given.keys() & held.keys()
    changes = {
        key: found
        for key in sorted(both - gone)
        if (found := list_changes(
            write(held[key], tenu.complements.get(key[1])), write(given[key], donne.complements.get(key[1]))
        ))
    }  # fmt: skip
    missing = (
        key
        for key, one in held.items()
        if one.source in sources and key not in given and key not in gone and is_of(one, departement)
    )
    return FusionAnnuaire(
        tuple(sorted(given.keys() - held.keys())),
        changes,
        tuple(sorted(both - gone - changes.keys())),
        tuple(sorted(missing)) if entier else (),
        tuple(sorted(both & gone)),
    )


def is_of(one: Structure | Prestation, departement: str | None) -> bool:
    """Whether a record would be in a file of one département (null: of any)."""
    return departement is None or find_departement(one.code_insee, one.code_postal) == departement


def merge(tenu: Annuaire, donne: Annuaire) -> Annuaire:
    """What is held once a file is written over it: records given replace those held, the others stay.

    Writing the same file again changes nothing, and files of different sources may be written in any order.
    """
    held, given = index(tenu), index(donne)
    whole = held | given
    ids = {key[1] for key in given}
    complements = {name: one for name, one in tenu.complements.items() if name not in ids}
    return Annuaire(
        tuple(one for one in whole.values() if isinstance(one, Structure)),
        tuple(one for one in whole.values() if isinstance(one, Prestation)),
        complements | dict(donne.complements),
    )


def index(annuaire: Annuaire) -> dict[CleFiche, Structure | Prestation]:
    """Every record by (kind, id)."""
    found: dict[CleFiche, Structure | Prestation] = {
        ("structure", one.id): one for one in annuaire.structures
    }
    return found | {("prestation", one.id): one for one in annuaire.prestations}


def write(fiche: Structure | Prestation, complement: Complement | None) -> dict[str, Any]:
    """A record and its complement as one JSON object."""
    more = complement.write() if complement else {}
    return fiche.write() | {f"complement.{name}": value for name, value in more.items() if name != "id"}


def list_changes(avant: Mapping[str, Any], apres: Mapping[str, Any]) -> tuple[ChampChange, ...]:
    """The fields that differ, in the order of the record; absent is null.

    >>> list_changes({"a": 1, "b": 2}, {"b": 3, "c": 4})
    (ChampChange(champ='a', avant=1, apres=None), ChampChange(champ='b', avant=2, apres=3),
     ChampChange(champ='c', avant=None, apres=4))
    """
    names: Iterable[str] = dict.fromkeys([*avant, *apres])
    return tuple(
        ChampChange(name, avant.get(name), apres.get(name))
        for name in names
        if avant.get(name) != apres.get(name)
    )
