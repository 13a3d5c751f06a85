"""The versions of the schema, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.sdaasp.programme.differences import Difference, compare, compare_texts
from maillage.sdaasp.programme.echange import read_programme, to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.web.programme import presentation
from maillage.web.programme.lecture import TABLES
from maillage.web.programme.lecture import read_programme as read_today
from maillage.web.programme.models import VersionDuSchema
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.socle.demande import read_int

AUJOURDHUI = 0
"""The number that stands for the programme as it is."""
MOTS = {"ajout": "Ajouté", "retrait": "Retiré", "changement": "Changé"}


@login_required
@require_GET
@never_cache
def versions(request: HttpRequest) -> HttpResponse:
    """Every version, and what differs between the two that the address names."""
    if not request.user.has_perm("programme.lire_historique"):
        raise PermissionDenied
    rows = list(VersionDuSchema.objects.defer("contenu"))
    context: dict[str, Any] = {"section": "programme", "noms": get_noms(), "versions": rows, "ecarts": None}
    if "de" in request.GET and rows:
        since, until = (_read_number(request, name) for name in ("de", "a"))
        found = compare(_read(since), _read(until))
        shown = [_show(one, context["noms"]) for one in found]
        context |= {"de": since, "a": until, "ecarts": shown}
    return render(request, "programme/versions/versions.html", context)


def _read_number(request: HttpRequest, name: str) -> int:
    return read_int(request.GET.get(name), AUJOURDHUI, 2**31 - 1) or AUJOURDHUI


def _read(numero: int) -> Programme:
    if numero == AUJOURDHUI:
        return read_today()
    row = VersionDuSchema.objects.filter(numero=numero).first()
    if row is None:
        raise Http404("Cette version n’existe pas.")
    return read_programme(row.contenu)


def _show(one: Difference, noms: Noms) -> dict[str, Any]:
    """What changed, where, in words: the pieces of a text, or of a whole object that came or went."""
    model = TABLES.get(one.collection)
    before, after = (_tell(one, side, noms) for side in (one.avant, one.apres))
    champ = model.name_champ(one.champ) if model and one.champ else one.champ or ""
    return {
        "nature": MOTS[one.nature],
        "objet": noms.get(one.cle),
        "champ": champ,
        "morceaux": compare_texts(before, after),
    }


def _tell(one: Difference, value: Any, noms: Noms) -> str:
    if value is None and one.champ is None:
        return ""
    model = TABLES.get(one.collection)
    plain = to_plain(value)
    if model and one.champ:
        return presentation.show_field(model, one.champ, plain, noms)
    return presentation.show(plain, noms)
