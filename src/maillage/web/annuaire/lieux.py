"""Places, once: the structures of the directory grouped, with what people said of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from maillage.annuaire.doublons.groupes import (
    Comparees,
    LieuxReunis,
    MemeLieu,
    Paire,
    compare_all,
    gather,
    list_candidates,
)
from maillage.annuaire.doublons.paires import Verdict
from maillage.annuaire.fiche import Structure
from maillage.web.annuaire.models import DecisionDoublon
from maillage.web.annuaire.queries import AnnuaireTenu, read_annuaire, read_marques
from maillage.web.socle.memoire import Memoire

DITS: Final = ("nom", "adresse", "telephone", "courriel", "site_web", "horaires_accueil")
"""The fields that are shown source by source where sources differ."""


@dataclass(frozen=True)
class FicheSoeur:
    """A record of a place that several lists give: whose, of when, under what licence (null: not said)."""

    ident: str
    cle: int | None
    nom: str
    source: str
    date_maj: date
    licence: str | None
    horaires: str | None


@dataclass(frozen=True)
class ValeurDite:
    """What one source says of a field, and when."""

    source: str
    date_maj: date
    valeur: str


@dataclass(frozen=True, eq=False)
class LieuxTenus:
    """The directory by place.

    ``structures``: id → record; ``lieu_de``: id → the group it is in, for those that are in one;
    ``decisions``: what people said, whether or not both structures are still there.
    """

    tenu: AnnuaireTenu
    reunis: LieuxReunis
    structures: Mapping[str, Structure]
    lieu_de: Mapping[str, MemeLieu]
    decisions: Mapping[Paire, DecisionDoublon]

    def list_records(self, ident: str) -> tuple[Structure, ...]:
        """The records of the place of a structure, the freshest first; itself alone when in no group."""
        group = self.lieu_de.get(ident)
        found = [self.structures[one] for one in (group.ids if group else (ident,)) if one in self.structures]
        return tuple(sorted(found, key=lambda one: (-one.date_maj.toordinal(), one.id)))

    def list_sisters(self, ident: str) -> tuple[FicheSoeur, ...]:
        """Every record of the place of a structure, the freshest first; empty when it is alone."""
        if ident not in self.lieu_de:
            return ()
        known = self.tenu.annuaire.complements
        return tuple(
            FicheSoeur(
                one.id, self.tenu.cles.get(("structure", one.id)), one.nom, one.source, one.date_maj,
                known[one.id].licence if one.id in known else None, one.horaires_accueil,
            )
            for one in self.list_records(ident)
        )  # fmt: skip

    def list_differences(self, ident: str) -> dict[str, tuple[ValeurDite, ...]]:
        """Field → what each source says of it, the freshest first, where they don't all say the same."""
        records, found = self.list_records(ident), {}
        for name in DITS:
            told = [(one, str(value)) for one in records if (value := getattr(one, name))]
            if len({value for _, value in told}) > 1:
                found[name] = tuple(ValeurDite(one.source, one.date_maj, value) for one, value in told)
        return found

    def name_place(self, ident: str) -> str:
        """What tells the place of a structure from another: the first id of its group, or its own."""
        group = self.lieu_de.get(ident)
        return group.ids[0] if group else ident


_comparees = Memoire(1)
_lieux = Memoire(1)


def read_lieux() -> LieuxTenus:
    """The places, made once for each state of the directory and of what people say: 1 query, then none.

    Pairs are weighed again only when a structure changed; an answer alone joins them anew.
    """
    return read_marques.hold(_lieux, lambda: _read(read_annuaire()))


def _read(held: AnnuaireTenu) -> LieuxTenus:
    candidates = list_candidates(held.annuaire)
    weighed: Comparees = _comparees.get(candidates, lambda: compare_all(candidates))
    rows = {(row.premiere, row.seconde): row for row in list_decisions()}
    later = DecisionDoublon.Reponse.PLUS_TARD
    joined = gather(
        weighed, {pair: Verdict(row.reponse) for pair, row in rows.items() if row.reponse != later}
    )
    return LieuxTenus(
        held,
        joined,
        {one.id: one for one in held.annuaire.structures},
        {ident: group for group in joined.groupes for ident in group.ids},
        rows,
    )


def list_decisions() -> list[DecisionDoublon]:
    """Every answer that stands, newest first: 1 query."""
    return list(DecisionDoublon.objects.select_related("auteur"))


def list_journal(limit: int) -> list[Any]:
    """What was answered and taken back, newest first: 1 query."""
    return list(
        DecisionDoublon.history.select_related("history_user").order_by("-history_date", "-history_id")[
            :limit
        ]
    )
