"""Public pages of the programme: what is planned here, how far it is, what is missing."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from maillage.sdaasp.indicateurs.alertes import list_alerts
from maillage.sdaasp.indicateurs.completude import check_law, check_objectives, is_complete, list_with_target
from maillage.sdaasp.indicateurs.couverture import cross_arrondissements, cross_deficits, cross_dimensions
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison, get_libelle
from maillage.web.programme import models, presentation, queries
from maillage.web.programme.queries import Filtres
from maillage.web.programme.rules import MODIFIER

PAR_PAGE, PAR_COLONNE, PAR_FRISE, ALERTES = 50, 20, 100, 50
VUES = (("table", "Tableau"), ("etats", "Par état"), ("calendrier", "Calendrier"), ("frise", "Frise"))


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """What is planned here, theme by theme, and how far it is."""
    noms = queries.get_noms()
    here = request.GET.get("arrondissement", "")
    here = here if here in noms.arrondissements else ""
    rows = presentation.summarise(noms.themes, queries.count_by_theme(here))
    law = check_law(queries.read_programme(), _deficits(request))
    context = {
        "section": "programme",
        "noms": noms,
        "ici": here,
        "peut_importer": request.user.has_perm("programme.importer"),
        "lignes": rows,
        "total": sum(row.total for row in rows),
        "connues": sum(row.connues for row in rows),
        "lancees": sum(row.lancees for row in rows),
        "achevees": sum(row.achevees for row in rows),
        "manques": [finding for finding in law if finding.etat != "rempli"],
    }
    return render(request, "programme/accueil.html", context)


def _deficits(request: HttpRequest) -> Any:
    found = queries.list_deficits_diagnostic(request.atlas)  # type: ignore[attr-defined]
    return found or None


@require_GET
def fiche(request: HttpRequest, cle: str) -> HttpResponse:
    """One fiche: stakes, who leads, objectives, declinaisons."""
    row = get_object_or_404(models.FicheAction, cle=cle)
    slots = list(queries.list_declinaisons(Filtres(theme=row.theme)))
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "objet": row,
        "objectifs": list(queries.list_objectifs(row.cle)),
        "declinaisons": slots,
        "indicateurs": list(queries.list_indicateurs([row.cle])),
        **_discussion(request, row),
    }
    return render(request, "programme/fiche.html", context)


@require_GET
def objectif(request: HttpRequest, cle: str) -> HttpResponse:
    """One OP: effects, means, obstacles, who serves it, its targets, what it lacks."""
    row = get_object_or_404(models.ObjectifPrioritaire, cle=cle)
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "objet": row,
        "fiche": get_object_or_404(models.FicheAction, cle=row.fiche),
        "declinaisons": list(queries.list_declinaisons(Filtres(op=row.cle))),
        "indicateurs": list(queries.list_indicateurs([row.cle])),
        "pratiques": queries.list_pratiques(objectifs=row.cle),
        "constats": [c for c in check_objectives(queries.read_programme()) if c.objet == cle],
        **_discussion(request, row),
    }
    return render(request, "programme/objectif.html", context)


@require_GET
def declinaison(request: HttpRequest, cle: str) -> HttpResponse:
    """One declinaison."""
    row = get_object_or_404(models.Declinaison, cle=cle)
    noms = queries.get_noms()
    first, last = noms.schema["debut"], noms.schema["fin"]
    context = {
        "section": "programme",
        "noms": noms,
        "objet": row,
        "objectifs": {op.cle: op.libelle for op in queries.list_objectifs(row.theme)},
        "indicateurs": list(queries.list_indicateurs([row.cle])),
        "pratiques": queries.list_pratiques(declinaisons=row.cle),
        "frise": presentation.draw_timeline([row], first, last, timezone.localdate()),
        **_discussion(request, row),
    }
    return render(request, "programme/declinaison.html", context)


def _discussion(request: HttpRequest, row: models.Suivi) -> dict[str, Any]:
    allowed = request.user.has_perm(MODIFIER[row.SORTE], row)
    return queries.read_discussion(request.user, row) | {"peut_modifier": allowed}


@require_GET
def declinaisons(request: HttpRequest) -> HttpResponse:
    """Every declinaison, filtered in the address: table, board, calendar or time line."""
    noms = queries.get_noms()
    filtres = Filtres.read(request.GET)
    vue = request.GET.get("vue", "table")
    rows = queries.list_declinaisons(filtres)
    context = {
        "section": "programme",
        "noms": noms,
        "filtres": filtres,
        "vue": vue,
        "vues": VUES,
        "annees": queries.list_annees(),
        "statuts": [(s.value, get_libelle(s)) for s in StatutDeclinaison],
        "peut_lot": request.user.has_perm("programme.modifier_declinaison"),
        **_VUES.get(vue, _table)(request, rows, noms),
    }
    return render(request, "programme/declinaisons.html", context)


def _table(request: HttpRequest, rows: Any, noms: queries.Noms) -> dict[str, Any]:
    return {"page": Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))}


def _board(request: HttpRequest, rows: Any, noms: queries.Noms) -> dict[str, Any]:
    columns = []
    for status in (None, *(s.value for s in StatutDeclinaison)):
        found = rows.filter(statut=status)
        held = list(found[:PAR_COLONNE])
        if held:
            label = get_libelle(StatutDeclinaison(status) if status else None)
            total = len(held) if len(held) < PAR_COLONNE else found.count()
            columns.append((label, presentation.TONS[status], total, held))
    return {"colonnes": columns}


def _calendar(request: HttpRequest, rows: Any, noms: queries.Noms) -> dict[str, Any]:
    months = presentation.gather_by_month(list(rows.filter(datee=True)[:PAR_FRISE]))
    return {"mois": months, "aujourdhui": timezone.localdate().isoformat()}


def _timeline(request: HttpRequest, rows: Any, noms: queries.Noms) -> dict[str, Any]:
    first, last = noms.schema["debut"], noms.schema["fin"]
    held = list(rows.filter(datee=True)[:PAR_FRISE])
    return {"frise": presentation.draw_timeline(held, first, last, timezone.localdate())}


_VUES = {"table": _table, "etats": _board, "calendrier": _calendar, "frise": _timeline}


@require_GET
def couverture(request: HttpRequest) -> HttpResponse:
    """The three matrices, the holes in evidence, one click to fill them."""
    programme = queries.read_programme()
    deficits = queries.list_zones(programme, request.atlas)  # type: ignore[attr-defined]
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "dimensions": cross_dimensions(programme),
        "arrondissements": cross_arrondissements(programme),
        "deficits": cross_deficits(programme, deficits),
        "avec_cible": list_with_target(programme),
        "peut_completer": (allowed := request.user.has_perm("programme.modifier_declinaison")),
        "trou": "+" if allowed else "–",
        "fiches": {fiche.theme: fiche.cle for fiche in programme.fiches},
        "themes_op": {op.cle: op.fiche for op in programme.objectifs},
    }
    return render(request, "programme/couverture.html", context)


@require_GET
def completude(request: HttpRequest) -> HttpResponse:
    """Is the programme complete in the sense of the law? And, by a rule of our own, each OP?"""
    programme = queries.read_programme()
    law = check_law(programme, _deficits(request))
    alerts = list_alerts(programme, timezone.localdate())
    findings = check_objectives(programme)
    by_op = [(op, [f for f in findings if f.objet == op.cle]) for op in programme.objectifs]
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
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
    return render(request, "programme/completude.html", context)


@require_GET
def indicateurs(request: HttpRequest) -> HttpResponse:
    """Every indicator of the programme, its targets and its last validated value."""
    rows = queries.search(queries.list_indicateurs(), request.GET.get("texte", ""))
    page = Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "page": page,
        "peut_remplir": request.user.has_perm("programme.valider_valeur"),
        "texte": request.GET.get("texte", ""),
    }
    return render(request, "programme/indicateurs.html", context)


@require_GET
def recherche(request: HttpRequest) -> HttpResponse:
    """Everything in the programme that holds the words."""
    text = request.GET.get("texte", "").strip()[:120]
    found = queries.search_all(text) if text else []
    return render(
        request,
        "programme/recherche.html",
        {
            "section": "programme",
            "noms": queries.get_noms(),
            "texte": text,
            "resultats": found,
            "cadre": queries.search_cadre(text) if text else [],
        },
    )
