"""From the tables of a published schema to a proposed programme, with everything it is unsure of as
questions.

What the text says plainly is taken. What it leaves in doubt becomes a question; while nobody has answered,
the field stays « à confirmer » (``None``), or the link stays ``confirme = False``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from maillage.sdaasp.programme.fne import OrientationFne
from maillage.sdaasp.programme.modele import Declinaison, FicheAction, ObjectifPrioritaire, Programme
from maillage.sdaasp.reprise.appariement import find_disagreeing_figures, find_variants, match_name
from maillage.sdaasp.reprise.dossier import Contexte, Dossier, Question
from maillage.sdaasp.reprise.proposition_declinaisons import propose_declinaisons
from maillage.sdaasp.reprise.proposition_fiches import propose_fiche, propose_fne, propose_objectives
from maillage.sdaasp.reprise.tables_lues import DocumentLu, TableLue


@dataclass(frozen=True, slots=True)
class Proposition:
    """What an import proposes.

    ``programme`` holds what is sure or decided; ``complet`` also what hangs on a table whose theme is not
    confirmed.
    """

    programme: Programme
    complet: Programme
    questions: tuple[Question, ...]
    en_attente: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class _Groupe:
    """The tables of one theme, and whether the theme is sure."""

    theme: str
    sur: bool
    tables: tuple[TableLue, ...]


def propose(document: DocumentLu, base: Programme, decisions: Mapping[str, str] | None = None) -> Proposition:
    """The programme that a published text proposes, on the themes, territories and dimensions of ``base``."""
    context = Contexte(base, Dossier(decisions or {}), document.texte)
    groups = _gather(document.tables, context)
    _report_doubts(document.texte, context.dossier)
    parts = [(group, _read_group(group, context)) for group in groups]
    context.dossier.check()
    return Proposition(
        programme=_assemble(base, [part for group, part in parts if group.sur]),
        complet=_assemble(base, [part for _, part in parts]),
        questions=tuple(context.dossier.questions),
        en_attente=context.dossier.list_pending(),
    )


@dataclass(frozen=True, slots=True)
class _Partie:
    fiches: tuple[FicheAction, ...]
    objectifs: tuple[ObjectifPrioritaire, ...]
    declinaisons: tuple[Declinaison, ...]
    orientations: tuple[OrientationFne, ...]


def _read_group(group: _Groupe, context: Contexte) -> _Partie:
    objectives = propose_objectives(group.theme, group.tables, context)
    return _Partie(
        fiches=(propose_fiche(group.theme, group.tables, context),),
        objectifs=objectives,
        declinaisons=propose_declinaisons(group.theme, group.tables, objectives, context),
        orientations=tuple(o for t in group.tables if t.nature == "fne" for o in propose_fne(t, context)),
    )


def _assemble(base: Programme, parts: list[_Partie]) -> Programme:
    order = {theme.cle: theme.ordre for theme in base.themes}
    ordered = sorted(parts, key=lambda part: order[part.fiches[0].theme])
    return replace(
        base,
        fiches=tuple(fiche for part in ordered for fiche in part.fiches),
        objectifs=tuple(op for part in ordered for op in part.objectifs),
        declinaisons=tuple(d for part in ordered for d in part.declinaisons),
        orientations_fne=tuple(o for part in ordered for o in part.orientations),
    )


def _gather(tables: tuple[TableLue, ...], context: Contexte) -> list[_Groupe]:
    """The tables by theme: a theme starts at its « enjeux » table, or at the road map of FNE."""
    starts = [i for i, table in enumerate(tables) if table.nature in ("fiche", "fne")]
    ends = [*starts[1:], len(tables)]
    runs = [tables[start:end] for start, end in zip(starts, ends, strict=True)]
    known = {theme.cle: theme.nom for theme in context.base.themes}
    found = [_match_theme(run[0], known) for run in runs]
    left = [key for key in known if key not in found]
    return [
        _Groupe(theme, sur=True, tables=run) if theme else _ask_theme(run, left, known, context.dossier)
        for theme, run in zip(found, runs, strict=True)
    ]


def _match_theme(table: TableLue, known: Mapping[str, str]) -> str | None:
    if table.titre is None:
        return None
    match = match_name(table.titre, known.items())
    return match.cle if match.exact else None


def _ask_theme(
    run: tuple[TableLue, ...], left: list[str], known: Mapping[str, str], dossier: Dossier
) -> _Groupe:
    table = run[0]
    said = f"Elle suit le titre « {table.titre} »" if table.titre else "Elle n’a pas de titre"
    proposed = left[0] if len(left) == 1 else None
    answer = dossier.ask(
        Question(
            id=f"theme:{table.numero}",
            ligne=table.numero,
            texte=f"De quel thème parle cette table ? {said}, aucun thème n’y correspond exactement.",
            choix={key: known[key] for key in left},
            proposition=proposed,
            lignes=tuple(row.numero for row in table.lignes),
        )
    )
    return _Groupe(answer or proposed or left[0], sur=answer is not None, tables=run)


def _report_doubts(text: str, dossier: Dossier) -> None:
    """Spellings and figures of the whole text that disagree: a person says which is right."""
    for kind, pairs in (("graphie", find_variants(text)), ("chiffre", find_disagreeing_figures(text))):
        for first, second in pairs:
            dossier.ask(
                Question(
                    id=f"{kind}:{first}/{second}",
                    ligne=_find_line(text, second),
                    texte=f"Le document écrit « {first} » et « {second} ». Lequel est juste ?",
                    choix={first: first, second: second, "les-deux": "les deux sont justes"},
                    lignes=tuple(n for n in (_find_line(text, first), _find_line(text, second)) if n),
                )
            )


def _find_line(text: str, wording: str) -> int | None:
    lines = text.splitlines()
    return next((i for i, line in enumerate(lines, 1) if wording in " ".join(line.split())), None)
