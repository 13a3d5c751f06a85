"""What others keep and the schema follows: plans, contracts, agreements, their news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from maillage.catalogue.lecture import read_toml

FILE = "demarches.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApportDemarche:
    """What a plan brings to the schema: ``sert`` is the key of a fiche or an objective."""

    sert: str
    texte: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NouvelleDemarche:
    """Something that happened to a plan, noted once; every fiche that cites the plan shows it."""

    le: date
    texte: str
    lien: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanExterne:
    """A plan that somebody else keeps (COM, PAMS, SRADDET…): followed by reference, never copied.

    ``type``: a key of the catalogue. ``etendue``: where it holds, in words; ``arrondissements``: codes, none
    for the whole département. ``nouvelles``: in the order they were noted.
    """

    cle: str
    nom: str
    sigle: str | None = None
    porteur: str | None = None
    lien: str | None = None
    source: str | None = None
    type: str | None = None
    debut: date | None = None
    fin: date | None = None
    etendue: str | None = None
    arrondissements: tuple[str, ...] = ()
    apports: tuple[ApportDemarche, ...] = ()
    nouvelles: tuple[NouvelleDemarche, ...] = ()


@cache
def load_types_demarches() -> dict[str, str]:
    """The kinds of plans of the catalogue: key, name.

    >>> load_types_demarches()["cls"]
    'Contrat local de santé (CLS)'
    """
    return dict(read_toml(FILE)["types"])


def list_nouvelles(plan: PlanExterne) -> tuple[NouvelleDemarche, ...]:
    """Its news, the newest first; of one day, the last noted first."""
    held = sorted(enumerate(plan.nouvelles), key=lambda pair: (pair[1].le, pair[0]), reverse=True)
    return tuple(one for _, one in held)


def find_plan_contradictions(plan: PlanExterne) -> Iterator[tuple[str, str]]:
    """(field, what is wrong) of a plan that ends before it begins."""
    if plan.debut and plan.fin and plan.fin < plan.debut:
        yield "fin", f"la démarche finit le {plan.fin:%d/%m/%Y}, avant son début ({plan.debut:%d/%m/%Y})"
