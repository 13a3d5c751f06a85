"""What the programme costs: its lines added up by theme, year, funder and territory.

A line is what may bear an amount: a means of an objective, a step of a declinaison that stands. An amount
that nobody has written is not zero: each sum says how many of its lines have one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum

from maillage.francais import NON_RENSEIGNE, accord, euros
from maillage.sdaasp.completude import formes
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.programme.classeur import BUDGET, Feuille, make_sheets
from maillage.sdaasp.programme.modele import Declinaison, Etape, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.vocabulaire import INACTIFS

SANS_ANNEE, SANS_FINANCEUR = "Sans année", "Financeur non dit"
TOUT, PLUSIEURS = "Tout le département", "Plusieurs territoires"


@dataclass(frozen=True, slots=True, kw_only=True)
class LigneBudget:
    """One line; ``montant`` in euros, null while nobody has written it. The others are names, to be read."""

    theme: str
    annee: str
    financeur: str
    territoire: str
    montant: float | None


@dataclass(frozen=True, slots=True)
class Poste:
    """Lines added up under one name: euros (null when no line has an amount), lines with one, all lines."""

    nom: str
    montant: float | None
    chiffrees: int
    lignes: int

    @property
    def partiel(self) -> bool:
        """Whether some amounts are missing."""
        return self.chiffrees < self.lignes


Regroupement = tuple[str, tuple[Poste, ...]]


@dataclass(frozen=True, slots=True)
class Budget:
    """The whole, and the same lines by theme, year, funder and territory: each time, they add up to it."""

    total: Poste
    par: tuple[Regroupement, ...]


def add_up(programme: Programme, lieux: Iterable[TerritoireEnDeficit] = ()) -> Budget:
    """The budget of a programme; years and names in order, what is not said last.

    ``lieux``: the territories in deficit that the legal answer names, those of an atlas among them.
    """
    lines = tuple(list_lines(programme, name_all(programme, lieux)))
    axes: tuple[tuple[str, Callable[[LigneBudget], str]], ...] = (
        ("Thème", lambda line: line.theme),
        ("Année", lambda line: line.annee),
        ("Financeur", lambda line: line.financeur),
        ("Territoire", lambda line: line.territoire),
    )
    return Budget(_add("Total", lines), tuple((name, _group(lines, axis)) for name, axis in axes))


def name_all(programme: Programme, lieux: Iterable[TerritoireEnDeficit]) -> dict[str, str]:
    """The names of the themes and of every territory that an objective may name."""
    held = list(lieux)
    found = {part.cle: part.nom for place in held for part in place.membres}
    found |= {part.cle: part.nom for zone in programme.correspondances for part in zone.territoires}
    found |= {place.code: place.nom for place in held}
    found |= {place.code: place.nom for place in programme.territoires}
    return found | {theme.cle: theme.nom for theme in programme.themes}


def list_lines(programme: Programme, names: Mapping[str, str]) -> Iterator[LigneBudget]:
    """Every line, objectives first; declinaisons that were given up or never chosen have none."""
    themes = {fiche.cle: fiche.theme for fiche in programme.fiches}
    for op in programme.objectifs:
        for means in op.moyens or ():
            yield LigneBudget(
                theme=names.get(themes.get(op.fiche, ""), op.fiche),
                annee=SANS_ANNEE,
                financeur=means.financeur or SANS_FINANCEUR,
                territoire=_name_territories(op, names),
                montant=means.cout_eur,
            )
    for slot in programme.declinaisons:
        for step in slot.etapes if slot.statut not in INACTIFS else ():
            yield LigneBudget(
                theme=names.get(slot.theme, slot.theme),
                annee=str(_find_year(slot, step)),
                financeur=step.financeur or SANS_FINANCEUR,
                territoire=names.get(slot.arrondissement, slot.arrondissement),
                montant=step.cout_eur,
            )


def _find_year(slot: Declinaison, step: Etape) -> int:
    """The year when a step ends, else when it begins, else that of its declinaison."""
    day = step.fin or step.debut
    return day.year if day else slot.annee


def _name_territories(op: ObjectifPrioritaire, names: Mapping[str, str]) -> str:
    if len(op.territoires) > 1:
        return PLUSIEURS
    return names.get(op.territoires[0], op.territoires[0]) if op.territoires else TOUT


def _group(lines: Iterable[LigneBudget], axis: Callable[[LigneBudget], str]) -> tuple[Poste, ...]:
    held: dict[str, list[LigneBudget]] = {}
    for line in lines:
        held.setdefault(axis(line), []).append(line)
    last = (TOUT, PLUSIEURS, SANS_ANNEE, SANS_FINANCEUR)
    order = sorted(held, key=lambda name: (last.index(name) + 1 if name in last else 0, name))
    return tuple(_add(name, held[name]) for name in order)


def _add(nom: str, lines: Iterable[LigneBudget]) -> Poste:
    held = list(lines)
    known = [line.montant for line in held if line.montant is not None]
    return Poste(nom, round(fsum(known), 2) if known else None, len(known), len(held))


def tell_budget(budget: Budget) -> str:
    """The whole in words, and what is missing from it.

    >>> tell_budget(Budget(Poste("Total", 45000.0, 12, 40), ()))
    '45\\u202f000\\xa0€ sont écrits : 12\\xa0lignes sur 40 ont un montant, ce total est donc partiel.'
    >>> tell_budget(Budget(Poste("Total", None, 0, 3), ()))
    'Aucun montant n’est écrit, sur 3\\xa0lignes.'
    """
    whole = budget.total
    if not whole.lignes:
        return "Aucun moyen et aucune étape ne sont encore écrits."
    if whole.montant is None:
        return f"Aucun montant n’est écrit, sur {accord(whole.lignes, 'ligne')}."
    if not whole.partiel:
        return f"{euros(whole.montant)} sont écrits : toutes les lignes ont un montant."
    have = "a" if whole.chiffrees == 1 else "ont"
    counted = f"{accord(whole.chiffrees, 'ligne')} sur {whole.lignes} {have} un montant"
    return f"{euros(whole.montant)} sont écrits : {counted}, ce total est donc partiel."


def tell_poste(poste: Poste) -> tuple[str, str, str]:
    """A row of a table: its name, its euros, how many of its lines have an amount.

    >>> tell_poste(Poste("2027", None, 0, 3))
    ('2027', 'non renseigné', '0 sur 3')
    """
    amount = NON_RENSEIGNE if poste.montant is None else euros(poste.montant)
    return poste.nom, amount, f"{poste.chiffrees} sur {poste.lignes}"


DOUBLE = (
    "S’ajoutent les moyens des objectifs et les étapes des déclinaisons qui ne sont ni abandonnées ni"
    " écartées : un montant écrit aux deux endroits compte deux fois."
)
"""What to know before reading a sum."""


def make_sheet(budget: Budget) -> Feuille:
    """One row per sum, the whole first; reading a workbook leaves this sheet aside."""
    rows = [("Total", budget.total), *((axis, post) for axis, posts in budget.par for post in posts)]
    columns = ("axe", "nom", "montant_eur", "lignes_chiffrees", "lignes")
    cells = ((axis, post.nom, post.montant, post.chiffrees, post.lignes) for axis, post in rows)
    return Feuille(BUDGET, columns, tuple(cells))


def make_whole(programme: Programme, law: Completude) -> tuple[Feuille, ...]:
    """Every sheet of a programme, and those that are computed from it: the legal answer, the budget."""
    added = add_up(programme, law.territoires)
    return (*make_sheets(programme), formes.make_sheet(law), make_sheet(added))
