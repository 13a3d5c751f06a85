"""Which population a figure is divided by: that of the year nearest to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.seuils import read_seuil

YEAR: Final = re.compile(r"\d{4}")


def find_year(millesime: str) -> int | None:
    """The year in a vintage.

    >>> find_year("COG 2026"), find_year("2024-08"), find_year("")
    (2026, 2024, None)
    """
    found = YEAR.search(millesime)
    return int(found[0]) if found else None


def census_year(millesime: str) -> int | None:
    """The census year of the populations that a list of communes carries: its own, less the legal delay."""
    year = find_year(millesime)
    return None if year is None else year - int(read_seuil("population_legale_decalage_ans"))


def population_near(populations: Mapping[int, Valeurs], newest: Valeurs, millesime: str) -> Valeurs:
    """The population of the year nearest to a vintage; the older of two as near; the newest without year.

    >>> by_year = {year: Valeurs.observe([year], str(year)) for year in (2013, 2021)}
    >>> [population_near(by_year, by_year[2021], text).millesime for text in ("2017", "")]
    ['2013', '2021']
    """
    wanted = find_year(millesime)
    if not populations or wanted is None:
        return newest
    return populations[min(populations, key=lambda year: (abs(year - wanted), year))]
