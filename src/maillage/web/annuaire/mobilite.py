"""Help to move: beside an answer that is far, and by basin of mobility, with a map, to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.annuaire.mobilite import (
    PLANS,
    BassinMobilite,
    GenreAide,
    draw_basins,
    list_genres,
    read_genres,
    serves,
)
from maillage.annuaire.recherche import IndexAnnuaire, OffreDuLieu
from maillage.atlas.porte_a_porte import measure_straight
from maillage.catalogue.aides_mobilite import read_far_min
from maillage.reports.rendu.carte import Lieu
from maillage.web.annuaire.carte import draw_places
from maillage.web.annuaire.cherche import find_keys, read_index
from maillage.web.annuaire.depart import PointDeDepart
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.annuaire.resultats import ReponseLieu
from maillage.web.annuaire.trouver import ReponseTrouver
from maillage.web.programme.models import PlanExterne
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas

SECTION: Final = "annuaire"
PAR_GENRE: Final = 3


@dataclass(frozen=True)
class AideDite:
    """Somebody who helps to move, as told: which kinds of help, and the record."""

    genres: tuple[GenreAide, ...]
    lieu: ReponseLieu

    @property
    def nommees(self) -> str:
        """The kinds in words."""
        return ", ".join(one.nom.lower() for one in self.genres)


@dataclass(frozen=True)
class AidesProches:
    """What is told beside far answers: help by kind. ``bassin``: the one of the departure, null when no plan
    draws any (then the nearest); ``seuil_min``: minutes beyond (>) which an answer is far.
    """

    bassin: BassinMobilite | None
    groupes: tuple[tuple[GenreAide, tuple[ReponseLieu, ...]], ...]
    seuil_min: int

    def concern(self, one: ReponseLieu) -> bool:
        """Whether one needs help to go there: beyond the threshold, or nothing goes there."""
        return one.offre.lon is not None and (one.duree_min is None or one.duree_min > self.seuil_min)


@dataclass(frozen=True)
class BassinAide:
    """A basin of the page: who helps there."""

    bassin: BassinMobilite
    aides: tuple[AideDite, ...]


@cache
def _genres() -> tuple[GenreAide, ...]:
    return read_genres()


def find_help(
    atlas: AtlasOuvert, held: AnnuaireTenu, index: IndexAnnuaire, reponse: ReponseTrouver
) -> AidesProches | None:
    """Help for who leaves from there, when some answer is far or none is near; null otherwise: 1 query."""
    if reponse.depart is None:
        return None
    limit = read_far_min(reponse.mode or "transports")
    plain = AidesProches(None, (), limit)
    if reponse.resultats and not any(map(plain.concern, (*reponse.resultats, *reponse.loin))):
        return None
    rows = list_rows(index)
    bassin = find_basin(read_basins(atlas), atlas, reponse.depart.code)
    known = bassin if bassin is not None and bassin.plans else None
    near = put_nearest_first(index, rows, reponse.depart)
    if known is not None:
        near = [row for row in near if is_of(atlas, index.offres[row], known)]
    groups = []
    for genre in _genres():
        told = [row for row in near if genre in list_genres(index.offres[row].prestation, _genres())]
        if told:
            groups.append((genre, tuple(tell(held, index, told[:PAR_GENRE]))))
    return AidesProches(known, tuple(groups), limit)


_aidants = WeakKeyDictionary[IndexAnnuaire, tuple[int, ...]]()


def list_rows(index: IndexAnnuaire) -> tuple[int, ...]:
    """The offers that help to move; looked for once in a directory."""
    if index not in _aidants:
        held = enumerate(index.offres)
        _aidants[index] = tuple(row for row, one in held if list_genres(one.prestation, _genres()))
    return _aidants[index]


def put_nearest_first(index: IndexAnnuaire, rows: Sequence[int], depart: PointDeDepart) -> list[int]:
    """By straight line from the departure, those of no known place last."""
    picked = np.array(rows, np.int64)
    line = measure_straight("marche", depart.lieu, index.lon[picked], index.lat[picked])
    return [rows[k] for k in np.lexsort((index.noms[picked], np.where(np.isnan(line), np.inf, line)))]


def tell(held: AnnuaireTenu, index: IndexAnnuaire, rows: Iterable[int]) -> Iterable[ReponseLieu]:
    """Each as it is told, without a time."""
    for rank, row in enumerate(rows, 1):
        offre = index.offres[row]
        yield ReponseLieu(rank, offre, *find_keys(held, offre), doutes=())


def read_basins(atlas: AtlasOuvert) -> tuple[BassinMobilite, ...]:
    """The basins of the programme's plans, else the arrondissements: 1 query."""
    plans = PlanExterne.objects.filter(type__in=PLANS).order_by("pk")
    told = plans.values_list("type", "nom", "arrondissements")
    names = {one.code: one.nom for one in atlas.territoires("arrondissement")}
    return draw_basins(((kind, name, codes or ()) for kind, name, codes in told), names)


