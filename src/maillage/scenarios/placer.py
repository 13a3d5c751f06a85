"""Where to act on an atlas: its people, places and times given to the placement models, answers in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.etapes.temps import to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.types_service import list_types
from maillage.francais import accord, avec_unite, nombre
from maillage.network.travel_times import UNREACHABLE, Fiabilite, Sites
from maillage.scenarios.impact.gains import DS_PER_MIN
from maillage.scenarios.modifications import Fermeture, Modification, Ouverture, Scenario, name_places
from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.garanties import at_least_within, few_closures, worst_served_first
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median
from maillage.scenarios.placement.tout_couvrir import tout_couvrir
from maillage.scenarios.placement.variantes import alternatives

Objectif = Literal["couverture", "p_median", "p_center", "tout_couvrir"]
Existants = Literal["garder", "fermables", "ignorer"]
OBJECTIFS: Final = ("couverture", "p_median", "p_center", "tout_couvrir")
EXISTANTS: Final = ("garder", "fermables", "ignorer")
GROUPES: Final = {
    "population": "habitants",
    "plus_65": "habitants de 65 ans et plus",
    "moins_15": "enfants de moins de 15 ans",
}
UNITES: Final = {
    "couverture": "habitants",
    "p_median": "habitants × minutes",
    "p_center": "minutes",
    "tout_couvrir": "sites à ouvrir",
}


@dataclass(frozen=True)
class QuestionPlacement:
    """What is asked: ``nombre`` sites (null: as many as needed) of a ``type``, ``minutes`` the threshold (≤).

    ``existants``: the places of that type stay (``garder``), may close and count among the sites
    (``fermables``), or are forgotten (``ignorer``). ``candidats``: types of real places to share a roof
    with; communes when empty. ``exclus``: communes (INSEE) where nothing opens. ``plancher_min``: nobody of
    ``groupe`` beyond. ``secours_min``: everyone has a second site within. ``dixieme``: the worst served
    tenth comes first.
    """

    type: str
    objectif: Objectif
    nombre: int | None
    minutes: float = 20.0
    existants: Existants = "garder"
    candidats: tuple[str, ...] = ()
    exclus: tuple[str, ...] = ()
    groupe: str = "population"
    plancher_min: float | None = None
    secours_min: float | None = None
    fermetures_max: int | None = None
    dixieme: bool = False
    limite_s: float = 60.0


@dataclass(frozen=True)
class LieuPropose:
    """A place of the answer: ``nouveau`` or kept; ``raison`` says what it brings, in French."""

    id: str
    nom: str
    commune: str
    lon: float
    lat: float
    nouveau: bool
    raison: str


@dataclass(frozen=True)
class ReponsePlacement:
    """An answer: value and bound in ``unite``, places to open, places kept, places to close.

    ``hors_atteinte``: people whom no site reaches at all, left out of the question.
    """

    placement: Placement
    unite: str
    ouvrir: tuple[LieuPropose, ...]
    garder: tuple[LieuPropose, ...]
    fermer: tuple[LieuPropose, ...]
    hors_atteinte: float
    fiabilite: Fiabilite


@dataclass(frozen=True)
class _Terrain:
    """Sites (``id, nom, code_insee, commune, lon, lat, existe``), deciseconds [carreaux, sites], people."""

    sites: pl.DataFrame
    duree: NDArray[np.uint32]
    people: dict[str, NDArray[np.float64]]
    fiabilite: Fiabilite


def place(
    atlas: Atlas, question: QuestionPlacement, combien: int = 0, ecart: float = 0.05, differents: int = 1
) -> list[ReponsePlacement]:
    """The best answer, then ``combien`` others within ``ecart`` of it, ``differents`` sites apart at least.

    Raises:
        EntreeInvalide: an unknown type, commune or group, a number that is missing.
    """
    check(atlas, question)
    terrain = read_terrain(atlas, question)
    cadre = make_cadre(terrain, question)
    solve = make_solver(terrain, question)
    found = alternatives(solve, cadre, combien, ecart, differents) if combien else [solve(cadre)]
    return [describe(terrain, question, one) for one in found or [solve(cadre)]]


def check(atlas: Atlas, question: QuestionPlacement) -> None:
    """Every fault of the question at once."""
    known = set(list_types())
    communes = set(atlas.table("entrees/communes")["code_insee"])
    faults = [
        Faute(f"type de service inconnu : « {kind} »", que_faire="`maillage catalogue` en donne la liste.")
        for kind in (question.type, *question.candidats)
        if kind not in known
    ]
    faults += [
        Faute(f"commune absente de cet atlas : {code}") for code in question.exclus if code not in communes
    ]
    if question.nombre is None and question.objectif != "tout_couvrir":
        faults.append(
            Faute("combien de sites ? Seul tout_couvrir cherche le nombre", que_faire="Donnez un nombre.")
        )
    if question.groupe not in GROUPES:
        faults.append(Faute(f"groupe inconnu : « {question.groupe} » (connus : {', '.join(GROUPES)})"))
    if faults:
        raise EntreeInvalide("Cette question de placement ne peut pas être posée.", tuple(faults))


def read_terrain(atlas: Atlas, question: QuestionPlacement) -> _Terrain:
    """Existing places first, then candidates; times of every carreau of the département to each."""
    communes = dict(atlas.table("entrees/communes").select("code_insee", "nom").iter_rows())
    located = fixed(atlas.implantations()).filter(pl.col("precision") != "commune")
    columns = ("id", "nom", "code_insee", "lon", "lat")
    existing = located.filter(pl.col("type") == question.type).select(*columns)
    inside = pl.col("code_insee").is_in(list(communes)) & ~pl.col("code_insee").is_in(list(question.exclus))
    if question.candidats:
        candidates = located.filter(pl.col("type").is_in(question.candidats) & inside).select(*columns)
    else:
        centres = atlas.table("entrees/communes").filter(inside)
        candidates = centres.select(pl.col("code_insee").alias("id"), "nom", "code_insee", "lon", "lat")
    kept = existing.head(0) if question.existants == "ignorer" else existing
    sites = pl.concat([kept.with_columns(existe=True), candidates.with_columns(existe=False)]).with_columns(
        pl.col("code_insee").replace_strict(communes, default="hors du département").alias("commune"),
        pl.coalesce("nom", "id").alias("nom"),
    )
    if not sites.height:
        raise EntreeInvalide("Aucun site possible : cet atlas n’a aucun lieu situé des types demandés.")
    times = evaluate(atlas).calcul.times
    each = Sites(to_points(sites), np.arange(sites.height, dtype=np.int32), sites.height)
    cells = atlas.carreaux().filter("dans_departement")
    people = {name: cells[name].cast(pl.Float64).fill_null(0.0).to_numpy() for name in GROUPES}
    return _Terrain(sites, times.nearest(each).time_ds, people, times.fiabilite)


def make_cadre(terrain: _Terrain, question: QuestionPlacement) -> Cadre:
    """Locks, number and guarantees."""
    existe = terrain.sites["existe"].to_numpy()
    outside = terrain.sites["commune"].to_numpy() == "hors du département"
    locked = existe & (outside | (question.existants == "garder"))
    n = len(existe)
    number = float(n if question.nombre is None else question.nombre)
    rules: list[Garantie] = []
    if question.plancher_min is not None:
        name = f"tous les {GROUPES[question.groupe]} à {avec_unite(question.plancher_min, 'min')} au plus"
        rules.append(_within(terrain, name, question.groupe, question.plancher_min, 1))
    if question.secours_min is not None:
        name = f"un second lieu à {avec_unite(question.secours_min, 'min')} au plus"
        rules.append(_within(terrain, name, "population", question.secours_min, 2))
    if question.fermetures_max is not None and question.existants == "fermables":
        name = f"{accord(question.fermetures_max, 'fermeture')} au plus"
        rules.append(few_closures(name, existe & ~locked, question.fermetures_max))
    return Cadre(locked, np.zeros(n, bool), np.ones(n), number, tuple(rules))


def _within(terrain: _Terrain, name: str, group: str, minutes: float, sites: int) -> Garantie:
    concerned = terrain.people[group] > 0
    return at_least_within(name, terrain.duree, concerned, minutes * DS_PER_MIN, sites)


def make_solver(terrain: _Terrain, question: QuestionPlacement) -> Callable[[Cadre], Placement]:
    """The model asked for, on these people and times."""
    duree, limit = terrain.duree, question.limite_s
    reach = duree != UNREACHABLE
    people = np.where(reach.any(1), terrain.people["population"], 0.0)
    if question.dixieme:
        people = worst_served_first(_today(terrain), people)
    threshold = question.minutes * DS_PER_MIN
    if question.objectif == "couverture":
        return lambda cadre: couverture_maximale(duree, people, cadre, threshold, limit)
    if question.objectif == "tout_couvrir":
        return lambda cadre: tout_couvrir(duree, people, cadre, threshold, limit)
    model = p_median if question.objectif == "p_median" else p_centre
    return lambda cadre: _in_minutes(model(duree, people, cadre, limit, reach))


def _today(terrain: _Terrain) -> NDArray[np.float64]:
    """Time of each carreau to the nearest existing place; the farthest where there is none."""
    existe = terrain.sites["existe"].to_numpy()
    if not existe.any():
        raise EntreeInvalide("Le dixième le moins bien servi demande des lieux existants : gardez-les.")
    today: NDArray[np.float64] = terrain.duree[:, existe].min(1).astype(np.float64)
    return today


def _in_minutes(placement: Placement) -> Placement:
    """Value and bound from deciseconds to minutes."""
    value, bound = (None if x is None else x / DS_PER_MIN for x in (placement.valeur, placement.borne))
    return replace(placement, valeur=value, borne=bound)


def describe(terrain: _Terrain, question: QuestionPlacement, placement: Placement) -> ReponsePlacement:
    """The places of a placement by what becomes of them."""
    existe = terrain.sites["existe"].to_numpy()
    opened = np.isin(np.arange(len(existe)), placement.lieux)
    named = [_name(terrain, question, row, opened) for row in range(len(existe))]
    closing = existe & ~opened if placement.lieux else np.zeros(len(existe), bool)
    reached = (terrain.duree != UNREACHABLE).any(1)

    def pick(these: NDArray[np.bool_]) -> tuple[LieuPropose, ...]:
        return tuple(named[row] for row in np.flatnonzero(these))

    return ReponsePlacement(
        placement,
        UNITES[question.objectif],
        ouvrir=pick(opened & ~existe),
        garder=pick(opened & existe),
        fermer=pick(closing),
        hors_atteinte=float(terrain.people["population"][~reached].sum()),
        fiabilite=terrain.fiabilite,
    )


def _name(terrain: _Terrain, question: QuestionPlacement, row: int, opened: NDArray[np.bool_]) -> LieuPropose:
    one = terrain.sites.row(row, named=True)
    reason = explain_site(terrain, row, opened, question.minutes) if opened[row] and not one["existe"] else ""
    return LieuPropose(
        one["id"], one["nom"], one["commune"], one["lon"], one["lat"], not one["existe"], reason
    )


def explain_site(terrain: _Terrain, row: int, opened: NDArray[np.bool_], minutes: float) -> str:
    """What this site brings beside the others: people brought within the threshold, or minutes saved."""
    others = opened.copy()
    others[row] = False
    far = np.uint32(UNREACHABLE)
    before = terrain.duree[:, others].min(1, initial=far).astype(np.int64)
    here = terrain.duree[:, row].astype(np.int64)
    people, elders = terrain.people["population"], terrain.people["plus_65"]
    brought = (before > minutes * DS_PER_MIN) & (here <= minutes * DS_PER_MIN)
    if (count := float(people[brought].sum())) >= 1:
        within = f"met à {avec_unite(minutes, 'min')} au plus {accord(round(count), 'habitant')} de plus"
        return f"{within}, dont {nombre(float(elders[brought].sum()))} de 65 ans et plus"
    nearer = (here < before) & (before != UNREACHABLE)
    if not (count := float(people[nearer].sum())):
        return "n’apporte rien de plus que les autres"
    saved = float((people * (before - here))[nearer].sum() / count / DS_PER_MIN)
    return f"rapproche {accord(round(count), 'habitant')}, de {avec_unite(saved, 'min', 1)} en moyenne"


def to_scenario(proposition: ReponsePlacement, question: QuestionPlacement, nom: str) -> Scenario:
    """The answer as a list of edits: openings, then closings."""
    label = list_types()[question.type].libelle
    edits: list[Modification] = [
        Ouverture(type=question.type, nom=f"{label} · {one.nom}", lon=one.lon, lat=one.lat)
        for one in proposition.ouvrir
    ]
    edits += [Fermeture(lieu=one.id) for one in proposition.fermer]
    return name_places(Scenario(nom=nom, modifications=tuple(edits)))
