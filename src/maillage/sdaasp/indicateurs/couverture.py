"""Coverage matrices: what serves what, and the holes.

A cell is ``couvert`` (a confirmed link), ``a_confirmer`` (the published text leaves a doubt) or ``vide``. A
row or a column without any ``couvert`` or ``a_confirmer`` cell is a hole of the programme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from maillage.sdaasp.completude.loi import list_named, stands
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.programme.modele import Declinaison, Lien, Programme
from maillage.sdaasp.programme.vocabulaire import INACTIFS

EtatCase = Literal["couvert", "a_confirmer", "vide"]


@dataclass(frozen=True, slots=True)
class Entete:
    """The head of a row or a column."""

    cle: str
    nom: str


@dataclass(frozen=True, slots=True)
class Case:
    """One cell: its state and the keys of what puts it there."""

    etat: EtatCase = "vide"
    objets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatriceCouverture:
    """Rows × columns; ``cases[row][column]``."""

    nom: str
    lignes: tuple[Entete, ...]
    colonnes: tuple[Entete, ...]
    cases: tuple[tuple[Case, ...], ...]

    @property
    def lignes_vides(self) -> tuple[Entete, ...]:
        """Rows that nothing covers."""
        return tuple(
            head
            for head, row in zip(self.lignes, self.cases, strict=True)
            if all(c.etat == "vide" for c in row)
        )

    @property
    def colonnes_vides(self) -> tuple[Entete, ...]:
        """Columns that nothing covers."""
        return tuple(
            head for i, head in enumerate(self.colonnes) if all(row[i].etat == "vide" for row in self.cases)
        )

    @property
    def etats_lignes(self) -> tuple[EtatCase, ...]:
        """The best state of each row: ``couvert`` when one cell is, else ``a_confirmer`` when one cell is."""
        order: tuple[EtatCase, ...] = ("couvert", "a_confirmer")
        found = ({case.etat for case in row} for row in self.cases)
        return tuple(next((etat for etat in order if etat in states), "vide") for states in found)

    def count(self, etat: EtatCase) -> int:
        """Number of cells in a state."""
        return sum(case.etat == etat for row in self.cases for case in row)


def cross_dimensions(programme: Programme) -> MatriceCouverture:
    """Theme × transversal dimension, by the links of the fiches."""
    fiches = {theme.cle: [f for f in programme.fiches if f.theme == theme.cle] for theme in programme.themes}

    def cell(theme: str, dimension: str) -> Case:
        links = [(f.cle, lien) for f in fiches[theme] for lien in f.dimensions if lien.cible == dimension]
        return _case([(key, lien.confirme) for key, lien in links])

    return _build(
        "Thème × dimension transversale",
        [Entete(t.cle, t.nom) for t in programme.themes],
        [Entete(d.cle, d.nom) for d in programme.dimensions_transversales],
        cell,
    )


def cross_arrondissements(programme: Programme) -> MatriceCouverture:
    """OP × arrondissement, by the declinaisons.

    A declinaison counts unless it is not identified, not treated or given up. It covers the OP it names;
    while its OP is « à confirmer » it may serve any OP of its theme, and those cells are ``a_confirmer``.
    """
    themes = {f.cle: f.theme for f in programme.fiches}
    themes_by_op = {op.cle: themes[op.fiche] for op in programme.objectifs}
    active: defaultdict[tuple[str, str], list[Declinaison]] = defaultdict(list)
    for d in programme.declinaisons:
        if d.statut not in INACTIFS:
            active[d.theme, d.arrondissement].append(d)

    def cell(op: str, arrondissement: str) -> Case:
        here = active[themes_by_op[op], arrondissement]
        return _case([(d.cle, sure) for d in here if (sure := _names(d, op)) is not None])

    return _build(
        "Objectif prioritaire × arrondissement",
        [Entete(op.cle, op.libelle) for op in programme.objectifs],
        [Entete(t.code, t.nom) for t in programme.territoires if t.niveau == "arrondissement"],
        cell,
    )


def cross_deficits(programme: Programme, deficits: Iterable[TerritoireEnDeficit]) -> MatriceCouverture:
    """Territory in deficit × theme, by what names the territory (``completude.loi.list_named``).

    ``couvert``: what serves the theme names the whole of it. ``a_confirmer``: a part only, or nothing while
    its arrondissement has a standing declinaison for the theme, which does not say whether it serves it.
    """
    rows = {d.code: d for d in deficits}
    themes = {
        op.cle: fiche.theme
        for fiche in programme.fiches
        for op in programme.objectifs
        if op.fiche == fiche.cle
    }
    themes |= {d.cle: d.theme for d in programme.declinaisons}
    named = list_named(programme)
    active = [d for d in programme.declinaisons if stands(d)]

    def cell(code: str, theme: str) -> Case:
        place = rows[code]
        here = {key: codes for key, codes in named.items() if themes[key] == theme and codes & place.cles}
        if here:
            whole = not place.list_reste(frozenset().union(*here.values()))
            return _case([(key, whole) for key in here])
        around = [d.cle for d in active if (d.theme, d.arrondissement) == (theme, place.arrondissement)]
        return _case([(key, False) for key in around])

    return _build(
        "Territoire en déficit × thème",
        [Entete(d.code, d.nom) for d in rows.values()],
        [Entete(t.cle, t.nom) for t in programme.themes],
        cell,
    )


def _names(declinaison: Declinaison, op: str) -> bool | None:
    """True: names the OP; False: may serve it; None: does not."""
    if declinaison.objectifs is None:
        return False
    links: list[Lien] = [lien for lien in declinaison.objectifs if lien.cible == op]
    return any(lien.confirme for lien in links) if links else None


def _case(found: list[tuple[str, bool]]) -> Case:
    if not found:
        return Case()
    sure = tuple(key for key, confirmed in found if confirmed)
    return Case("couvert", sure) if sure else Case("a_confirmer", tuple(key for key, _ in found))


def _build(
    nom: str, rows: list[Entete], columns: list[Entete], cell: Callable[[str, str], Case]
) -> MatriceCouverture:
    cases = tuple(tuple(cell(row.cle, column.cle) for column in columns) for row in rows)
    return MatriceCouverture(nom, tuple(rows), tuple(columns), cases)
