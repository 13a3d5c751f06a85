"""What pages of the programme show of the paroles that led to them."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.web.elaboration import queries

register = template.Library()


@register.inclusion_tag("elaboration/_liees.html", takes_context=True)
def paroles_liees(context: template.Context, sorte: str, cle: str) -> dict[str, Any]:
    """How many paroles led to an object of the programme, and where they are read.

    For accounts alone, and asked of the base once a page: a public page is kept for nobody in particular.
    """
    if not context["user"].has_perm("elaboration.lire"):
        return {"nombre": 0}
    held = context.render_context.dicts[0]
    if "paroles" not in held:
        held["paroles"] = queries.count_led_to()
    return {"nombre": held["paroles"].get(cle, 0), "sorte": sorte, "cle": cle}
