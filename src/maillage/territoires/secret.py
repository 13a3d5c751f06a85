"""Statistical secrecy: what may be shown, so that what may not cannot be found by difference.

A table is a tree of nested meshes, finest first: ``effectif[level]`` counts the units behind a figure, and
``parent[level]`` gives each territory's row in the next level. A cell is suppressed when its count is below
the minimum (primary), or when it would let a suppressed one be found from a total (complementary).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.statistiques import list_statistics

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


def find_minimum(statistique: str) -> int | None:
    """The count below which a statistic of the catalogue may not be shown; None when it has no secret.

    >>> find_minimum("rsa"), find_minimum("population_2021")
    (5, None)
    """
    column = list_statistics().get(statistique)
    return None if column is None else column.secret_sous


def suppress(
    effectif: Sequence[Float],
    parent: Sequence[NDArray[np.int32]],
    minimum: float,
    already: Sequence[Bool] = (),
) -> list[Bool]:
    """What to hide at each level (bool[n] each), finest level first.

    Primary: 0 < c < minimum is hidden; 0 is not (that there is nobody is public); NaN, already secret at
    the source, counts as hidden. Complementary: in each parent, hidden children are none, or at least two
    that add up to at least the minimum; else the smallest shown children with somebody in them are hidden
    too; a parent that runs out of children is hidden itself. ``already``: what is hidden for another reason.

    Three communes of 3, 8 and 40 foyers in one EPCI, minimum 5: hiding 3 alone would let it be found from the
    total, so 8 goes too.

    >>> communes, epci = np.array([3.0, 8.0, 40.0]), np.array([51.0])
    >>> [level.tolist() for level in suppress([communes, epci], [np.array([0, 0, 0], np.int32)], 5)]
    [[True, True, False], [False]]
    """
    hidden = [np.isnan(count) | ((count > 0) & (count < minimum)) for count in effectif]
    for level, other in enumerate(already):
        hidden[level] |= other
    for level, up in enumerate(parent):
        for row in range(len(effectif[level + 1])):
            children = np.flatnonzero(up == row)
            count = effectif[level][children]
            hidden[level][children] = protect(count, hidden[level][children], minimum)
            hidden[level + 1][row] |= not is_safe(count, hidden[level][children], minimum)
    for level in range(len(parent) - 1, -1, -1):
        hide_below(hidden[level], hidden[level + 1], effectif[level], parent[level])
    return hidden


def suppress_together(
    effectifs: Sequence[Sequence[Float]], parent: Sequence[NDArray[np.int32]], minimums: Sequence[float]
) -> list[Bool]:
    """What to hide at each level of several statistics about the same people: the same territories for all.

    A total is the sum of its parts, a count is published twice: what one shows, another would give back. The
    set grows until it protects each of them alone; since all are hidden in the same places, what is moved
    from one hidden place to another keeps every sum of every statistic, and nothing more can be found.

    Three communes of 3, 8 and 40 foyers hold 30, 4 and 90 people: the second is small too, so both go.

    >>> foyers = [np.array([3.0, 8.0, 40.0]), np.array([51.0])]
    >>> people = [np.array([30.0, 4.0, 90.0]), np.array([124.0])]
    >>> up = [np.array([0, 0, 0], np.int32)]
    >>> [level.tolist() for level in suppress_together([foyers, people], up, [5, 5])]
    [[True, True, False], [False]]
    """
    hidden: list[Bool] = [np.zeros(len(count), np.bool_) for count in effectifs[0]]
    while True:
        before = sum(int(level.sum()) for level in hidden)
        for effectif, minimum in zip(effectifs, minimums, strict=True):
            hidden = suppress(effectif, parent, minimum, hidden)
        if sum(int(level.sum()) for level in hidden) == before:
            return hidden


@cache
def list_families() -> tuple[tuple[str, ...], ...]:
    """The statistics about the same people, together; one that has no such kin is not there.

    >>> next(family for family in list_families() if "rsa" in family)
    ('rsa', 'foyers_caf_rsa', 'personnes_caf_rsa')
    """
    return tuple(tuple(entry["statistiques"]) for entry in read_toml("secret.toml")["familles"])


def find_family(statistique: str) -> tuple[str, ...]:
    """The statistics to hide together with one; itself alone when it has no kin.

    >>> find_family("personnes_caf_af")
    ('personnes_caf_af',)
    """
    return next((family for family in list_families() if statistique in family), (statistique,))


def protect(count: Float, hidden: Bool, minimum: float) -> Bool:
    """Hide the smallest shown children of one parent until no hidden one can be found by difference.

    >>> protect(np.array([3.0, 1.0, 9.0, 0.0]), np.array([True, False, False, False]), 5).tolist()
    [True, True, True, False]
    """
    hidden = hidden.copy()
    for child in np.argsort(count, kind="stable"):
        if is_safe(count, hidden, minimum):
            break
        hidden[child] |= count[child] > 0
    return hidden


def is_safe(count: Float, hidden: Bool, minimum: float) -> bool:
    """Whether the total minus what is shown says nothing of one hidden cell.

    >>> [is_safe(np.array([3.0, 2.0]), np.array(hidden), 5) for hidden in ([True, False], [True, True])]
    [False, True]
    """
    secret = np.nansum(count[hidden])
    return not hidden.any() or bool(hidden.sum() >= 2 and secret >= minimum)


def hide_below(hidden: Bool, hidden_parent: Bool, count: Float, up: NDArray[np.int32]) -> None:
    """A hidden parent with every child shown would be found by adding them: hide its largest child."""
    for row in np.flatnonzero(hidden_parent):
        children = np.flatnonzero(up == row)
        if len(children) and not hidden[children].any():
            hidden[children[np.nanargmax(count[children])]] = True


def list_nested() -> tuple[str, ...]:
    """The meshes nested one in the other, finest first.

    >>> list_nested()
    ('commune', 'epci', 'departement')
    """
    return tuple(read_toml("secret.toml")["mailles"]["emboitement"])


def check_nested(mailles: Sequence[str]) -> None:
    """Refuse meshes that are not nested one in the other, for figures that hold a suppressed cell.

    >>> check_nested(["commune", "epci", "departement"])
    >>> check_nested(["commune", "epci", "arrondissement"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    maillage.catalogue.erreurs.EntreeInvalide: Ce chiffre couvert par le secret pourrait être retrouvé...
    """
    allowed = list_nested()
    refused = [maille for maille in mailles if maille not in allowed]
    if refused:
        fautes = tuple(
            Faute(
                f"la maille « {maille} » coupe celles où ce chiffre est déjà publié",
                que_faire=f"Publiez-le par {', '.join(allowed)}, ou sans communes couvertes par le secret.",
            )
            for maille in refused
        )
        raise EntreeInvalide(
            "Ce chiffre couvert par le secret pourrait être retrouvé par différence.", fautes
        )
