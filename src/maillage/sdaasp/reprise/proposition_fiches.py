"""Fiches, objectives and the FNE road map proposed from the tables of a published schema."""

from __future__ import annotations

from dataclasses import replace

from maillage.sdaasp.programme.fne import ActionFne, OrientationFne
from maillage.sdaasp.programme.modele import FicheAction, Frein, Moyen, ObjectifPrioritaire
from maillage.sdaasp.reprise.appariement import match_name, segment, split_at_capitals
from maillage.sdaasp.reprise.dossier import Contexte, Dossier, Question, target
from maillage.sdaasp.reprise.lexique import list_organisations
from maillage.sdaasp.reprise.proposition_liens import propose_links
from maillage.sdaasp.reprise.tables_lues import CelluleLue, LigneLue, TableLue

COUPER = {"couper": "couper", "garder": "garder d’un seul tenant"}
TOUS = "Tous les arrondissements"


def propose_fiche(theme: str, tables: tuple[TableLue, ...], context: Contexte) -> FicheAction:
    """The fiche of a theme; a theme that only has the FNE road map gets a fiche with its title."""
    head = next((t for t in tables if t.nature == "fiche"), None)
    title = tables[0].titre or next(t.nom for t in context.base.themes if t.cle == theme)
    fiche = FicheAction(cle=theme, theme=theme, titre=title, enjeux=None, source=f"ligne {tables[0].numero}")
    if head is None or not head.lignes:
        return fiche
    stakes, leads, links = head.lignes[0].cellules[:3]
    line = head.lignes[0].numero
    pilots = _propose_pilots(theme, leads, line, context)
    return replace(
        propose_links(fiche, links, line, context),
        enjeux=_propose_stakes(theme, stakes, line, context.dossier),
        pilote=pilots[0] if pilots else None,
        copilotes=pilots[1:],
    )


def _propose_stakes(theme: str, cell: CelluleLue, line: int, dossier: Dossier) -> tuple[str, ...] | None:
    whole = (*cell.paragraphes, *cell.items)
    cut = tuple(part for text in whole for part in split_at_capitals(text))
    if cut == whole:
        return whole or None
    answer = dossier.ask(
        Question(
            id=f"enjeux:{theme}",
            ligne=line,
            texte=f"Les enjeux se suivent sans séparation. Les couper ainsi : {' | '.join(cut)} ?",
            choix=COUPER,
            proposition="couper",
            cellules=target("fiches", theme, "enjeux"),
            famille="enjeux",
        )
    )
    return {"couper": cut, "garder": whole}.get(answer or "")


def _propose_pilots(theme: str, cell: CelluleLue, line: int, context: Contexte) -> tuple[str, ...]:
    """First the pilote, then the copilotes, as the heading of the column says."""
    if cell.texte.casefold().replace("à", "a") in ("", "a définir"):
        return ()
    if len(cell.items) > 1:
        return cell.items
    parts = segment(cell.texte, list_organisations(context.texte))
    if parts is not None:
        return parts
    answer = context.dossier.ask(
        Question(
            id=f"pilotes:{theme}",
            ligne=line,
            texte=f"Qui pilote, dans « {cell.texte} » ? Ces mots ne sont pas tous connus.",
            choix={"garder": f"un seul pilote : {cell.texte}", "vide": "laisser à confirmer"},
            cellules=target("fiches", theme, "pilote", "copilotes"),
        )
    )
    return (cell.texte,) if answer == "garder" else ()


def propose_objectives(
    theme: str, tables: tuple[TableLue, ...], context: Contexte
) -> tuple[ObjectifPrioritaire, ...]:
    """The OP of a theme, numbered in the order of the rows, a table cut by a page included."""
    rows = [row for table in tables if table.nature == "objectifs" for row in table.lignes]
    return tuple(_propose_objective(theme, i, row, context.dossier) for i, row in enumerate(rows, 1))


def _propose_objective(theme: str, order: int, row: LigneLue, dossier: Dossier) -> ObjectifPrioritaire:
    first, means, obstacles = (*row.cellules, CelluleLue(), CelluleLue())[:3]
    key = f"{theme}.{order}"
    label, effects = _split_label(key, first, row.numero, dossier)
    return ObjectifPrioritaire(
        cle=key,
        fiche=theme,
        ordre=order,
        libelle=label,
        effets=effects or None,
        moyens=tuple(Moyen(libelle=text) for text in _list_texts(means)) or None,
        freins=tuple(Frein(libelle=text) for text in _list_texts(obstacles)) or None,
        source=f"ligne {row.numero}",
    )


def _split_label(key: str, cell: CelluleLue, line: int, dossier: Dossier) -> tuple[str, tuple[str, ...]]:
    """(label, effects): the first paragraph without « OP : », then the rest.

    When there is no rest and the label holds a second capitalised verb, label and effect were probably
    merged.
    """
    label = (cell.paragraphes or ("",))[0].removeprefix("OP :").strip()
    effects = (*cell.paragraphes[1:], *cell.items)
    parts = split_at_capitals(label)
    if effects or len(parts) == 1:
        return label, effects
    answer = dossier.ask(
        Question(
            id=f"libelle:{key}",
            ligne=line,
            texte=f"Libellé et effet attendu semblent collés. Les couper ainsi : {' | '.join(parts)} ?",
            choix=COUPER,
            proposition="couper",
            cellules=target("objectifs", key, "libelle", "effets"),
        )
    )
    return (parts[0], parts[1:]) if answer == "couper" else (label, ())


def _list_texts(cell: CelluleLue) -> tuple[str, ...]:
    return (*cell.paragraphes, *cell.items)


def propose_fne(table: TableLue, context: Contexte) -> tuple[OrientationFne, ...]:
    """The orientations of the FNE road map, their actions and the arrondissements named as « priorité 1 »."""
    return tuple(_propose_orientation(i, row, context) for i, row in enumerate(table.lignes, 1))


def _propose_orientation(order: int, row: LigneLue, context: Contexte) -> OrientationFne:
    title, actions, priority = (*row.cellules, CelluleLue(), CelluleLue())[:3]
    key = f"fne-{order}"
    return OrientationFne(
        cle=key,
        titre=title.texte,
        ordre=order,
        actions=tuple(
            ActionFne(cle=f"{key}.{i}", libelle=text, ordre=i)
            for i, text in enumerate(_list_texts(actions), 1)
        ),
        priorites=_read_priorities(key, priority.texte, row.numero, context),
        tous=priority.texte == TOUS,
        source=f"ligne {row.numero}",
    )


def _read_priorities(key: str, text: str, line: int, context: Contexte) -> tuple[str, ...]:
    if text == TOUS or not text:
        return ()
    names = [(t.code, t.nom) for t in context.base.territoires if t.niveau == "arrondissement"]
    found = [(part.strip(), match_name(part, names)) for part in text.partition(":")[2].split(",")]
    unknown = [part for part, match in found if not match.exact]
    if unknown:
        context.dossier.ask(
            Question(
                id=f"priorites:{key}",
                ligne=line,
                texte=f"Arrondissements non reconnus : {', '.join(unknown)}.",
                choix={"ignorer": "les laisser de côté"},
                cellules=target("orientations_fne", key, "priorites"),
            )
        )
    return tuple(match.cle for _, match in found if match.exact and match.cle)
