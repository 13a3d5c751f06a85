"""Reads of good practices and labels."""

from __future__ import annotations

from django.db.models import QuerySet

from maillage.web.programme import models
from maillage.web.programme.recherche import search


def list_pratiques(texte: str = "", **liens: str) -> list[models.BonnePratique]:
    """Good practices that hold the words and serve each given link (``objectifs``, ``territoire``…)."""
    rows = search(models.BonnePratique.objects.all(), texte)
    if place := liens.pop("territoire", ""):
        rows = rows.filter(territoire=place)
    wanted = [(name, key) for name, key in liens.items() if key]
    return [row for row in rows if all(key in getattr(row, name) for name, key in wanted)]


def list_labels() -> QuerySet[models.Label]:
    """Every label, by name."""
    return models.Label.objects.all()
