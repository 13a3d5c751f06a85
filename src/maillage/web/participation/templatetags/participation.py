"""What pages of the programme show of the consultations on them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from maillage.web.participation.consultations import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def ou(context: template.Context, objet: Any) -> str:
    """Where something is said to be: its commune, else its arrondissement, else the whole département."""
    communes, commune = context.get("communes"), getattr(objet, "commune", "")
    if commune and communes:
        return str(communes.get(commune, commune))
    if objet.territoire:
        return str(context["noms"].arrondissements.get(objet.territoire, objet.territoire))
    return "le département"


@register.inclusion_tag("participation/consultations/_ouvertes.html", takes_context=True)
def consultations_ouvertes(context: template.Context, objet: Any) -> dict[str, Any]:
    """« Donner son avis » while a consultation is open on an object; who may open one is led there."""
    if objet.SORTE not in queries.CONSULTEES:
        return {}
    return {
        "ouvertes": queries.list_open_on(objet.cle, timezone.localdate()),
        "peut_ouvrir": context["user"].has_perm("participation.enqueter", objet),
        "sorte": objet.SORTE,
        "cle": objet.cle,
    }
