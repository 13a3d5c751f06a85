"""The page a resident reads: what is planned where she lives."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from maillage.sdaasp.indicateurs.completude import list_followers
from maillage.web.comptes.models import Mandat
from maillage.web.programme import public, queries
from maillage.web.programme.queries import Filtres
from maillage.web.programme.rules import LIBELLES, TABLE
from maillage.web.socle import formats

NIVEAUX = ("commune", "epci", "arrondissement")


@require_GET
def ici(request: HttpRequest, niveau: str, code: str) -> HttpResponse:
    """What is planned in the arrondissement of a commune, an intercommunality or an arrondissement."""
    noms = queries.get_noms()
    name, place = _find_place(request, niveau, code, noms)
    rows = list(queries.list_declinaisons(Filtres(arrondissement=place)))
    themes = public.gather(noms.themes, queries.list_fiches(), rows)
    context = {
        "section": "programme",
        "noms": noms,
        "nom": name,
        "niveau": niveau,
        "code": code,
        "arrondissement": place,
        "themes": themes,
        **public.count(rows),
    }
    return render(request, "programme/ici.html", context)


@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """The page of the arrondissement chosen in the list."""
    noms = queries.get_noms()
    code = request.GET.get("arrondissement", "")
    if code in noms.arrondissements:
        return redirect("programme:ici", "arrondissement", code)
    return render(request, "programme/choisir.html", {"section": "programme", "noms": noms})


@require_GET
def cadre(request: HttpRequest) -> HttpResponse:
    """What the schema stands on: orientations, levers, dimensions, the FNE road map, plans kept elsewhere."""
    programme = queries.read_programme()
    names = {t.code: t.nom for t in programme.territoires}
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "programme": programme,
        "fne": [(o, [names.get(code, code) for code in o.priorites]) for o in programme.orientations_fne],
        "actions_fne": sum(len(o.actions) for o in programme.orientations_fne),
        "plans": [(p, list_followers(programme, p.cle)) for p in programme.plans_externes],
    }
    return render(request, "programme/cadre.html", context)


@require_GET
def droits(request: HttpRequest) -> HttpResponse:
    """Who may do what: the very table that the application obeys."""
    roles = [
        (value, label) for value, label in Mandat.Role.choices if any(value in r for r in TABLE.values())
    ]
    rows = [(LIBELLES[action], [value in allowed for value, _ in roles]) for action, allowed in TABLE.items()]
    context = {
        "section": "programme",
        "noms": queries.get_noms(),
        "roles": [label for _, label in roles],
        "lignes": rows,
    }
    return render(request, "programme/droits.html", context)


def _find_place(request: HttpRequest, niveau: str, code: str, noms: queries.Noms) -> tuple[str, str]:
    """(name of the place, code of its arrondissement); 404 when the schema has none there."""
    if niveau == "arrondissement" and code in noms.arrondissements:
        return f"Arrondissement {formats.de(noms.arrondissements[code])}", code
    atlas = request.atlas  # type: ignore[attr-defined]
    here = atlas.territoire(niveau, code) if atlas is not None and niveau in NIVEAUX else None
    if here is None:
        raise Http404("Ce territoire n’est pas dans l’atlas ouvert.")
    if niveau == "epci":
        place = queries.get_arrondissement(atlas, code) or ""
    else:
        place = code if niveau == "arrondissement" else here.parents.get("arrondissement", "")
    if place not in noms.arrondissements:
        raise Http404("Le schéma ne dit rien de ce territoire seul : voyez son arrondissement.")
    return here.nom_complet, place
