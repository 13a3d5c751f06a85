"""Mon bureau: where one lands after log-in, and what waits there."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from maillage.atlas.lecture.territoires import Territoire
from maillage.web.programme.lecture import SchemaAbsent
from maillage.web.programme.noms import get_noms
from maillage.web.programme.taches import queries
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.suivi.commands import visit
from maillage.web.suivi.courriel import is_mail_configured


def list_places(personne: Any, atlas: AtlasOuvert | None) -> list[Territoire]:
    """The territories of today's mandates, else the département: those that have a page of their own."""
    if atlas is None:
        return []
    codes = [mandate.territoire.removeprefix("arrondissement:") for mandate in personne.mandats_en_cours]
    found = [place for code in codes if code and (place := atlas.territoire("arrondissement", code))]
    return found or [place for place in (atlas.departement,) if place]


@login_required
@never_cache
def taches(request: HttpRequest) -> HttpResponse:
    """What waits for me; before a schema has begun, how it begins."""
    context: dict[str, Any] = {"section": "programme", "mandats": request.user.mandats_en_cours}
    context["en_une_page"] = list_places(request.user, request.atlas)  # type: ignore[attr-defined]
    with suppress(SchemaAbsent):
        context |= {"noms": get_noms(), "courriel_possible": is_mail_configured()}
        since = visit(request.user, timezone.now())
        context |= queries.list_taches(request.user, timezone.localdate(), since)
    return render(request, "programme/taches/taches.html", context)
