"""The live map of a scenario: a place set down by a click, dragged, or moved by keyboard; times at once.

A session is kept in memory for each atlas, scenario and service: it holds people and times, nobody's choices.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord, avec_unite
from maillage.network.travel_times import UNREACHABLE
from maillage.reports.rendu import carte, couleurs
from maillage.scenarios.glisser import Glissement, SeanceGlissement, open_session
from maillage.scenarios.impact.gains import DS_PER_MIN
from maillage.web.atelier import queries
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle import debit, pannes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import read_float
from maillage.web.territoires.geographie import formes_de
from maillage.web.territoires.petite_carte import classes_de

SEANCES_PAR_MINUTE = 20


@require_GET
@never_cache
@avec_atlas
def vive(request: HttpRequest, atlas: AtlasOuvert, cle: str) -> HttpResponse:
    """The page: the service, the place to move, the map; without script, the form by commune."""
    row = queries.get_scenario(request.user, cle)
    kinds = _list_kinds(atlas)
    kind = request.GET.get("type", "")
    kind = kind if kind in dict(kinds) else next((k for k, _ in kinds), "")
    shapes = formes_de(atlas, "commune")
    cuts = classes_de(atlas, "commune", _name(atlas, kind)) if kind else None
    context: dict[str, Any] = {
        "section": "atelier", "onglet": "scenarios", "objet": row, "types": kinds, "type": kind,
        "fond": None, "peut_modifier": request.user.has_perm(row.MODIFIER, row),
    }  # fmt: skip
    if shapes is None or cuts is None:
        return render(request, "atelier/vive.html", context)
    towns = sorted(atlas.territoires("commune"), key=lambda t: -(t.population or 0))[:12]
    context |= {
        "fond": carte.carte(shapes, {}, titre="Les communes", noms={t.code: t.nom for t in towns}),
        "legende": cuts.libelles("min"),
        "reglage": {
            "largeur": shapes.largeur, "hauteur": shapes.hauteur,
            "origine": list(shapes.origine), "echelle": list(shapes.echelle),
            "bornes": [b if math.isfinite(b) else None for b in cuts.bornes],
            "couleurs": [couleurs.ECHELLE[tint - 1] for tint in cuts.teintes],
        },
    }  # fmt: skip
    return render(request, "atelier/vive.html", context)


def _list_kinds(atlas: AtlasOuvert) -> list[tuple[str, str]]:
    measures = atlas.mesures("commune").get("duree_{type}", {})
    return [(kind, atlas.definition(name).objet) for kind, name in measures.items()]


def _name(atlas: AtlasOuvert, kind: str) -> str:
    return atlas.mesures("commune")["duree_{type}"][kind]


@require_GET
@never_cache
@avec_atlas
def carreaux(request: HttpRequest, atlas: AtlasOuvert, cle: str, genre: str) -> HttpResponse:
    """Where people are, their minutes as the scenario leaves them, and the places of the service."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.is_authenticated and debit.count_address(request, "seances") > SEANCES_PAR_MINUTE:
        return pannes.write(request, pannes.DEBIT)
    session = get_session(atlas, row, genre)
    lon, lat = session.lonlat.round(5).T.tolist()
    shown = {
        "lon": lon,
        "lat": lat,
        "minutes": to_minutes(session.avant_ds),
        "lieux": [{"id": i, "nom": nom or i, "lon": x, "lat": y} for i, nom, x, y in session.lieux],
    }
    return JsonResponse(shown)


@require_GET
@never_cache
@avec_atlas
def glisser(request: HttpRequest, atlas: AtlasOuvert, cle: str, genre: str) -> HttpResponse:
    """What moves when a place stands at ``lon``, ``lat``: a new one, or ``lieu`` taken there."""
    row = queries.get_scenario(request.user, cle)
    lon, lat = read_float(request.GET.get("lon")), read_float(request.GET.get("lat"))
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Http404("Une position se dit par lon et lat, en degrés.")
    try:
        found = get_session(atlas, row, genre).try_at(lon, lat, request.GET.get("lieu") or None)
    except EntreeInvalide as error:
        raise Http404(error.message) from error
    shown = {"carreaux": found.rows.tolist(), "minutes": to_minutes(found.time_ds), "phrase": tell(found)}
    return JsonResponse(shown)


def get_session(atlas: AtlasOuvert, row: ScenarioEnregistre, kind: str) -> SeanceGlissement:
    """The session of this scenario and service, made once; 404 where there is nothing to drag among."""
    try:
        found: SeanceGlissement = atlas.garder(
            ("glisser", row.contenu, kind), lambda: open_session(atlas.tables, row.scenario, kind)
        )
    except EntreeInvalide as error:
        raise Http404(error.message) from error
    return found


def to_minutes(time_ds: NDArray[np.uint32]) -> list[float | None]:
    """Deciseconds as minutes with one decimal; null out of reach."""
    minutes = (time_ds / DS_PER_MIN).round(1).tolist()
    return [None if far else value for far, value in zip(time_ds == UNREACHABLE, minutes, strict=True)]


def tell(found: Glissement) -> str:
    """Who is nearer, who is farther, in a sentence.

    >>> from maillage.scenarios.impact.gains import Gains
    >>> nobody = Gains(0.0, 0.0, 0.0, None, None, None, 0.0, 0.0, 0.0, 0.0)
    >>> tell(Glissement(np.zeros(0, np.int32), np.zeros(0, np.uint32), nobody))
    'Personne n’est plus près ni plus loin.'
    """
    gains = found.gains
    parts = [
        f"{accord(round(count), 'habitant')} plus {where}, de {avec_unite(mean, 'min', 1)} en moyenne"
        for count, mean, where in (
            (gains.gagnants, gains.gain_moyen_min, "près"),
            (gains.perdants, gains.perte_moyenne_min, "loin"),
        )
        if count
    ]
    return f"{' ; '.join(parts)} (simulé)." if parts else "Personne n’est plus près ni plus loin."
