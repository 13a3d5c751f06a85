"""What the programme costs, as blocks of a document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from maillage.reports.rendu.blocs import Bloc, Nombre, Paragraphe, Tableau, Titre
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.indicateurs.budget import DOUBLE, Poste, add_up, tell_budget, tell_poste
from maillage.sdaasp.programme.modele import Programme


def write_budget(programme: Programme, lieux: Iterable[TerritoireEnDeficit], source: str) -> Iterator[Bloc]:
    """What it costs, by theme, year, funder and territory; nothing while there is no line."""
    budget = add_up(programme, lieux)
    if not budget.total.lignes:
        return
    yield Titre("Budget", 1)
    yield Paragraphe(f"{tell_budget(budget)} {DOUBLE}")
    for axis, posts in budget.par if budget.total.chiffrees else ():
        yield Tableau(
            titre=f"Budget : {axis.lower()}",
            colonnes=(axis, "Montant", "Lignes chiffrées"),
            lignes=tuple(map(_write_poste, (*posts, budget.total))),
            note=source,
            numeriques=frozenset({1, 2}),
        )


def _write_poste(poste: Poste) -> tuple[str, Nombre, str]:
    name, amount, counted = tell_poste(poste)
    return name, Nombre(poste.montant, amount), counted
