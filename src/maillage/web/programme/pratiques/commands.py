"""Writes on good practices and labels."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count
from typing import Any

from django.utils.text import slugify

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create
from maillage.web.suivi.queries import find_free_key


def create_pratique(auteur: Any, champs: Mapping[str, Any]) -> models.BonnePratique:
    """A good practice; its key is made from its title."""
    row = models.BonnePratique(**champs)
    row.themes = models.list_themes(row)
    with ecriture(auteur, row.MODIFIER, row):
        row.cle = _make_key(row.titre)
        create(auteur, row)
    return row


def create_label(auteur: Any, champs: Mapping[str, Any]) -> models.Label:
    """A label; its key is made from its name."""
    with ecriture(auteur, models.Label.MODIFIER):
        row = models.Label(cle=_make_key(champs["nom"]), **champs)
        create(auteur, row)
    return row


def _make_key(text: str) -> str:
    """A free key that reads like the text."""
    return find_free_key(slugify(text)[:80] or "sans-titre", chain([""], (f"-{n}" for n in count(2))))
