"""Several needs at once, and levels of reception: what is cut, what is kept, who answers more than one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.fiche import FonctionAccueil
from maillage.annuaire.recherche import IndexAnnuaire, Trouvees
from maillage.catalogue.besoins import list_besoins
from maillage.catalogue.noms import plier

BESOINS_AU_PLUS: Final = 4
_COUPES: Final = re.compile(r"[,;\n+]|(?<![\w-])et(?![\w-])", re.IGNORECASE)


def split_needs(text: str) -> tuple[str, ...]:
    """The needs that a text lists, cut at commas and « et », each once; four at most.

    The name of a need of the catalogue stays whole, though it holds a comma.

    >>> split_needs("un papier, manger et un logement")
    ('un papier', 'manger', 'un logement')
    >>> split_needs("Apprendre le français, lire, écrire, compter"), split_needs(" , ")
    (('Apprendre le français, lire, écrire, compter',), ())
    """
    whole = text.strip()
    if not whole:
        return ()
    if plier(whole) in {plier(one.nom) for one in list_besoins().values()}:
        return (whole,)
    parts: dict[str, str] = {}
    for part in _COUPES.split(whole):
        if plier(part):
            parts.setdefault(plier(part), part.strip())
    return tuple(parts.values())[:BESOINS_AU_PLUS]


def keep_rows(found: Trouvees, kept: NDArray[np.bool_]) -> Trouvees:
    """What was found, less what is not kept; ``kept`` bool[n]."""
    return replace(found, rows=found.rows[kept], pertinence=found.pertinence[kept], doutes=found.doutes[kept])


def keep_level(index: IndexAnnuaire, found: Trouvees, fonction: FonctionAccueil) -> tuple[Trouvees, int]:
    """The offers of a level of reception, and how many were left out because no record tells their level.

    Whoever receives whatever the demand (France services, CCAS…) is a first level where nothing else is said.
    """
    told = [index.offres[row].complement.fonctions for row in found.rows.tolist()]
    front = index.accueil[found.rows] if fonction is FonctionAccueil.PREMIER_NIVEAU else np.zeros(len(told))
    kept = np.array(
        [
            fonction in held if held else bool(receives)
            for held, receives in zip(told, front.tolist(), strict=True)
        ],
        bool,
    )
    unknown = sum(1 for held, keep in zip(told, kept.tolist(), strict=True) if not held and not keep)
    return keep_rows(found, kept), unknown


def keep_structures(index: IndexAnnuaire, found: Trouvees, structures: Collection[str]) -> Trouvees:
    """The offers of these structures alone (ids)."""
    kept = [
        (home := index.offres[row].structure) is not None and home.id in structures
        for row in found.rows.tolist()
    ]
    return keep_rows(found, np.array(kept, bool))


def find_several(answers: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Structure → the needs it answers, for those that answer two at least; who answers most comes first.

    ``answers``: need → ids of structures that answer it, in order.

    >>> find_several({"manger": ["a", "b"], "papiers": ["b", "c"], "emploi": ["c", "b"]})
    {'b': ('manger', 'papiers', 'emploi'), 'c': ('papiers', 'emploi')}
    """
    needs: dict[str, dict[str, None]] = {}
    for need, structures in answers.items():
        for one in structures:
            needs.setdefault(one, {})[need] = None
    several = {one: tuple(held) for one, held in needs.items() if len(held) > 1}
    return dict(sorted(several.items(), key=lambda pair: -len(pair[1])))
