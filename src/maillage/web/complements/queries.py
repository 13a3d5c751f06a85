"""Reads of the lines of partners: mine, those to read again, what became of them, what is public."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, Final

from django.db.models import Q, QuerySet

from maillage.catalogue.complements import AJOUT, APPLIQUE, CONFIRME, ETATS, FERME
from maillage.web.complements.lieux import find_lieu, read_suites
from maillage.web.complements.models import OUVERTES, ComplementPropose
from maillage.web.socle.atlas import AtlasOuvert

Etat = ComplementPropose.Etat
A_REVOIR: Final = frozenset(set(ETATS) - {APPLIQUE, CONFIRME})


@dataclass(frozen=True)
class Suite:
    """What became of an accepted line: ``etat`` of the atlas (empty: in none yet), in words, its atlas's day.

    ``base``: what the list says now, where that is why it waits.
    """

    etat: str
    texte: str
    le: date | None = None
    base: str = ""

    @property
    def a_revoir(self) -> bool:
        """Whether somebody has to read it again."""
        return self.etat in A_REVOIR

    @property
    def ton(self) -> str:
        """How it looks."""
        return "alerte" if self.a_revoir else "succes" if self.etat else ""


def find_suite(atlas: AtlasOuvert | None, row: ComplementPropose) -> Suite | None:
    """What became of a line in the atlas that is open; null for a line that is not accepted."""
    if row.etat != Etat.ACCEPTEE or atlas is None:
        return None
    held = read_suites(atlas).get(row.cle)
    if held is not None and held.valeur == row.valeur:
        dated = atlas.construit_le
        return Suite(held.etat, ETATS[held.etat], dated, held.base or "")
    return _compare_base(atlas, row)


def _compare_base(atlas: AtlasOuvert, row: ComplementPropose) -> Suite:
    """A line that the atlas has not read: does its list still say what it answers to?"""
    place = None if row.ajoute else find_lieu(atlas, row.lieu)
    waiting = Suite("", "sera dans le prochain atlas")
    if row.ajoute:
        return waiting
    if place is None:
        return Suite("lieu_absent", ETATS["lieu_absent"])
    base = place.base[row.champ] if row.champ != FERME else ""
    if base == row.valeur:
        return Suite(CONFIRME, ETATS[CONFIRME], atlas.construit_le, base)
    return waiting if base == row.avant else Suite("source_changee", ETATS["source_changee"], None, base)


def list_all() -> QuerySet[ComplementPropose]:
    """Every line with who proposed and who decided, in the order of places."""
    return ComplementPropose.objects.select_related("organisation", "auteur", "relu_par")


def list_miennes(personne: Any) -> list[ComplementPropose]:
    """The lines of a person and of the organisations of her mandates, newest first: 1 query."""
    held = {mandat.organisation_id for mandat in personne.mandats_en_cours}
    rows = list_all().filter(Q(auteur=personne) | Q(organisation__in=held))
    return list(rows.order_by("-propose_le", "-pk"))


@dataclass(frozen=True)
class ChampARelire:
    """A field of a place and the lines that answer to it; ``acceptee``: the one accepted so far, or null."""

    champ: str
    libelle: str
    lignes: tuple[ComplementPropose, ...]
    acceptee: ComplementPropose | None

    @property
    def conflit(self) -> bool:
        """Whether several lines answer to it."""
        return len(self.lignes) > 1


@dataclass(frozen=True)
class LieuARelire:
    """A place and its fields that wait."""

    lieu: str
    nom: str
    type_lieu: str
    code_insee: str
    champs: tuple[ChampARelire, ...]


def list_a_relire(personne: Any, **choix: str) -> list[LieuARelire]:
    """The places whose lines this person may decide, by type, name and field: 2 queries.

    ``choix``: ``type_lieu``, ``code_insee``, ``organisation`` (key), each empty for all.
    """
    wanted = {name: value for name, value in choix.items() if value}
    rows = [row for row in list_all().filter(etat__in=OUVERTES, **wanted) if personne.has_perm(MODIFIER, row)]
    held = {
        (row.lieu, row.champ): row
        for row in list_all().filter(etat=Etat.ACCEPTEE, lieu__in={row.lieu for row in rows})
    }
    return [
        _read_lieu(list(group), held)
        for _, group in groupby(rows, key=lambda row: (row.type_lieu, row.nom, row.lieu))
    ]


MODIFIER: Final = ComplementPropose.MODIFIER


def _read_lieu(rows: list[ComplementPropose], held: dict[tuple[str, str], ComplementPropose]) -> LieuARelire:
    first = rows[0]
    fields = [
        ChampARelire(champ, lines[0].libelle, lines, held.get((first.lieu, champ)))
        for champ, lines in (
            (champ, tuple(group)) for champ, group in groupby(rows, key=lambda row: row.champ)
        )
    ]
    return LieuARelire(first.lieu, first.nom, first.type_lieu, first.code_insee, tuple(fields))


def count_a_relire(personne: Any) -> int:
    """How many lines wait for this person: 1 query."""
    rows = ComplementPropose.objects.filter(etat__in=OUVERTES).order_by("pk")
    return sum(row.etat == Etat.PROPOSEE and personne.has_perm(MODIFIER, row) for row in rows)


def list_du_lieu(lieu: str) -> list[ComplementPropose]:
    """The lines on a place, newest first: 1 query."""
    return list(list_all().filter(lieu=lieu).order_by("-propose_le", "-pk"))


def list_rivales(row: ComplementPropose) -> list[ComplementPropose]:
    """The other lines on the same field of the same place that count or wait: 1 query."""
    live = [*OUVERTES, Etat.ACCEPTEE]
    rows = list_all().filter(lieu=row.lieu, champ=row.champ, etat__in=live).exclude(pk=row.pk)
    return list(rows.order_by("pk"))


def list_acceptees() -> list[ComplementPropose]:
    """The lines that count: accepted, and of a place to add, when it is accepted too and open: 1 query."""
    rows = list(list_all().filter(etat=Etat.ACCEPTEE).order_by("type_lieu", "nom", "lieu", "champ", "pk"))
    said: dict[str, set[str]] = {}
    for row in rows:
        said.setdefault(row.lieu, set()).add(row.champ)
    added = {lieu for lieu, champs in said.items() if AJOUT in champs and FERME not in champs}
    return [row for row in rows if not row.ajoute or row.lieu in added]


def list_a_revoir(
    atlas: AtlasOuvert | None, rows: Iterable[ComplementPropose]
) -> list[tuple[ComplementPropose, Suite]]:
    """Accepted lines whose list says something else since, with what it says."""
    found = ((row, find_suite(atlas, row)) for row in rows)
    return [(row, suite) for row, suite in found if suite and suite.a_revoir]


def count_by(rows: Iterable[ComplementPropose]) -> list[tuple[str, str, int, date]]:
    """(Type of service, organisation, lines, day of the newest check), by type then organisation."""
    found: dict[tuple[str, str], list[date]] = {}
    for row in rows:
        found.setdefault((row.type_lieu, str(row.organisation)), []).append(row.verifie_le)
    return [(*key, len(days), max(days)) for key, days in sorted(found.items())]
