"""Figures inside sentences: how many, of what year, how sure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.diagnostic.millesimes import years_of
from maillage.francais import FIABILITES, INSECABLE, accord, arrondir, known, typeset
from maillage.reports.diagnostic.constats import Eloignes
from maillage.reports.rendu.blocs import Nombre


def flow(text: str) -> str:
    r"""A paragraph written over several lines of code; the spaces that hold a number together stay.

    >>> flow("Sur 1\u202f200\xa0habitants,\n   ici.")
    'Sur 1\u202f200\xa0habitants, ici.'
    """
    return typeset(re.sub("[ \n]+", " ", text).strip())


def qualify(*chiffres: Chiffre) -> str:
    """« (2013 à 2024, estimé) »: the years of the figures of a sentence and how they were made.

    Figures made alike share their years; nothing is said of those that are unknown.
    """
    found: dict[str, set[int]] = {}
    for chiffre in chiffres:
        if known(chiffre.valeur):
            grade = FIABILITES.get(chiffre.fiabilite or "", "")
            found.setdefault(grade, set()).update(years_of(chiffre.definition.millesime))
    said = [", ".join(filter(None, (span(years), grade))) for grade, years in found.items()]
    return f" ({' ; '.join(said)})" if any(said) else ""


def span(years: Iterable[int]) -> str:
    """The first and the last of some years, on one line.

    >>> span([2024, 2013, 2021]), span([2023]), span([])
    ('2013\\xa0à\\xa02024', '2023', '')
    """
    held = sorted(set(years))
    return f"{INSECABLE}à{INSECABLE}".join(map(str, (held[0], held[-1]) if len(held) > 1 else held))


def percent(chiffre: Chiffre) -> str:
    """A share in whole per cents."""
    return str(Nombre.de(chiffre, 2))


def people(count: float) -> str:
    """« environ 42 000 personnes »: a count that an estimate deserves.

    >>> people(41_530.0), people(1.0)
    ('environ 42\\u202f000\\xa0personnes', 'environ 1\\xa0personne')
    """
    return f"environ {accord(arrondir(count), 'personne')}"


def say_commune(far: Eloignes) -> str:
    """« Bavay (3 400 habitants, 62 %) »."""
    count = accord(far.territoire.population or 0, "habitant")
    return f"{far.territoire.nom} ({count}, {percent(far.part)})"
