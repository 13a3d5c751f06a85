"""Groups of people that are known by commune only: how many there are, and which statistics say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from maillage.access.evaluation.registre import Variable
from maillage.access.evaluation.valeurs import Valeurs

PREFIXE: Final = "public_"


@dataclass(frozen=True)
class Public:
    """A group: ``effectif`` is a count by commune, or people of whom ``pour_cent`` belong to the group."""

    nom: str
    effectif: str
    pour_cent: str | None = None

    @property
    def statistiques(self) -> tuple[str, ...]:
        """What must be known to count it."""
        return (self.effectif,) if self.pour_cent is None else (self.effectif, self.pour_cent)


PUBLICS: Final = {
    "pauvres": Public("habitants sous le seuil de pauvreté", "personnes_menages_fiscaux", "taux_pauvrete"),
    "rsa": Public("personnes couvertes par le RSA", "personnes_caf_rsa"),
    "jeunes_enfants": Public("familles avec un jeune enfant", "paje"),
    "sans_voiture": Public("ménages sans voiture", "menages_sans_voiture"),
}


def count_public(name: str, statistic: Callable[[str], Valeurs | None]) -> Valeurs | None:
    """How many of a group live in each commune; null when a statistic is lacking."""
    public = PUBLICS.get(name)
    if public is None:
        return None
    people = statistic(public.effectif)
    if people is None or public.pour_cent is None:
        return people
    share = statistic(public.pour_cent)
    if share is None:
        return None
    return replace(
        people,
        valeurs=people.valeurs * share.valeurs / 100,
        couverture=people.couverture * share.couverture,
        fiabilite=np.maximum(people.fiabilite, share.fiabilite),
        sources=people.sources | share.sources,
    )


def make_domain(colonnes: Iterable[str]) -> dict[str, tuple[Variable, ...]]:
    """The groups whose statistics this atlas holds."""
    known = set(colonnes)
    return {
        "public": tuple(
            Variable(name, public.nom, name)
            for name, public in PUBLICS.items()
            if known >= set(public.statistiques)
        )
    }
