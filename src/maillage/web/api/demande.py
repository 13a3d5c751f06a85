"""What operations share: refusals, the atlas that is asked, the form of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from django.http import HttpRequest
from ninja import Query
from ninja.errors import HttpError

from maillage.web.api.schemas import Erreur
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert

REFUS: Final = dict.fromkeys((401, 404, 406, 422, 429), Erreur)
REFUS_ATLAS: Final = {**REFUS, 503: Erreur}
MIMES: Final = {
    "json": "application/json",
    "csv": "text/csv",
    "geojson": "application/geo+json",
}
AtlasDemande = Annotated[
    str | None,
    Query(description="L’identifiant d’un atlas : voir /atlas. Sans lui, le plus récent."),
]


def open_atlas(atlas: str | None = None) -> AtlasOuvert:
    """The atlas that is asked, else the newest; 404 for an unknown one, 503 where there is none."""
    found = atlases.choose(atlas)
    if found is None:
        raise HttpError(503, "Aucun atlas n’est ouvert.")
    return found


def choose_form(request: HttpRequest, asked: str | None, formes: Sequence[str]) -> str:
    """The form of an answer: the one that ``format`` names, else the one that ``Accept`` prefers.

    Raises:
        HttpError: 406, nothing that is offered is accepted.
    """
    if asked:
        return asked
    best = request.get_preferred_type([MIMES[one] for one in formes])
    if best is None:
        offered = ", ".join(MIMES[one] for one in formes)
        raise HttpError(406, f"Cette réponse n’existe pas sous la forme demandée ; elle existe en {offered}.")
    return next(one for one in formes if MIMES[one] == best)
