"""Declinaisons proposed from a published table: label, status, OP, and cells that may have been merged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from maillage.sdaasp.programme.modele import Declinaison, Lien, ObjectifPrioritaire
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison
from maillage.sdaasp.reprise.appariement import match_name, squash
from maillage.sdaasp.reprise.dossier import Contexte, Question, target
from maillage.sdaasp.reprise.tables_lues import CelluleLue, LigneLue, TableLue

_NOT_IDENTIFIED = re.compile(r"\s*Non[- ]identifiée(?: en \w+ \d{4})?\s*$", re.IGNORECASE)
_NOT_TREATED = re.compile(r"^Thématique non traitée$", re.IGNORECASE)
FUSION = {"fusionnee": "même contenu que la ligne du dessus", "a_confirmer": "laisser à confirmer"}
AUCUN = "aucun"


@dataclass(frozen=True, slots=True)
class _Rang:
    """A declinaison read from a row, and the line of the row."""

    numero: int
    declinaison: Declinaison


def propose_declinaisons(
    theme: str, tables: tuple[TableLue, ...], objectives: tuple[ObjectifPrioritaire, ...], context: Contexte
) -> tuple[Declinaison, ...]:
    """The declinaisons of a theme, one per row of its tables."""
    rows = [
        _Rang(row.numero, declinaison)
        for table in tables
        if table.nature == "declinaisons"
        for row in table.lignes
        if (declinaison := _read_row(theme, table.annee or 0, row, objectives, context)) is not None
    ]
    for field in ("libelle", "objectifs"):
        rows = _ask_merged(rows, field, context)
    return tuple(row.declinaison for row in rows)


def _read_row(
    theme: str, year: int, row: LigneLue, objectives: tuple[ObjectifPrioritaire, ...], context: Contexte
) -> Declinaison | None:
    place, label, goals = (*row.cellules, CelluleLue(), CelluleLue())[:3]
    names = [(t.code, t.nom) for t in context.base.territoires if t.niveau == "arrondissement"]
    match = match_name(place.texte, names)
    if not match.exact or match.cle is None:
        choices = dict(names)
        answer = context.dossier.ask(
            Question(
                f"arrondissement:{row.numero}",
                row.numero,
                f"Quel est « {place.texte} » ?",
                choices,
                match.cle,
            )
        )
        if answer is None:
            return None
        code = answer
    else:
        code = match.cle
    text, status = read_status(label.texte)
    declinaison = Declinaison(
        theme=theme,
        arrondissement=code,
        annee=year,
        libelle=text,
        statut=status,
        source=f"ligne {row.numero}",
    )
    return replace(declinaison, objectifs=_read_goals(declinaison, goals, objectives, row.numero, context))


def read_status(text: str) -> tuple[str | None, StatutDeclinaison | None]:
    """(label, status) of the second column; blank is (``None``, ``None``): à confirmer.

    >>> read_status("Créer une instance Non-identifiée en juillet 2024")
    ('Créer une instance', <StatutDeclinaison.NON_IDENTIFIEE: 'non_identifiee'>)
    """
    if not text:
        return None, None
    if _NOT_TREATED.match(text):
        return None, StatutDeclinaison.NON_TRAITEE
    label, marked = _NOT_IDENTIFIED.subn("", text)
    return label or None, StatutDeclinaison.NON_IDENTIFIEE if marked else StatutDeclinaison.IDENTIFIEE


def _read_goals(
    declinaison: Declinaison,
    cell: CelluleLue,
    objectives: tuple[ObjectifPrioritaire, ...],
    line: int,
    context: Contexte,
) -> tuple[Lien, ...] | None:
    if declinaison.statut is StatutDeclinaison.NON_TRAITEE:
        return ()
    wordings = (*cell.paragraphes, *cell.items)
    if not wordings:
        return None
    return tuple(_link_goal(declinaison, wording, objectives, line, context) for wording in wordings)


def _link_goal(
    declinaison: Declinaison,
    wording: str,
    objectives: tuple[ObjectifPrioritaire, ...],
    line: int,
    context: Contexte,
) -> Lien:
    names = {op.cle: op.libelle for op in objectives}
    match = match_name(wording, names.items())
    printed = None if names.get(match.cle or "") == wording else wording
    if match.exact:
        return Lien(cible=match.cle, libelle_publie=printed)
    answer = context.dossier.ask(
        Question(
            id=f"op:{declinaison.theme}:{squash(wording)[:60]}",
            ligne=line,
            texte=f"Quel objectif prioritaire est nommé « {wording} » ? Aucun n’a exactement ce libellé.",
            choix=names | {AUCUN: "aucun de ceux-là"},
            proposition=match.cle,
            cellules=target("declinaisons", declinaison.cle, "objectifs"),
        )
    )
    if answer == AUCUN:
        return Lien(cible=None, libelle_publie=wording, confirme=False)
    return Lien(cible=answer or match.cle, libelle_publie=printed, confirme=answer is not None)


def _ask_merged(rows: list[_Rang], field: str, context: Contexte) -> list[_Rang]:
    """Ask about each run of blank cells under a filled one, and fill it when the answer is « fusionnée ».

    Under a row that is not treated there is nothing to be merged with: the blank stays « à confirmer ».
    """
    result: list[_Rang] = []
    for blank, run in groupby(rows, key=lambda row: _is_blank(row.declinaison, field)):
        part = [*run]
        if blank and result and result[-1].declinaison.statut is not StatutDeclinaison.NON_TRAITEE:
            part = [*_fill(part, result[-1].declinaison, field, context)]
        result += part
    return result


def _is_blank(declinaison: Declinaison, field: str) -> bool:
    return getattr(declinaison, field) is None and declinaison.statut is not StatutDeclinaison.NON_TRAITEE


def _fill(run: list[_Rang], above: Declinaison, field: str, context: Contexte) -> Iterator[_Rang]:
    names = {t.code: t.nom for t in context.base.territoires}
    places = ", ".join(names[row.declinaison.arrondissement] for row in run)
    fields = ("libelle", "statut") if field == "libelle" else ("objectifs",)
    answer = context.dossier.ask(
        Question(
            id=f"fusion:{run[0].declinaison.cle}:{field}",
            ligne=run[0].numero,
            texte=f"Cellules vides ({'libellé' if field == 'libelle' else 'objectifs'}) pour {places} : "
            "sont-elles fusionnées avec celle du dessus ?",
            choix=FUSION,
            cellules=tuple(c for row in run for c in target("declinaisons", row.declinaison.cle, *fields)),
            famille=f"fusion-{field}",
            lignes=tuple(row.numero for row in (run[0], run[-1])),
        )
    )
    for row in run:
        values = {name: getattr(above, name) for name in fields}
        yield _Rang(row.numero, replace(row.declinaison, **values)) if answer == "fusionnee" else row
