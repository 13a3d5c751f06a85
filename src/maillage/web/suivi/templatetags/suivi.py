"""What the templates of any app may call around followed objects."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.web.suivi import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def nouveautes(context: template.Context) -> int:
    """How many things changed in what this person follows, in one query."""
    return queries.count_nouveautes(context["user"])


@register.inclusion_tag("suivi/_annulation.html", takes_context=True)
def annulation(context: template.Context) -> dict[str, Any]:
    """What was just done, said once, with a button to undo it."""
    request = context["request"]
    held = request.session.pop("annulable", None) if request.user.is_authenticated else None
    return {"annulable": held, "csrf_token": context.get("csrf_token")}
