"""Where a screen is the only way to a service, and where people do not have, or do not use, one.

A commune is far from screens for reasons that are counted (:func:`find_raisons`). A subject (a theme, or one
prestation) is online only for it when some prestation of it can only be had online, and nobody receives for
it within reach, nor by telephone (:func:`find_online_only`). What is not known is no reason, and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray


class RaisonEcart(StrEnum):
    """Why a commune is far from screens."""

    ILLECTRONISME = "illectronisme"
    AGE = "age"
    COUVERTURE = "couverture"


RAISONS: Final = {
    RaisonEcart.ILLECTRONISME: "plus de personnes en illectronisme",
    RaisonEcart.AGE: "plus de personnes âgées",
    RaisonEcart.COUVERTURE: "fibre peu présente",
}


@dataclass(frozen=True, slots=True)
class SeuilsNumeriques:
    """Shares (0 to 1): illectronisme above (>), people of 65 and over above (>), fibre below (<)."""

    illectronisme: float
    part_65_plus: float
    part_fibre: float


@dataclass(frozen=True, slots=True)
class CommuneNumerique:
    """A commune: estimated share in illectronisme, share of 65 and over, share of premises that fibre can
    reach, each from 0 to 1, null when not known. ``personnes``: people of 15 and over, null when not known.
    """

    code: str
    illectronisme: float | None
    part_65_plus: float | None
    part_fibre: float | None
    personnes: float | None = None

    @property
    def eloignees(self) -> float | None:
        """People in illectronisme, estimated; null when not known."""
        if self.illectronisme is None or self.personnes is None:
            return None
        return self.illectronisme * self.personnes


def find_raisons(commune: CommuneNumerique, seuils: SeuilsNumeriques) -> tuple[RaisonEcart, ...] | None:
    """The reasons why people of a commune are far from screens; none when all known figures are on the right
    side, null when no figure is known.

    >>> seuils = SeuilsNumeriques(0.154, 0.25, 0.8)
    >>> find_raisons(CommuneNumerique("59001", 0.2, 0.25, None), seuils)
    (<RaisonEcart.ILLECTRONISME: 'illectronisme'>,)
    >>> find_raisons(CommuneNumerique("59002", 0.154, None, 0.79), seuils)
    (<RaisonEcart.COUVERTURE: 'couverture'>,)
    >>> find_raisons(CommuneNumerique("59003", None, None, None), seuils) is None
    True
    """
    shares = (commune.illectronisme, commune.part_65_plus, commune.part_fibre)
    if all(share is None for share in shares):
        return None
    illectronisme, old, fibre = shares
    found = []
    if illectronisme is not None and illectronisme > seuils.illectronisme:
        found.append(RaisonEcart.ILLECTRONISME)
    if old is not None and old > seuils.part_65_plus:
        found.append(RaisonEcart.AGE)
    if fibre is not None and fibre < seuils.part_fibre:
        found.append(RaisonEcart.COUVERTURE)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class OffreNumerique:
    """A prestation at one place. ``sujets``: what it answers. ``en_ligne_seul``: a screen is the only way;
    ``en_personne``: somebody receives there; ``par_telephone``: one is received from afar without a screen.
    """

    ident: str
    sujets: frozenset[str]
    en_ligne_seul: bool
    en_personne: bool
    par_telephone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RuptureNumerique:
    """A commune whose people are far from screens, and a subject that only a screen gives them.

    ``vers``: the nearest that receives for it, null when there is none; ``minutes`` to it, null when it can't
    be reached or its place is not known. ``en_ligne``: ids of what can only be had online.
    """

    code_insee: str
    sujet: str
    raisons: tuple[RaisonEcart, ...]
    vers: str | None
    minutes: float | None
    en_ligne: tuple[str, ...]


def find_nearest(minutes: NDArray[np.float64], among: Sequence[int]) -> list[tuple[int | None, float | None]]:
    """Row by row, the nearest of some columns and its minutes, null both where none is known.

    >>> find_nearest(np.array([[5.0, np.nan, 3.0], [np.nan, np.nan, 1.0]]), (0, 1))
    [(0, 5.0), (None, None)]
    """
    if not among:
        return [(None, None)] * len(minutes)
    held = minutes[:, np.asarray(among)]
    held = np.where(np.isnan(held), np.inf, held)
    best, times = held.argmin(axis=1), held.min(axis=1)
    return [
        (among[rank], time) if np.isfinite(time) else (None, None)
        for rank, time in zip(best.tolist(), times.tolist(), strict=True)
    ]


def find_online_only(
    offres: Sequence[OffreNumerique],
    communes: Sequence[CommuneNumerique],
    minutes: NDArray[np.float64],
    limit_min: float,
    seuils: SeuilsNumeriques,
) -> tuple[RuptureNumerique, ...]:
    """Where people are far from screens and only a screen gives a subject: commune by commune, by subject.

    ``minutes``: float[communes, offres], NaN where not known or not reached; within reach is at most
    ``limit_min`` (≤). A subject that anyone gives by telephone from afar breaks nowhere; one of which nothing
    is online only is not concerned.

    >>> seuils = SeuilsNumeriques(0.154, 0.25, 0.8)
    >>> old = CommuneNumerique("59001", 0.2, 0.3, 0.9, 1000.0)
    >>> young = CommuneNumerique("59002", 0.1, 0.2, 0.95, 1000.0)
    >>> site = OffreNumerique("web", frozenset({"droits", "sante"}), True, False, False)
    >>> desk = OffreNumerique("guichet", frozenset({"droits"}), False, True, False)
    >>> minutes = np.array([[np.nan, 31.0], [np.nan, 31.0]])
    >>> found = find_online_only((site, desk), (old, young), minutes, 30, seuils)
    >>> [(one.code_insee, one.sujet, one.vers, one.minutes) for one in found]
    [('59001', 'droits', 'guichet', 31.0), ('59001', 'sante', None, None)]
    >>> [one.sujet for one in find_online_only((site, desk), (old, young), minutes, 31, seuils)]
    ['sante']
    """
    far = [(one, find_raisons(one, seuils)) for one in communes]
    found = []
    for sujet in sorted({name for one in offres if one.en_ligne_seul for name in one.sujets}):
        about = [rank for rank, one in enumerate(offres) if sujet in one.sujets]
        if any(offres[rank].par_telephone for rank in about):
            continue
        online = tuple(offres[rank].ident for rank in about if offres[rank].en_ligne_seul)
        people = [rank for rank in about if offres[rank].en_personne]
        near = find_nearest(minutes, people)
        for (commune, raisons), (nearest, time) in zip(far, near, strict=True):
            if raisons and (time is None or time > limit_min):
                found.append(
                    RuptureNumerique(
                        code_insee=commune.code,
                        sujet=sujet,
                        raisons=raisons,
                        vers=None if nearest is None else offres[nearest].ident,
                        minutes=time,
                        en_ligne=online,
                    )
                )
    return tuple(found)
