"""What imports and people changed of records: before and after, by whom, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Page, Paginator

from maillage.annuaire.fusion import ChampChange, list_changes
from maillage.web.annuaire.commands import keep
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue, ImportAnnuaire, LigneImport

PAR_PAGE: Final = 25
NOUVELLE, DISPARUE, REPARUE, CHANGEE = "nouvelle", "disparue", "reparue", "changée"


@dataclass(frozen=True)
class FicheChangee:
    """A record that an import touched: what became of it, and its fields before and after."""

    fiche: FicheTenue
    sort: str
    champs: tuple[ChampChange, ...]


@dataclass(frozen=True)
class VersionFiche:
    """A moment of a record: when, what happened, who did it (null: nobody known), fields changed."""

    le: datetime
    quoi: str
    qui: Any
    champs: tuple[ChampChange, ...] = ()
    imported: ImportAnnuaire | None = None


def list_imported(row: ImportAnnuaire, page: str | None) -> tuple[Page[Any], list[FicheChangee]]:
    """A page of the records that an import touched: 4 queries, whatever their number."""
    shown = Paginator(row.lignes.select_related("fiche").order_by("pk"), PAR_PAGE).get_page(page)
    lines = list(shown)
    after = _read_after(lines)
    return shown, [tell_line(line, after[line.pk]) for line in lines]


def _read_after(lines: Sequence[LigneImport]) -> dict[int, Mapping[str, Any]]:
    """What each line's record was once its import was written: 1 query.

    An import that was undone kept it; else it is what the next import of the record found, or what stands.
    """
    later: dict[int, list[LigneImport]] = {}
    keys = {line.fiche_id for line in lines}
    for line in LigneImport.objects.filter(fiche__in=keys).order_by("pk"):
        later.setdefault(line.fiche_id, []).append(line)
    found: dict[int, Mapping[str, Any]] = {}
    for line in lines:
        following = (one.avant for one in later[line.fiche_id] if one.pk > line.pk and one.avant is not None)
        found[line.pk] = line.apres or next(following, None) or keep(line.fiche)
    return found


def tell_line(line: LigneImport, after: Mapping[str, Any]) -> FicheChangee:
    """What an import did to a record."""
    before = line.avant
    if before is None:
        return FicheChangee(line.fiche, NOUVELLE, ())
    sort = CHANGEE
    if bool(before.get("disparue_le")) != bool(after.get("disparue_le")):
        sort = DISPARUE if after.get("disparue_le") else REPARUE
    return FicheChangee(line.fiche, sort, list_changes(_flatten(before), _flatten(after)))


def _flatten(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record and of its complement, as a comparison names them."""
    more = kept.get("complement") or {}
    return dict(kept["contenu"]) | {f"complement.{name}": one for name, one in more.items() if name != "id"}


def list_versions(row: FicheTenue) -> list[VersionFiche]:
    """Every moment of a record, newest first: 3 queries."""
    lines = list(
        LigneImport.objects.filter(fiche=row).select_related("imported__auteur", "fiche").order_by("pk")
    )
    after = _read_after(lines)
    found = list(_tell_imports(lines, after))
    for step in (
        CorrectionProposee.history.filter(fiche=row).select_related("history_user").order_by("history_id")
    ):
        known = CorrectionProposee.Etat(step.etat).label.lower()
        words = "retirée" if step.history_type == "-" else known
        change = (ChampChange(step.champ, None, step.valeur),)
        found.append(VersionFiche(step.history_date, f"correction {words}", step.history_user, change))
    return sorted(found, key=lambda one: one.le, reverse=True)


def _tell_imports(
    lines: Iterable[LigneImport], after: Mapping[int, Mapping[str, Any]]
) -> Iterable[VersionFiche]:
    for line in lines:
        told, imported = tell_line(line, after[line.pk]), line.imported
        words = f"{told.sort} par l’import de {imported.fichier}"
        yield VersionFiche(imported.fait_le, words, imported.auteur, told.champs, imported)
        if imported.annule_le is not None:
            yield VersionFiche(imported.annule_le, f"import de {imported.fichier} défait", None, (), imported)
