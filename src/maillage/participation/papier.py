"""Answers written on paper, typed in a sheet: one person a row, one question a column."""

from __future__ import annotations

from collections.abc import Sequence

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.noms import plier
from maillage.participation.questions import QuestionEnquete, Valeur, read_answers

LIGNES_AU_PLUS = 20_000


def list_heads(questions: Sequence[QuestionEnquete]) -> tuple[str, ...]:
    """The heads of the columns: the questions, as they are asked."""
    return tuple(one.texte for one in questions)


def list_answers(
    questions: Sequence[QuestionEnquete],
    colonnes: Sequence[str],
    lignes: Sequence[Sequence[object]],
    *,
    fichier: str = "",
    entete: int = 1,
) -> list[dict[str, Valeur]]:
    """What each row answers; blank rows are left out. ``entete``: the row of the heads, counted from 1.

    Raises:
        EntreeInvalide: with every fault, its row and its column; nothing is taken.

    >>> from maillage.participation.questions import read_questions
    >>> asked = read_questions("Content ? [oui/non]")
    >>> list_answers(asked, ["CONTENT ?"], [["Oui"], [None], ["non"]])
    [{'q1': 'oui'}, {'q1': 'non'}]
    >>> list_answers(asked, ["Content ?"], [["oui"], ["bof"]], fichier="a.ods")
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Ce tableau n’est pas entré.
      - a.ods, ligne 3, colonne « Content ? » : « bof » n’est pas un de ses choix (oui, non)
    """
    known = {plier(one.texte): one for one in questions}
    at = {known[plier(name)].cle: rank for rank, name in enumerate(colonnes) if plier(name) in known}
    missing = [one.texte for one in questions if one.cle not in at]
    faults = [Faute("cette question n’a pas de colonne", fichier, colonne=name) for name in missing]
    if len(lignes) > LIGNES_AU_PLUS:
        faults.append(Faute(f"{len(lignes)} lignes, {LIGNES_AU_PLUS} au plus", fichier))
    kept = []
    for number, row in enumerate(lignes if not faults else (), entete + 1):
        cells = {key: [_write(row[rank])] for key, rank in at.items() if rank < len(row)}
        if not any(text for texts in cells.values() for text in texts):
            continue
        try:
            kept.append(read_answers(questions, cells, fichier=fichier, ligne=number))
        except EntreeInvalide as error:
            faults += error.fautes
    if faults:
        raise EntreeInvalide("Ce tableau n’est pas entré.", tuple(faults))
    return kept


def _write(cell: object) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
