"""Writes on good practices and labels."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.utils.text import slugify

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create


def creer_pratique(auteur: Any, champs: Mapping[str, Any]) -> models.BonnePratique:
    """A good practice; its key is made from its title."""
    row = models.BonnePratique(**champs)
    row.themes = models.list_themes(row)
    with ecriture(auteur, row.MODIFIER, row):
        row.cle = _make_key(models.BonnePratique, row.titre)
        create(auteur, row)
    return row


def creer_label(auteur: Any, champs: Mapping[str, Any]) -> models.Label:
    """A label; its key is made from its name."""
    with ecriture(auteur, models.Label.MODIFIER):
        row = models.Label(cle=_make_key(models.Label, champs["nom"]), **champs)
        create(auteur, row)
    return row


def _make_key(model: type[models.ObjetProgramme], text: str) -> str:
    """A free key that reads like the text."""
    base = slugify(text)[:80] or "sans-titre"
    taken = set(model.objects.filter(cle__startswith=base).values_list("cle", flat=True))
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)
