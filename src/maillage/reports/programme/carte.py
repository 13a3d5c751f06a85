"""The map of the plan de mutualisation: which arrondissements it reaches, how much is there and planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from maillage.francais import accord, typeset
from maillage.reports.rendu import carte
from maillage.reports.rendu.autonome import detacher
from maillage.reports.rendu.blocs import Carte, Classe
from maillage.reports.rendu.couleurs import ECHELLE, SANS_VALEUR
from maillage.reports.rendu.formes import Formes
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.mutualisation.plan import sort_plan
from maillage.sdaasp.programme.modele import Programme

TABLEAU: Final = "arrondissements"
"""The table that says the same."""
TITRE: Final = "Ce que le plan atteint, avec le nombre de mutualisations existantes + prévues"
ATTEINT, NON_ATTEINT = "c3", "c0"
TEINTES: Final = {ATTEINT: ECHELLE[2], NON_ATTEINT: SANS_VALEUR}


def draw_reach(
    programme: Programme,
    law: Completude,
    shapes: Formes | None,
    habitants: Mapping[str, float | None],
    note: str = "",
) -> Carte | None:
    """The map, null where an arrondissement of the schema has no outline in the atlas.

    ``habitants``: people by code of arrondissement. What is for the whole département is in the table only.
    ``note``: what its outlines are, where that must be said.
    """
    names = dict(law.lieux)
    if shapes is None or not names or not names.keys() <= shapes.traces.keys():
        return None
    plan, reached = sort_plan(programme.mutualisations), set(law.mutualisation.servi)
    tints = {code: ATTEINT if code in reached else NON_ATTEINT for code in names}
    told = {}
    for code, name in names.items():
        there, planned = (
            sum(code in row.arrondissements for row in rows) for rows in (plan.existants, plan.prevus)
        )
        told[code] = f"{name} ({there} + {planned})"
    title = typeset(TITRE)
    legend = tuple(
        _count(tints, tint, words, habitants)
        for tint, words in ((ATTEINT, "Atteint par le plan"), (NON_ATTEINT, "Non atteint"))
    )
    words = " ; ".join(f"{one.libelle} : {accord(one.territoires, 'arrondissement')}" for one in legend)
    outlines = [shapes.traces[code] for code in names]
    svg = detacher(carte.carte(shapes, tints, titre=title, noms=told, contours=outlines, corps=11))
    said = typeset(f"{title}. {words}. {' ; '.join(told.values())}.")
    return Carte("mutualisation", title, svg, said, legend, note, TABLEAU)


def _count(tints: Mapping[str, str], tint: str, words: str, habitants: Mapping[str, float | None]) -> Classe:
    codes = [code for code, held in tints.items() if held == tint]
    return Classe(words, TEINTES[tint], len(codes), float(sum(habitants.get(code) or 0 for code in codes)))
