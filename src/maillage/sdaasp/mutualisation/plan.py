"""The plan de développement de la mutualisation: what exists, what is planned, and where.

The decree (n° 2016-402, article 1, 3°) asks for a plan « s'appliquant à l'ensemble du territoire
départemental, établi à l'issue de l'inventaire des mutualisations existantes ». Read here: an inventory that
is not empty, and in each arrondissement something planned or being set up that says with whom.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.mutualisations import FILE, Mutualisation, load_types
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation, NatureMutualisation

EN_DEVELOPPEMENT = (EtatMutualisation.PREVU, EtatMutualisation.EN_PREPARATION)


@dataclass(frozen=True, slots=True)
class PlanMutualisation:
    """The sharings of a programme, sorted by what the plan makes of them, in the register's order."""

    existants: tuple[Mutualisation, ...]
    prevus: tuple[Mutualisation, ...]
    a_confirmer: tuple[Mutualisation, ...]
    abandonnes: tuple[Mutualisation, ...]


def sort_plan(mutualisations: Iterable[Mutualisation]) -> PlanMutualisation:
    """The sharings by state; « à confirmer » is neither inventory nor plan."""
    rows = tuple(mutualisations)
    return PlanMutualisation(
        existants=tuple(p for p in rows if p.etat is EtatMutualisation.EXISTANT),
        prevus=tuple(p for p in rows if p.etat in EN_DEVELOPPEMENT),
        a_confirmer=tuple(p for p in rows if p.etat is None),
        abandonnes=tuple(p for p in rows if p.etat is EtatMutualisation.ABANDONNE),
    )


def read_threshold(name: str) -> float:
    """A threshold of the catalogue, in the unit of its entry."""
    return float(read_toml(FILE)["seuils"][name]["valeur"])


def counts(partage: Mutualisation) -> bool:
    """Whether a planned sharing counts in the plan: it takes at least so many organisations to share.

    >>> planned = EtatMutualisation.PREVU
    >>> counts(Mutualisation(cle="a", libelle="A", type="permanence", etat=planned, partenaires=("CAF",)))
    False
    """
    return partage.etat in EN_DEVELOPPEMENT and len(set(partage.partenaires or ())) >= read_threshold(
        "partenaires_min"
    )


def list_places(programme: Programme) -> tuple[tuple[str, str], ...]:
    """(code, name) of the parts of the département that the plan must reach: arrondissements, else itself."""
    found = tuple((t.code, t.nom) for t in programme.territoires if t.niveau == "arrondissement")
    return found or ((programme.schema.departement, "Le département"),)


def list_reached(programme: Programme) -> dict[str, tuple[str, ...]]:
    """Code of a place → keys of the planned sharings that reach it; none anywhere without an inventory."""
    plan = sort_plan(programme.mutualisations)
    kept = [p for p in plan.prevus if counts(p)] if plan.existants else []
    return {
        code: tuple(p.cle for p in kept if not p.arrondissements or code in p.arrondissements)
        for code, _ in list_places(programme)
    }


def get_nature(partage: Mutualisation) -> NatureMutualisation | None:
    """Place or tool; null for a type that the catalogue does not hold."""
    known = load_types().get(partage.type)
    return known.nature if known else None


def list_lacks(partage: Mutualisation) -> tuple[str, ...]:
    """What a sharing does not say, and a reader would ask, in words, in order.

    >>> list_lacks(Mutualisation(cle="a", libelle="A", type="ingenierie", etat=EtatMutualisation.EXISTANT))
    ('ses partenaires', 'ce qui y est offert', 'sa convention')
    """
    planned = partage.etat in EN_DEVELOPPEMENT
    asked = (
        ("son état", partage.etat is None),
        ("un second partenaire", len(set(partage.partenaires or ())) == 1),
        ("ses partenaires", not partage.partenaires),
        ("ce qui y est offert", not partage.services),
        ("son échéance", planned and partage.echeance is None),
        ("sa convention", partage.etat is EtatMutualisation.EXISTANT and not partage.convention),
    )
    return tuple(words for words, lacking in asked if lacking)


def list_ending(mutualisations: Iterable[Mutualisation], jour: date, jours: int) -> tuple[Mutualisation, ...]:
    """Those there already whose agreement is over, or ends within so many days, the soonest first."""
    dated = (p for p in mutualisations if p.etat is EtatMutualisation.EXISTANT and p.convention_fin)
    near = [p for p in dated if p.convention_fin and (p.convention_fin - jour).days <= jours]
    return tuple(sorted(near, key=lambda p: (p.convention_fin or jour, p.cle)))
