"""How the value of a line is written on a page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from maillage.catalogue.complements import AJOUT, list_champs, parse_position
from maillage.francais import jour
from maillage.horaires.dire import dire

register = template.Library()


@register.filter
def valeur_dite(ligne: Any) -> str:
    """What a line proposes, in words."""
    return _say(ligne.champ, ligne.valeur)


@register.filter
def avant_dit(ligne: Any) -> str:
    """What its list says, in words."""
    return _say(ligne.champ, ligne.avant)


@register.filter
def champ_dit(champ: str) -> str:
    """A field in words."""
    return list_champs()[champ].libelle


def _say(champ: str, valeur: str) -> str:
    sorte = list_champs()[champ].sorte
    if not valeur:
        return ""
    if sorte == "horaires":
        return dire(valeur) or valeur
    if sorte == "jour":
        return f"fermé depuis le {jour(date.fromisoformat(valeur))}"
    if sorte == "position":
        lon, lat = parse_position(valeur)
        north, east = (f"{value:.5f}".replace(".", ",") for value in (lat, lon))
        return f"{north} N, {east} E"
    return f"à ajouter, commune {valeur}" if champ == AJOUT else valeur
