"""The reception network of the département: who receives where, for what, and where the chain breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from maillage.annuaire.accueil import PREMIER, SECOND, RuptureAccueil
from maillage.annuaire.constats import ReseauMesure
from maillage.annuaire.fiche import FONCTIONS
from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.rendu.carte import Lieu, carte
from maillage.web.annuaire.queries import AnnuaireTenu, read_annuaire
from maillage.web.annuaire.reseau.essais import say_why_not
from maillage.web.annuaire.reseau.mesure import (
    MOYENS,
    TRANSPORTS,
    is_timed,
    list_here,
    list_moyens,
    read_reseau,
)
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.annuaire.reseau.transports import has_timetables, read_minutes
from maillage.web.programme.noms import list_portees
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.territoires import geographie

SECTION: Final = "annuaire"
TRANCHES: Final = (
    ("c1", "un premier niveau reçoit dans la commune"),
    ("c3", "le plus proche est à portée"),
    ("c5", "aucun n’est à portée"),
)


@dataclass(frozen=True)
class LigneCommune:
    """A commune of the table: who receives there, else the nearest first level; ``classe``: its tranche."""

    commune: Territoire
    premiers: tuple[str, ...]
    seconds: tuple[str, ...]
    vers: str | None
    minutes: float | None
    classe: str


@dataclass(frozen=True)
class SecondManquant:
    """A first level without a second level of a theme within reach; the nearest, null when there is none."""

    nom: str
    cle: int | None
    commune: str
    theme: str
    vers: str | None
    minutes: float | None


@require_GET
@avec_atlas
def reseau(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The network by one means of travel: its map, its table, its ruptures."""
    moyens = list_moyens(atlas)
    asked = request.GET.get("moyen", "")
    moyen = asked if is_timed(atlas, asked) else next(iter(MOYENS))
    held, portees = read_annuaire(), list_portees().get("theme", {})
    found = read_reseau(atlas, moyen, portees)
    names = name_themes(portees)
    lines = list_lines(atlas, found, found.premier_min)
    orphans = [names.get(theme, theme) for theme in found.orphelins]
    context: dict[str, Any] = {
        "section": SECTION,
        "moyen": moyen,
        "moyens": moyens,
        "limite": found.limite_min,
        "premier_min": found.premier_min,
        "fiabilite": found.fiabilite,
        "comptes": count(found),
        "lignes": lines,
        "tranches": [(classe, nom, sum(one.classe == classe for one in lines)) for classe, nom in TRANCHES],
        "inconnues": sum(one.classe == "c0" for one in lines),
        "seuls": list_alone(atlas, held, found, names),
        "points": len(found.points),
        "seconds": any(SECOND in one.themes for one in found.points),
        "moyen_nom": moyens[moyen],
        **tell_transports(request, atlas, asked),
        "orphelins": f"Aucune fiche ne dit qui évalue et ouvre le dossier pour : {' ; '.join(orphans)}."
        if orphans
        else "",
        "carte": draw(atlas, found, lines),
        "peut_essayer": request.user.has_perm("atelier.creer"),
        "pourquoi_pas": say_why_not(atlas),
    }
    response = render(request, "annuaire/reseau.html", context)
    if asked in TRANSPORTS:
        add_never_cache_headers(response)  # it says where a computation stands
    return response


def tell_transports(request: HttpRequest, atlas: AtlasOuvert, asked: str) -> dict[str, Any]:
    """Where the computation by public transport stands: asked for, under way, or its day and hour."""
    if asked not in TRANSPORTS or not has_timetables(atlas):
        return {"horaires": has_timetables(atlas)}
    timed, work = read_minutes(atlas, list_here(atlas))
    return {
        "horaires": True,
        "transports": timed,
        "a_calculer": timed is None,
        "travail": work,
        "peut_calculer": request.user.has_perm("annuaire.corriger"),
    }


def count(found: ReseauMesure) -> dict[str, int]:
    """How many structures fill each function, in words."""
    return {nom: sum(fonction in one.themes for one in found.points) for fonction, nom in FONCTIONS.items()}


def list_lines(atlas: AtlasOuvert, found: ReseauMesure, limit: float) -> list[LigneCommune]:
    """Every commune, those that no first level reaches first, then by population."""
    names = {one.id: one.nom for one in found.points}
    without = {one.code_insee: one for one in found.communes}
    by_commune: dict[str, dict[Any, list[str]]] = {}
    for one in found.points:
        for code in one.communes:
            for fonction in one.themes:
                by_commune.setdefault(code, {}).setdefault(fonction, []).append(one.nom)
    lines = []
    for commune in atlas.territoires("commune"):
        here, gap = by_commune.get(commune.code, {}), without.get(commune.code)
        lines.append(
            LigneCommune(
                commune,
                tuple(here.get(PREMIER, ())),
                tuple(here.get(SECOND, ())),
                names.get(gap.vers or "") if gap else None,
                gap.minutes if gap else None,
                grade(gap, limit, nul_est_loin=found.nul_est_loin),
            )
        )
    return sorted(
        lines, key=lambda one: (-int(one.classe[1:]), -(one.commune.population or 0), one.commune.nom)
    )


def grade(gap: RuptureAccueil | None, limit: float, *, nul_est_loin: bool = False) -> str:
    """The class of a commune on the map: received here, within reach (≤), beyond; not known."""
    if gap is None:
        return "c1"
    if gap.minutes is None:
        return "c5" if nul_est_loin or gap.vers is not None else "c0"
    return "c3" if gap.minutes <= limit else "c5"


def list_alone(
    atlas: AtlasOuvert, held: AnnuaireTenu, found: ReseauMesure, names: Mapping[str, str]
) -> list[SecondManquant]:
    """First levels without a second level of a theme, by theme, the farthest first."""
    points = {one.id: one for one in found.points}
    told = []
    for one in found.seuls:
        point = points[one.point or ""]
        commune = atlas.territoire("commune", point.communes[0]) if point.communes else None
        told.append(
            SecondManquant(
                point.nom,
                held.cles.get(("structure", point.id)),
                commune.nom if commune else "",
                names.get(one.theme or "", one.theme or ""),
                points[one.vers].nom if one.vers else None,
                one.minutes,
            )
        )
    return sorted(
        told, key=lambda one: (one.theme, -(one.minutes if one.minutes is not None else np.inf), one.nom)
    )


def draw(atlas: AtlasOuvert, found: ReseauMesure, lines: Sequence[LigneCommune]) -> SafeString | None:
    """Communes by what reaches them, first levels as marks, those without a second level told by a letter."""
    shapes = geographie.formes_de(atlas, "commune")
    if shapes is None or not found.points:
        return None
    alone = {one.point for one in found.seuls}
    marks = tuple(
        Lieu(one.longitude, one.latitude, one.nom, "!" if one.id in alone else "")
        for one in found.points
        if PREMIER in one.themes and one.longitude is not None and one.latitude is not None
    )
    teintes = {one.commune.code: one.classe for one in lines}
    return mark_safe(
        carte(shapes, teintes, titre="Le premier niveau d’accueil, commune par commune", lieux=marks)
    )
