"""Vintages: which figures are too old to be shown without their year beside them."""

from __future__ import annotations

import re

from maillage.catalogue.seuils import load_seuils

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def years_of(millesime: str | None) -> list[int]:
    """The years in a vintage.

    >>> years_of("2013-2024"), years_of("2024-08"), years_of("COG 2026"), years_of(None)
    ([2013, 2024], [2024], [2026], [])
    """
    return [int(year) for year in YEAR.findall(millesime or "")]


def is_old(millesime: str | None, *autres: str | int | None) -> bool:
    """Whether a figure must carry its year beside it.

    Old: max(years of the others) - min(own years) > ``chiffre_ancien_ans``; the others are the atlas's newest
    population and the figure beside it. A figure made of several years is as old as the oldest. Without a
    year, on either side, nothing can be said.

    >>> is_old("2018", 2023), is_old("2017", 2023), is_old("2013-2024", 2023), is_old("2024", "2017")
    (False, True, True, False)
    """
    own = years_of(millesime)
    found = [year for other in autres for year in years_of(str(other or ""))]
    limit = load_seuils()["chiffre_ancien_ans"].valeur
    assert isinstance(limit, int | float)  # noqa: S101 - the catalogue's own file
    return bool(own and found) and max(found) - min(own) > limit
