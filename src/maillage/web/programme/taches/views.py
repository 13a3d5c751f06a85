"""Mon bureau: where one lands after log-in, and what waits there."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from maillage.web.programme.lecture import SchemaAbsent
from maillage.web.programme.noms import get_noms
from maillage.web.programme.taches import queries
from maillage.web.suivi.commands import visit
from maillage.web.suivi.courriel import is_mail_configured


@login_required
@never_cache
def taches(request: HttpRequest) -> HttpResponse:
    """What waits for me; before a schema has begun, how it begins."""
    context: dict[str, Any] = {"section": "programme", "mandats": request.user.mandats_en_cours}
    with suppress(SchemaAbsent):
        context |= {"noms": get_noms(), "courriel_possible": is_mail_configured()}
        since = visit(request.user, timezone.now())
        context |= queries.list_taches(request.user, timezone.localdate(), since)
    return render(request, "programme/taches/taches.html", context)
