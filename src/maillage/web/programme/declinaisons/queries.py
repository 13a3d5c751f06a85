"""Reads of declinaisons, filtered by an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from maillage.web.programme import models
from maillage.web.programme.recherche import search
from maillage.web.socle.demande import read_int

A_CONFIRMER = "a_confirmer"


@dataclass(frozen=True)
class Filtres:
    """What a list of declinaisons is narrowed to; empty is everything. It lives in the address."""

    theme: str = ""
    arrondissement: str = ""
    annee: str = ""
    statut: str = ""
    op: str = ""
    texte: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filtres:
        """From the query of an address; unknown names are ignored, lengths bounded."""
        return cls(**{name: query.get(name, "").strip()[:120] for name in cls.__dataclass_fields__})


def list_declinaisons(filtres: Filtres) -> QuerySet[models.Declinaison]:
    """The declinaisons that pass the filters, in the order of the programme."""
    rows = models.Declinaison.objects.all()
    for name in ("theme", "arrondissement"):
        if value := getattr(filtres, name):
            rows = rows.filter(**{name: value})
    if (year := read_int(filtres.annee)) is not None:
        rows = rows.filter(annee=year)
    if filtres.statut:
        rows = rows.filter(statut=None if filtres.statut == A_CONFIRMER else filtres.statut)
    if filtres.op:
        rows = rows.filter(cles_op__contains=f" {filtres.op} ")
    return search(rows, filtres.texte)


def list_by_keys(keys: Iterable[str]) -> QuerySet[models.Declinaison]:
    """The declinaisons of these keys, always in the same order."""
    return models.Declinaison.objects.filter(cle__in=list(keys)).order_by("pk")


def list_annees() -> list[int]:
    """The years that have declinaisons."""
    return list(models.Declinaison.objects.order_by("annee").values_list("annee", flat=True).distinct())


def count_by_theme(arrondissement: str = "") -> dict[str, dict[str | None, int]]:
    """theme → status → number, in one query."""
    rows = models.Declinaison.objects.order_by().values("theme", "statut").annotate(n=Count("pk"))
    if arrondissement:
        rows = rows.filter(arrondissement=arrondissement)
    found: dict[str, dict[str | None, int]] = {}
    for row in rows:
        found.setdefault(row["theme"], {})[row["statut"]] = row["n"]
    return found
