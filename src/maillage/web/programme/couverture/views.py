"""Coverage matrices, completeness, and what the zones of the schema cover in the atlas."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.completude.interne import check_objectives
from maillage.sdaasp.completude.loi import list_targets
from maillage.sdaasp.completude.mots import tell_exigence, tell_reason, tell_state
from maillage.sdaasp.indicateurs.alertes import list_alerts
from maillage.sdaasp.indicateurs.couverture import cross_arrondissements, cross_deficits, cross_dimensions
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.regles import list_hors_du_test
from maillage.sdaasp.programme.vocabulaire import NatureCible
from maillage.web.programme import models
from maillage.web.programme.couverture import commands, queries
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms

ALERTES = 50


@require_GET
def couverture(request: HttpRequest) -> HttpResponse:
    """The three matrices, the holes in evidence, one click to fill them."""
    programme = read_programme()
    law = queries.read_completude(programme, request.atlas)  # type: ignore[attr-defined]
    served = next(e for e in law.exigences if e.regle.id == "territoires_en_deficit")
    mine = queries.list_completable(request.user)
    context = {
        "section": "programme",
        "noms": get_noms(),
        "dimensions": cross_dimensions(programme),
        "arrondissements": cross_arrondissements(programme),
        "servis": served,
        "servis_dit": tell_exigence(law, served),
        "deficits": cross_deficits(programme, law.territoires),
        "avec_cible": _list_with_target(programme),
        "peut_completer": (allowed := request.user.has_perm("programme.modifier_declinaison")),
        "trou": "+" if allowed else "–",
        "a_completer": mine,
        "fiches": {fiche.theme: fiche.cle for fiche in programme.fiches if fiche.cle in mine["fiches"]},
        "themes_op": {op.cle: op.fiche for op in programme.objectifs},
    }
    return render(request, "programme/couverture/couverture.html", context)


def _list_with_target(programme: Programme) -> frozenset[str]:
    return frozenset(list_targets(programme, *NatureCible)) & {op.cle for op in programme.objectifs}


@require_GET
def completude(request: HttpRequest) -> HttpResponse:
    """Is the programme complete in the sense of the law? And, by a rule of our own, each OP?"""
    programme = read_programme()
    law = queries.read_completude(programme, request.atlas)  # type: ignore[attr-defined]
    alerts = list_alerts(programme, timezone.localdate())
    findings = check_objectives(programme)
    mine = queries.list_completable(request.user)
    by_op = [
        (op, [(f, queries.find_way(f, mine)) for f in findings if f.objet == op.cle])
        for op in programme.objectifs
    ]
    context = {
        "section": "programme",
        "noms": get_noms(),
        "loi": law,
        "verdict": tell_state(law),
        "raison": tell_reason(law),
        "textes": queries.list_textes(law),
        "lignes": queries.gather_lines(programme, law),
        "hors_du_test": list_hors_du_test(),
        "jour": timezone.localdate(),
        "objectifs": by_op,
        "regles": [f.regle for f, _ in by_op[0][1]] if by_op else [],
        "a_completer": mine,
        "noms_indicateurs": {i.cle: i.libelle for i in programme.indicateurs},
        "noms_declinaisons": {d.cle: d.libelle or d.cle for d in programme.declinaisons},
        "alertes": alerts[:ALERTES],
        "nombre_alertes": len(alerts),
        "peut_completer": request.user.has_perm("programme.modifier_declinaison"),
    }
    return render(request, "programme/couverture/completude.html", context)


@require_GET
def correspondances(request: HttpRequest) -> HttpResponse:
    """What each zone of the schema covers in the atlas."""
    rows = {row.cle: row for row in models.Correspondance.objects.all()}
    noms = get_noms()
    context = {
        "section": "programme",
        "noms": noms,
        "zones": [(key, name, rows.get(key)) for key, name in noms.zones.items()],
        "peut_modifier": request.user.has_perm(models.Correspondance.MODIFIER),
    }
    return render(request, "programme/couverture/correspondances.html", context)


@login_required
@require_POST
def correspondre(request: HttpRequest, zone: str) -> HttpResponse:
    """Open the form of a zone that nothing is known of yet."""
    row = commands.create_correspondance(request.user, zone)
    return redirect("programme:modifier", row.SORTE, row.cle)
