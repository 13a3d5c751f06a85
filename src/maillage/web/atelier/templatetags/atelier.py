"""What pages of the programme show of the workshop."""

from __future__ import annotations

from typing import Any

from django import template

from maillage.web.atelier import queries

register = template.Library()


@register.inclusion_tag("atelier/_lies.html", takes_context=True)
def scenarios_lies(context: template.Context, cle: str, *, titre: bool = True) -> dict[str, Any]:
    """The scenarios linked to an object of the programme that the reader may read.

    A page for nobody in particular is kept as long as the programme does not move, and a scenario may be
    taken back at any moment: without an account, it only says where the public ones are listed.
    """
    user = context["user"]
    known = user.is_authenticated
    rows = queries.list_lies(user, cle) if known else []
    return {"scenarios": rows, "ailleurs": titre and not known, "cle": cle, "titre": titre}
