"""Reads of the directory: the whole of it as values, one record with all that is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, Final

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from maillage.annuaire.confirmation import FERMETURES
from maillage.annuaire.fiche import ENSEMBLES, Annuaire, Complement, Prestation, Structure
from maillage.web.annuaire.models import CorrectionProposee, EtatAnnuaire, FicheTenue, ImportAnnuaire
from maillage.web.socle.etat import VersionDesTables
from maillage.web.socle.memoire import Memoire


@dataclass(frozen=True)
class AnnuaireTenu:
    """The directory as people read it: what its sources give, our corrections over it.

    ``cles``: (kind, id) → key of the row. ``corriges``: (kind, id) → fields whose value is ours.
    ``confirmees``: id → the day it was confirmed. ``marque``: that of the state it was read at.
    """

    annuaire: Annuaire
    cles: dict[tuple[str, str], int]
    corriges: dict[tuple[str, str], tuple[str, ...]]
    confirmees: dict[str, date]
    marque: str = ""


_lus = Memoire(1)


def _ask_marques() -> tuple[str, str]:
    rows = EtatAnnuaire.objects.order_by("pk").values_list("marque", "marque_lieux")
    return rows.first() or ("", "")


read_marques = VersionDesTables("annuaire", _ask_marques, lambda: (EtatAnnuaire,))
"""The mark of records, then that of what people say of duplicates."""


def read_marque() -> str:
    """What any write of the directory changes: 1 query, none when nothing was committed since."""
    return read_marques()[0]


def read_annuaire() -> AnnuaireTenu:
    """The whole directory, vanished records left out: 2 queries, none while no one has written."""
    marque = read_marque()
    return read_marques.hold(_lus, lambda: _read(marque), marque)


def _read(marque: str) -> AnnuaireTenu:
    rows = FicheTenue.objects.filter(disparue_le=None).order_by("ident")
    over = _read_overlay()
    structures: list[Structure] = []
    prestations: list[Prestation] = []
    complements: dict[str, Complement] = {}
    keys, confirmed = {}, {}
    for row in rows.iterator(chunk_size=2000):
        fiche = apply(row.fiche, over.get(row.pk, {}))
        if isinstance(fiche, Structure):
            structures.append(fiche)
        else:
            prestations.append(fiche)
        if row.complement or FERMETURES in over.get(row.pk, {}):
            complements[row.ident] = complete(row.ajout, over.get(row.pk, {}))
        keys[row.sorte, row.ident] = row.pk
        if row.confirmee_le:
            confirmed[row.ident] = row.confirmee_le
    back = {key: which for which, key in keys.items()}
    fixed = {back[key]: tuple(values) for key, values in over.items() if key in back}
    return AnnuaireTenu(
        Annuaire(tuple(structures), tuple(prestations), complements), keys, fixed, confirmed, marque
    )


COURANTES: Final = ("proposee", "envoyee")


def _read_overlay() -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for one in CorrectionProposee.objects.filter(etat__in=COURANTES).order_by("pk"):
        found.setdefault(one.fiche_id, {})[one.champ] = one.valeur
    return found


def apply(fiche: Structure | Prestation, over: dict[str, Any]) -> Structure | Prestation:
    """The record with our values over those of its source."""
    known = {part.name for part in fields(fiche)}
    values = {
        name: tuple(sorted(value)) if name in ENSEMBLES and value is not None else value
        for name, value in over.items()
        if name in known
    }
    return replace(fiche, **values) if values else fiche


def complete(ajout: Complement, over: dict[str, Any]) -> Complement:
    """The complement with the closures that we say, over those of its source."""
    if FERMETURES not in over:
        return ajout
    told = Complement.read({"id": ajout.id, FERMETURES: over[FERMETURES]})
    return replace(ajout, fermetures=told.fermetures)


def read_source(idents: tuple[str, ...] = ()) -> Annuaire:
    """What sources give, vanished or not, without our corrections: 1 query."""
    rows = FicheTenue.objects.order_by("ident")
    held = rows.filter(ident__in=idents) if idents else rows.filter(disparue_le=None)
    return make_annuaire(held.iterator(chunk_size=2000))


def make_annuaire(rows: Iterable[FicheTenue]) -> Annuaire:
    """Records as their sources give them."""
    structures: list[Any] = []
    prestations: list[Any] = []
    complements: dict[str, Complement] = {}
    for row in rows:
        (structures if row.sorte == "structure" else prestations).append(row.fiche)
        if row.complement:
            complements[row.ident] = row.ajout
    return Annuaire(tuple(structures), tuple(prestations), complements)


def count_sources() -> list[dict[str, Any]]:
    """By source: how many records stand and how many have vanished; 1 query."""
    return list(
        FicheTenue.objects.order_by("source")
        .values("source")
        .annotate(
            tenues=Count("pk", filter=Q(disparue_le=None)),
            disparues=Count("pk", filter=Q(disparue_le__isnull=False)),
        )
    )


def find_last_write() -> date | None:
    """The day of the last write of records: an import, one undone, a correction shown, a confirmation."""
    imports = ImportAnnuaire.objects.aggregate(fait=Max("fait_le"), annule=Max("annule_le"))
    shown = CorrectionProposee.history.exclude(etat=CorrectionProposee.Etat.RECUE)
    moments = (*imports.values(), shown.aggregate(le=Max("history_date"))["le"])
    days = [timezone.localtime(one).date() for one in moments if one is not None]
    confirmed = FicheTenue.objects.aggregate(le=Max("confirmee_le"))["le"]
    return max([*days, *([confirmed] if confirmed else [])], default=None)


def list_imports() -> QuerySet[ImportAnnuaire]:
    """The imports, newest first."""
    return ImportAnnuaire.objects.select_related("auteur")


def read_field(row: FicheTenue, champ: str) -> Any:
    """What the source says of a field, of the record or of its complement; null when nothing."""
    return row.complement.get(champ) if champ == FERMETURES else row.contenu.get(champ)


def read_shown(row: FicheTenue) -> dict[str, Any]:
    """The fields of a record as they are shown, our corrections over its source: 1 query."""
    over = {one.champ: one.valeur for one in row.corrections.filter(etat__in=COURANTES).order_by("pk")}
    return row.contenu | over


def list_corrections() -> list[CorrectionProposee]:
    """Every correction with its record and who made it, newest first: 1 query."""
    return list(CorrectionProposee.objects.select_related("fiche", "auteur"))
