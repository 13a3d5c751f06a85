"""Pages that anyone reads: what is planned here, how far it is, what the schema stands on."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from maillage import francais as formats
from maillage.catalogue.departements import list_all
from maillage.reports.programme.deficits import find_arrondissement
from maillage.sdaasp.completude.interne import list_followers
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.completude.mots import tell_exigence, tell_verdict
from maillage.sdaasp.indicateurs.budget import DOUBLE, add_up, tell_budget, tell_poste
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.statuts import tell_retenues
from maillage.web.comptes.models import Mandat
from maillage.web.programme import presentation
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.declinaisons.queries import Filtres, count_by_theme, list_declinaisons
from maillage.web.programme.depart.commands import PERMISSION, is_untouched
from maillage.web.programme.lecture import SchemaAbsent, list_fiches, read_programme
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.public import previsions
from maillage.web.programme.recherche import search_all, search_cadre
from maillage.web.programme.rules import LIBELLES, TABLE
from maillage.web.socle.atlas import find_departement

NIVEAUX = ("commune", "epci", "arrondissement")


@require_GET
def accueil(request: HttpRequest) -> HttpResponse:
    """What is planned here, theme by theme, and how far it is."""
    try:
        noms = get_noms()
    except SchemaAbsent:
        return _show_vide(request)
    here = request.GET.get("arrondissement", "")
    here = here if here in noms.arrondissements else ""
    counts = count_by_theme(here)
    rows = presentation.summarise(noms.themes, counts)
    programme = read_programme()
    law = read_completude(programme, request.atlas)  # type: ignore[attr-defined]
    context = {
        "section": "programme",
        "noms": noms,
        "ici": here,
        "peut_importer": request.user.has_perm("programme.importer"),
        "peut_retirer": request.user.has_perm(PERMISSION) and is_untouched(),
        "lignes": rows,
        "total": sum(row.total for row in rows),
        "retenues": sum(row.retenues for row in rows),
        "detail": tell_retenues(presentation.add_up(counts)),
        "complete": law.complete,
        "budget": read_budget(programme, law),
        "verdict": tell_verdict(law),
        "exigences": [tell_exigence(law, exigence) for exigence in law.toutes if not exigence.remplie],
    }
    return render(request, "programme/public/accueil.html", context)


def read_budget(programme: Programme, law: Completude) -> dict[str, Any]:
    """What the programme costs, in words and by theme, year, funder and territory."""
    found = add_up(programme, law.territoires)
    rows = [(axis, [tell_poste(post) for post in (*posts, found.total)]) for axis, posts in found.par]
    return {"dit": tell_budget(found), "note": DOUBLE, "axes": rows if found.total.chiffrees else []}


def _show_vide(request: HttpRequest) -> HttpResponse:
    """What an install without a schema says, and how to begin."""
    one = list_all()[find_departement(request)]
    context = {"section": "programme", "departement": one}
    may = request.user.has_perm(PERMISSION)
    return render(request, "programme/depart/vide.html", context | {"peut_commencer": may})


@require_GET
def recherche(request: HttpRequest) -> HttpResponse:
    """Everything in the programme that holds the words."""
    text = request.GET.get("texte", "").strip()[:120]
    found = search_all(text, request.user) if text else []
    return render(
        request,
        "programme/public/recherche.html",
        {
            "section": "programme",
            "noms": get_noms(),
            "texte": text,
            "resultats": found,
            "cadre": search_cadre(text) if text else [],
        },
    )


@require_GET
def ici(request: HttpRequest, niveau: str, code: str) -> HttpResponse:
    """What is planned in the arrondissement of a commune, an intercommunality or an arrondissement."""
    noms = get_noms()
    name, place = _find_place(request, niveau, code, noms)
    rows = list(list_declinaisons(Filtres(arrondissement=place)))
    themes = previsions.gather(noms.themes, list_fiches(), rows)
    context = {
        "section": "programme",
        "noms": noms,
        "nom": name,
        "niveau": niveau,
        "code": code,
        "arrondissement": place,
        "themes": themes,
        **previsions.count(rows),
    }
    return render(request, "programme/public/ici.html", context)


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The page of the arrondissement chosen in the list."""
    noms = get_noms()
    code = request.GET.get("arrondissement", "")
    if code in noms.arrondissements:
        return redirect("programme:ici", "arrondissement", code)
    return render(request, "programme/public/choisir.html", {"section": "programme", "noms": noms})


@require_GET
def cadre(request: HttpRequest) -> HttpResponse:
    """What the schema stands on: orientations, levers, dimensions, the FNE road map, plans kept elsewhere."""
    programme = read_programme()
    names = {t.code: t.nom for t in programme.territoires}
    context = {
        "section": "programme",
        "noms": get_noms(),
        "programme": programme,
        "fne": [(o, [names.get(code, code) for code in o.priorites]) for o in programme.orientations_fne],
        "actions_fne": sum(len(o.actions) for o in programme.orientations_fne),
        "plans": [(p, list_followers(programme, p.cle)) for p in programme.plans_externes],
    }
    return render(request, "programme/public/cadre.html", context)


@require_GET
def droits(request: HttpRequest) -> HttpResponse:
    """Who may do what: the very table that the application obeys."""
    roles = [
        (value, label) for value, label in Mandat.Role.choices if any(value in r for r in TABLE.values())
    ]
    rows = [(LIBELLES[action], [value in allowed for value, _ in roles]) for action, allowed in TABLE.items()]
    context = {
        "section": "programme",
        "noms": get_noms(),
        "roles": [label for _, label in roles],
        "lignes": rows,
    }
    return render(request, "programme/public/droits.html", context)


def _find_place(request: HttpRequest, niveau: str, code: str, noms: Noms) -> tuple[str, str]:
    """(name of the place, code of its arrondissement); 404 when the schema has none there."""
    if niveau == "arrondissement" and code in noms.arrondissements:
        return f"Arrondissement {formats.de(noms.arrondissements[code])}", code
    atlas = request.atlas  # type: ignore[attr-defined]
    here = atlas.territoire(niveau, code) if atlas is not None and niveau in NIVEAUX else None
    if here is None:
        raise Http404("Ce territoire n’est pas dans l’atlas ouvert.")
    if niveau == "epci":
        place = find_arrondissement(atlas, code) or ""
    else:
        place = code if niveau == "arrondissement" else here.parents.get("arrondissement", "")
    if place not in noms.arrondissements:
        raise Http404("Le schéma ne dit rien de ce territoire seul : voyez son arrondissement.")
    return here.nom_complet, place
