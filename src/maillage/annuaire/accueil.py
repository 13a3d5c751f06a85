"""The network of first and second levels: who receives for what, and where the chain breaks.

A first level listens, informs and orients; a second level assesses and opens the file. What breaks it: a
first level with no second level within reach for a theme, a commune where no first level receives, a theme
that no one handles. What holds by a thread: a first level with one second level only within reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.fiche import Annuaire, Complement, FonctionAccueil, Structure

PREMIER: Final = FonctionAccueil.PREMIER_NIVEAU
SECOND: Final = FonctionAccueil.SECOND_NIVEAU


@dataclass(frozen=True, slots=True)
class PointAccueil:
    """Where one is received: ``id`` and ``nom`` of the structure, ``themes`` by function.

    An empty set of themes: whatever the need. A first level listens to all, whatever it says of themes.
    ``communes``: where it receives, its own first, then those of its permanences; empty when not known.
    ``longitude``, ``latitude``: null when it has no fixed place, or one that is not known.
    """

    id: str
    nom: str
    communes: tuple[str, ...]
    longitude: float | None
    latitude: float | None
    themes: Mapping[FonctionAccueil, frozenset[str]]

    def handles(self, fonction: FonctionAccueil, theme: str) -> bool:
        """Whether it fills a function for a theme.

        >>> both = {PREMIER: frozenset({"droits"}), SECOND: frozenset({"sante"})}
        >>> one = PointAccueil("a", "A", (), None, None, both)
        >>> one.handles(PREMIER, "emploi"), one.handles(SECOND, "emploi"), one.handles(SECOND, "sante")
        (True, False, True)
        """
        themes = self.themes.get(fonction)
        return themes is not None and (fonction is PREMIER or not themes or theme in themes)


def list_points(annuaire: Annuaire) -> tuple[PointAccueil, ...]:
    """The structures that receive, with what each prestation says and what is said of the structure itself.

    A structure without any function is left out: what it is for is not known.
    """
    by_structure: dict[str, dict[FonctionAccueil, set[str] | None]] = {}
    for prestation in annuaire.prestations:
        told = annuaire.complete(prestation)
        add(by_structure.setdefault(prestation.structure_id, {}), told.fonctions, told.themes)
    points = []
    for structure in annuaire.structures:
        own = annuaire.complements.get(structure.id)
        found = by_structure.get(structure.id, {})
        if own is not None and not found:
            add(found, own.fonctions, own.themes)
        if not found:
            continue
        themes = {key: frozenset(told or ()) for key, told in found.items()}
        fixed = own is None or not own.itinerante
        where = (structure.longitude, structure.latitude) if fixed else (None, None)
        points.append(
            PointAccueil(structure.id, structure.nom, list_communes(structure, own), *where, themes)
        )
    return tuple(points)


def join_points(points: Iterable[PointAccueil], lieux: Iterable[Sequence[str]]) -> tuple[PointAccueil, ...]:
    """One point a place. ``lieux``: ids of structures that are one place, the one that names it first.

    It receives for what each of them says, in the communes of all; its point is the first one that is known.

    >>> one = PointAccueil("a", "A", ("59001",), None, None, {PREMIER: frozenset({"droits"})})
    >>> other = PointAccueil("b", "B", ("59002",), 3.0, 50.0, {PREMIER: frozenset(), SECOND: frozenset()})
    >>> (told,) = join_points((one, other), (("b", "c", "a"),))
    >>> told.id, told.communes, told.longitude, sorted(map(str, told.themes)), told.themes[PREMIER]
    ('b', ('59002', '59001'), 3.0, ['premier_niveau', 'second_niveau'], frozenset())
    """
    held = {one.id: one for one in points}
    first: dict[str, list[PointAccueil]] = {}
    joined: set[str] = set()
    for ids in lieux:
        group = [held[ident] for ident in ids if ident in held]
        if len(group) > 1:
            first[group[0].id] = group
            joined |= {one.id for one in group[1:]}
    return tuple(
        join_point(first[one.id]) if one.id in first else one for one in held.values() if one.id not in joined
    )


def join_point(group: Sequence[PointAccueil]) -> PointAccueil:
    """Several points as one: see :func:`join_points`."""
    themes: dict[FonctionAccueil, set[str] | None] = {}
    for one in group:
        for fonction, own in one.themes.items():
            add(themes, (fonction,), tuple(sorted(own)))
    placed = next((one for one in group if one.longitude is not None), group[0])
    communes = dict.fromkeys(code for one in group for code in one.communes)
    told = {fonction: frozenset(own or ()) for fonction, own in themes.items()}
    return PointAccueil(group[0].id, group[0].nom, tuple(communes), placed.longitude, placed.latitude, told)


def list_communes(structure: Structure, own: Complement | None) -> tuple[str, ...]:
    """Codes of the communes where a structure receives, its own first unless its address is only a base."""
    stops = own.permanences if own is not None else ()
    base = None if own is not None and own.itinerante else structure.code_insee
    return tuple(dict.fromkeys(code for code in (base, *(one.code_insee for one in stops)) if code))


def add(
    found: dict[FonctionAccueil, set[str] | None], fonctions: Iterable[FonctionAccueil], themes: Sequence[str]
) -> None:
    """Add themes to functions; null stands for every theme and swallows the others."""
    for fonction in fonctions:
        before = found.get(fonction, set())
        found[fonction] = None if before is None or not themes else before | set(themes)


class NatureRupture(StrEnum):
    """Where the chain of reception breaks."""

    PREMIER_SANS_SECOND = "premier_sans_second"
    COMMUNE_SANS_PREMIER = "commune_sans_premier"
    THEME_SANS_ACCUEIL = "theme_sans_accueil"
    SECOND_UNIQUE = "second_unique"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuptureAccueil:
    """One break. ``point``: id of the first level; ``code_insee``: of the commune; ``theme``: its key.

    ``vers``: id of the nearest that would do, null when there is none; ``minutes`` to it, null when it can't
    be reached or its place is not known.
    """

    nature: NatureRupture
    point: str | None = None
    code_insee: str | None = None
    theme: str | None = None
    vers: str | None = None
    minutes: float | None = None


def find_alone(
    points: Sequence[PointAccueil], minutes: NDArray[np.float64], themes: Iterable[str], limit_min: float
) -> tuple[RuptureAccueil, ...]:
    """First levels from which no second level of a theme is within ``limit_min`` (≤), theme by theme.

    ``minutes``: float[points, points], from row to column, NaN when not known. Themes that no second level of
    the directory handles are left to :func:`find_unhandled`: the break is there, not in each first level. A
    structure that is both levels for a theme is its own second level. Of a first level whose place is not
    known, a visiting one for instance, nothing is said.

    >>> near = PointAccueil("a", "A", ("59001",), 3.0, 50.0, {PREMIER: frozenset()})
    >>> far = PointAccueil("b", "B", ("59002",), 3.5, 50.0, {SECOND: frozenset({"sante"})})
    >>> minutes = np.array([[0.0, 40.0], [40.0, 0.0]])
    >>> [(one.theme, one.vers, one.minutes) for one in find_alone((near, far), minutes, ("sante",), 30)]
    [('sante', 'b', 40.0)]
    >>> find_alone((near, far), minutes, ("sante", "emploi"), 40)
    ()
    """
    found = []
    for theme in themes:
        second = [rank for rank, point in enumerate(points) if point.handles(SECOND, theme)]
        if not second:
            continue
        for rank, point in enumerate(points):
            if not point.handles(PREMIER, theme) or point.longitude is None:
                continue
            nearest, time = pick_nearest(minutes[rank], second)
            if time is None or time > limit_min:
                vers = points[nearest].id if nearest is not None else None
                alone = NatureRupture.PREMIER_SANS_SECOND
                found.append(
                    RuptureAccueil(nature=alone, point=point.id, theme=theme, vers=vers, minutes=time)
                )
    return tuple(found)


def find_single(
    points: Sequence[PointAccueil], minutes: NDArray[np.float64], themes: Iterable[str], limit_min: float
) -> tuple[RuptureAccueil, ...]:
    """First levels that reach one second level of a theme and no other within ``limit_min`` (≤).

    Nothing is broken yet: were ``vers`` to close, it would be. Shapes as in :func:`find_alone`.

    >>> near = PointAccueil("a", "A", (), 3.0, 50.0, {PREMIER: frozenset()})
    >>> one = PointAccueil("b", "B", (), 3.1, 50.0, {SECOND: frozenset({"sante"})})
    >>> other = PointAccueil("c", "C", (), 3.2, 50.0, {SECOND: frozenset({"sante"})})
    >>> minutes = np.array([[0.0, 10.0, 31.0], [10.0, 0.0, 9.0], [31.0, 9.0, 0.0]])
    >>> [(one.point, one.vers) for one in find_single((near, one, other), minutes, ("sante",), 30)]
    [('a', 'b')]
    >>> find_single((near, one, other), minutes, ("sante",), 31)
    ()
    """
    found = []
    for theme in themes:
        second = [rank for rank, point in enumerate(points) if point.handles(SECOND, theme)]
        for rank, point in enumerate(points):
            if not point.handles(PREMIER, theme) or point.longitude is None:
                continue
            within = [other for other in second if minutes[rank, other] <= limit_min]
            if len(within) == 1:
                time, vers = float(minutes[rank, within[0]]), points[within[0]].id
                single = NatureRupture.SECOND_UNIQUE
                found.append(
                    RuptureAccueil(nature=single, point=point.id, theme=theme, vers=vers, minutes=time)
                )
    return tuple(found)


def pick_nearest(row: NDArray[np.float64], among: Sequence[int]) -> tuple[int | None, float | None]:
    """The nearest of some columns of a row and its minutes, null both when none is known.

    >>> pick_nearest(np.array([5.0, np.nan, 3.0]), (0, 1)), pick_nearest(np.array([np.nan]), (0,))
    ((0, 5.0), (None, None))
    """
    known = [rank for rank in among if not np.isnan(row[rank])]
    if not known:
        return None, None
    nearest = min(known, key=lambda rank: row[rank])
    return nearest, float(row[nearest])


def find_communes_without(
    communes: Sequence[str], points: Sequence[PointAccueil], minutes: NDArray[np.float64]
) -> tuple[RuptureAccueil, ...]:
    """Communes where no first level receives, not even by a permanence, and the nearest one that does.

    ``minutes``: float[communes, points], NaN when not known.

    >>> one = PointAccueil("a", "A", ("59001", "59003"), 3.0, 50.0, {PREMIER: frozenset()})
    >>> found = find_communes_without(("59001", "59002", "59003"), (one,), np.array([[0.0], [12.0], [20.0]]))
    >>> [(one.code_insee, one.vers, one.minutes) for one in found]
    [('59002', 'a', 12.0)]
    """
    first = [rank for rank, point in enumerate(points) if PREMIER in point.themes]
    served = {code for rank in first for code in points[rank].communes}
    found = []
    for rank, code in enumerate(communes):
        if code in served:
            continue
        nearest, time = pick_nearest(minutes[rank], first)
        vers = points[nearest].id if nearest is not None else None
        nature = NatureRupture.COMMUNE_SANS_PREMIER
        found.append(RuptureAccueil(nature=nature, code_insee=code, vers=vers, minutes=time))
    return tuple(found)


def find_unhandled(points: Sequence[PointAccueil], themes: Iterable[str]) -> tuple[RuptureAccueil, ...]:
    """Themes that no second level handles: whoever asks is listened to, and nobody opens the file.

    >>> one = PointAccueil("a", "A", (), None, None, {PREMIER: frozenset(), SECOND: frozenset({"sante"})})
    >>> [found.theme for found in find_unhandled((one,), ("sante", "emploi"))]
    ['emploi']
    """
    return tuple(
        RuptureAccueil(nature=NatureRupture.THEME_SANS_ACCUEIL, theme=theme)
        for theme in themes
        if not any(point.handles(SECOND, theme) for point in points)
    )
