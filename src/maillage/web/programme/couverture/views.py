"""Coverage matrices and completeness."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.sdaasp.indicateurs.alertes import list_alerts
from maillage.sdaasp.indicateurs.completude import check_law, check_objectives, is_complete, list_with_target
from maillage.sdaasp.indicateurs.couverture import cross_arrondissements, cross_deficits, cross_dimensions
from maillage.web.programme.couverture import queries
from maillage.web.programme.couverture.queries import find_deficits
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms

ALERTES = 50


@require_GET
def couverture(request: HttpRequest) -> HttpResponse:
    """The three matrices, the holes in evidence, one click to fill them."""
    programme = read_programme()
    deficits = queries.list_zones(programme, request.atlas)  # type: ignore[attr-defined]
    context = {
        "section": "programme",
        "noms": get_noms(),
        "dimensions": cross_dimensions(programme),
        "arrondissements": cross_arrondissements(programme),
        "deficits": cross_deficits(programme, deficits),
        "avec_cible": list_with_target(programme),
        "peut_completer": (allowed := request.user.has_perm("programme.modifier_declinaison")),
        "trou": "+" if allowed else "–",
        "fiches": {fiche.theme: fiche.cle for fiche in programme.fiches},
        "themes_op": {op.cle: op.fiche for op in programme.objectifs},
    }
    return render(request, "programme/couverture/couverture.html", context)


@require_GET
def completude(request: HttpRequest) -> HttpResponse:
    """Is the programme complete in the sense of the law? And, by a rule of our own, each OP?"""
    programme = read_programme()
    law = check_law(programme, find_deficits(request))
    alerts = list_alerts(programme, timezone.localdate())
    findings = check_objectives(programme)
    by_op = [(op, [f for f in findings if f.objet == op.cle]) for op in programme.objectifs]
    context = {
        "section": "programme",
        "noms": get_noms(),
        "loi": law,
        "complet": is_complete(law),
        "objectifs": by_op,
        "regles": [f.regle for f in by_op[0][1]] if by_op else [],
        "sans_cible": sum(
            all(f.etat == "manquant" for f in found if f.regle.id.startswith("cible")) for _, found in by_op
        ),
        "noms_indicateurs": {i.cle: i.libelle for i in programme.indicateurs},
        "noms_declinaisons": {d.cle: d.libelle or d.cle for d in programme.declinaisons},
        "alertes": alerts[:ALERTES],
        "nombre_alertes": len(alerts),
    }
    return render(request, "programme/couverture/completude.html", context)