def find_basin(
    basins: Iterable[BassinMobilite], atlas: AtlasOuvert, code: str | None
) -> BassinMobilite | None:
    """The basin of a commune; null when it is in none, or not known."""
    commune = atlas.territoire("commune", code) if code else None
    held = commune.parents.get("arrondissement") if commune else None
    return next((one for one in basins if held in one.arrondissements), None)


def is_of(atlas: AtlasOuvert, offre: OffreDuLieu, bassin: BassinMobilite) -> bool:
    """Whether an offer is for a basin: its zone names one of its places, else it stands there."""
    zone = offre.prestation.zone_eligibilite if offre.prestation else None
    said = serves(zone, list_codes(atlas, bassin))
    if said is not None:
        return said
    commune = atlas.territoire("commune", offre.code_insee) if offre.code_insee else None
    return commune is not None and commune.parents.get("arrondissement") in bassin.arrondissements


def list_codes(atlas: AtlasOuvert, bassin: BassinMobilite) -> frozenset[str]:
    """What a zone may name to be of a basin: its communes, their EPCI, the département, the country."""

    def gather() -> frozenset[str]:
        found = {"france", atlas.manifeste.departement}
        for one in atlas.territoires("commune"):
            if one.parents.get("arrondissement") in bassin.arrondissements:
                found |= {one.code, one.parents.get("epci", one.code)}
        return frozenset(found)

    codes: frozenset[str] = atlas.garder(("bassin", bassin.arrondissements), gather)
    return codes


@require_GET
@never_cache
@avec_atlas
def mobilite(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Who helps to move, basin by basin: a table, a map, to be printed."""
    held, index = read_index()
    basins = read_basins(atlas)
    told = list(tell(held, index, list_rows(index)))
    aides = [AideDite(list_genres(one.offre.prestation, _genres()), one) for one in told]
    groups = [
        BassinAide(bassin, tuple(one for one in aides if is_of(atlas, one.lieu.offre, bassin)))
        for bassin in basins
    ]
    placed = {id(one) for group in groups for one in group.aides}
    context: dict[str, Any] = {
        "section": SECTION,
        "aides": aides,
        "bassins": groups,
        "ailleurs": [one for one in aides if id(one) not in placed],
        "dits": any(one.plans for one in basins),
        "manquants": [
            (group.bassin.nom, [g.nom for g in _genres() if not any(g in one.genres for one in group.aides)])
            for group in groups
        ],
        "carte": draw(atlas, aides),
    }
    return render(request, "annuaire/mobilite.html", context)


def draw(atlas: AtlasOuvert, aides: Sequence[AideDite]) -> SafeString | None:
    """Who helps, numbered as in the tables."""
    places = [
        Lieu(one.lieu.offre.lon, one.lieu.offre.lat, one.lieu.nom, str(one.lieu.rang))
        for one in aides
        if one.lieu.offre.lon is not None and one.lieu.offre.lat is not None
    ]
    towns = frozenset(one.lieu.offre.code_insee or "" for one in aides)
    return draw_places(atlas, places, "Les aides à la mobilité", towns) if places else None
