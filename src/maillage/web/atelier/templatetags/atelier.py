"""What pages of the programme show of the workshop."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.web.atelier import queries

register = template.Library()


@register.inclusion_tag("atelier/_lies.html", takes_context=True)
def scenarios_lies(context: template.Context, cle: str) -> dict[str, Any]:
    """The scenarios linked to an object of the programme that the reader may read."""
    return {"scenarios": queries.list_lies(context["user"], cle)}
