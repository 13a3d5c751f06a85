"""What a structure is asked of its records, where it is reached, and what its answer changes.

A question is what one click answers: an address is one question, whatever the number of its fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure

FERMETURES: Final = "fermetures"
"""The closures announced: a field of the complement that is confirmed and put right as one of the record."""
CESSATION: Final = "cessation"
"""What a correction says when the structure tells that it, or what it offers, is no more."""


@dataclass(frozen=True, slots=True)
class QuestionChamp:
    """One question on a record: its fields, and whether it is asked even when the source says nothing."""

    cle: str
    libelle: str
    champs: tuple[str, ...]
    toujours: bool = False


ADRESSE: Final = ("adresse", "complement_adresse", "code_postal", "commune")
HORAIRES: Final = QuestionChamp("horaires", "Horaires", ("horaires_accueil",), toujours=True)
DES_STRUCTURES: Final = (
    QuestionChamp("nom", "Nom", ("nom",)),
    QuestionChamp("adresse", "Adresse", ADRESSE, toujours=True),
    QuestionChamp("telephone", "Téléphone", ("telephone",), toujours=True),
    QuestionChamp("courriel", "Courriel", ("courriel",), toujours=True),
    QuestionChamp("site_web", "Site", ("site_web",)),
    HORAIRES,
    QuestionChamp(FERMETURES, "Fermetures à venir", (FERMETURES,), toujours=True),
)
DES_PRESTATIONS: Final = (
    QuestionChamp("nom", "Nom du service", ("nom",)),
    QuestionChamp("description", "Ce que c’est", ("description",)),
    QuestionChamp("telephone", "Téléphone", ("telephone",)),
    QuestionChamp("courriel", "Courriel", ("courriel",)),
    QuestionChamp("horaires", "Horaires", ("horaires_accueil",)),
    QuestionChamp("publics", "Pour qui", ("publics", "publics_precisions"), toujours=True),
    QuestionChamp("frais", "Prix", ("frais", "frais_precisions"), toujours=True),
    QuestionChamp("conditions", "Conditions", ("conditions_acces",)),
)


def list_questions(fiche: Structure | Prestation) -> tuple[QuestionChamp, ...]:
    """What is asked of a record: what it says, and what nobody should have to guess.

    >>> one = Structure(source="s", id="a", nom="CCAS", date_maj=date(2026, 1, 1), telephone="+33320000000")
    >>> [question.cle for question in list_questions(one)]
    ['nom', 'adresse', 'telephone', 'courriel', 'horaires', 'fermetures']
    """
    asked = DES_STRUCTURES if isinstance(fiche, Structure) else DES_PRESTATIONS
    return tuple(
        one for one in asked if one.toujours or any(getattr(fiche, champ) is not None for champ in one.champs)
    )


def list_champs(fiche: Structure | Prestation) -> tuple[str, ...]:
    """The fields of these questions."""
    return tuple(champ for one in list_questions(fiche) for champ in one.champs)


def read_value(fiche: Structure | Prestation, complement: Complement, champ: str) -> Any:
    """What a record says of a field, in the JSON of a correction; null when it says nothing."""
    if champ == FERMETURES:
        return complement.write().get(FERMETURES)
    value = getattr(fiche, champ)
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class ReponseFiche:
    """What was answered of one record. ``justes``: fields that hold; ``corrections``: those that do not.

    ``cesse``: it is no more. ``mot``: what was added, for who reads it again.
    """

    justes: tuple[str, ...] = ()
    corrections: Mapping[str, Any] = field(default_factory=dict)
    cesse: bool = False
    mot: str = ""

    @property
    def vide(self) -> bool:
        """Whether nothing was answered."""
        return not (self.justes or self.corrections or self.cesse)


def is_whole(fiche: Structure | Prestation, confirmes: Mapping[str, date], depuis: date) -> bool:
    """Whether every field asked of a record was said to hold since a day; ``confirmes``: field → when.

    >>> day, one = date(2026, 6, 2), Structure(source="s", id="a", nom="CCAS", date_maj=date(2026, 1, 1))
    >>> said = dict.fromkeys(list_champs(one), day)
    >>> is_whole(one, said, day), is_whole(one, said | {"nom": date(2026, 6, 1)}, day)
    (True, False)
    """
    return all(name in confirmes and confirmes[name] >= depuis for name in list_champs(fiche))


def find_courriel(structure: Structure, prestations: Iterable[Prestation]) -> str:
    """Where a structure is written to: its own address, else the one all that it offers agree on; empty."""
    if structure.courriel:
        return structure.courriel.strip().casefold()
    told = {one.courriel.strip().casefold() for one in prestations if one.courriel}
    return told.pop() if len(told) == 1 else ""


def group_structures(annuaire: Annuaire) -> dict[str, tuple[Structure, ...]]:
    """Address of mail → all the structures that are reached there; those of the empty one have none."""
    offers: dict[str, list[Prestation]] = {}
    for one in annuaire.prestations:
        offers.setdefault(one.structure_id, []).append(one)
    found: dict[str, list[Structure]] = {}
    for structure in annuaire.structures:
        found.setdefault(find_courriel(structure, offers.get(structure.id, ())), []).append(structure)
    return {address: tuple(held) for address, held in found.items()}
