"""Edits of lines made on the timetables of an atlas, in order, each checked where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from typing import Any, Final

import numpy as np
import polars as pl

from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.transports.dossier import Transports
from maillage.network.timetables import edits
from maillage.scenarios.application import Chantier, Inapplicable, Refus, Terrain
from maillage.scenarios.lignes.essai import (
    Rows,
    TransportsEssayes,
    list_departures,
    only,
    repeat_run,
    ride_straight,
    shift_week,
)
from maillage.scenarios.lignes.modifications import (
    LIGNES,
    AjoutLigne,
    DecalageLigne,
    ExtensionHeures,
    ExtensionJours,
    FrequenceLigne,
    Jour,
    OuvertureArret,
    SuppressionLigne,
    TransportDemande,
    read_hour,
)
from maillage.scenarios.modifications import Scenario

SANS_HORAIRES: Final = (
    "cet atlas n’a pas d’horaires de transports collectifs : lisez-les avec « maillage transports build », "
    "puis construisez l’atlas avec --transports"
)
PORTES_AU_PLUS: Final = 3000


def apply_lines(scenario: Scenario, terrain: Terrain) -> tuple[TransportsEssayes | None, tuple[Refus, ...]]:
    """Make every edit of lines that holds; null without timetables, or where no edit of lines is asked."""
    asked = [(r, e) for r, e in enumerate(scenario.modifications, start=1) if isinstance(e, LIGNES)]
    base = terrain.transports
    if base is None or not asked:
        return None, tuple(Refus(rank, edit, SANS_HORAIRES) for rank, edit in asked)
    tried, refused = TransportsEssayes.of(base), []
    for rank, edit in asked:
        try:
            tried = MAKERS[type(edit)](tried, edit, terrain)
        except Inapplicable as reason:
            refused.append(Refus(rank, edit, str(reason)))
    return tried, tuple(refused)


def find_line(tried: Transports, name: str) -> int:
    """The number of a line, by its id, or ``flux:id``.

    Raises:
        Inapplicable: no line, or several, are called so.
    """
    names = name_lines(tried)
    table = tried.table("lignes")
    rows = [row for row, own in enumerate(table["id"].to_list()) if own == name]
    rows = rows or [row for row, own in enumerate(names) if own == name]
    if len(rows) == 1:
        return rows[0]
    if rows:
        several = ", ".join(names[row] for row in rows)
        raise Inapplicable(f"plusieurs lignes s’appellent « {name} » : {several}")
    close = get_close_matches(name, names, n=1)
    hint = f" ; vouliez-vous dire « {close[0]} » ?" if close else ""
    raise Inapplicable(f"ces horaires n’ont aucune ligne « {name} »{hint}")


def name_lines(tried: Transports) -> list[str]:
    """What each line is called in a scenario: its id, after that of its feed where two feeds have it."""
    table, feeds = tried.table("lignes"), list(tried.manifest.sources)
    twice = table["id"].is_duplicated()
    return [
        f"{feeds[flux]}:{own}" if again and flux is not None else own
        for own, flux, again in zip(table["id"], table["flux"], twice, strict=True)
    ]


def find_stop(tried: Transports, name: str) -> int:
    """The number of a stop, by its id.

    Raises:
        Inapplicable: no stop is called so.
    """
    stops = tried.arrets
    for column in ("id", "origine"):
        rows = np.flatnonzero((stops[column] == name).fill_null(value=False).to_numpy())
        if len(rows) == 1:
            return int(rows[0])
    raise Inapplicable(f"ces horaires n’ont aucun arrêt « {name} »")


def gather(asked: Sequence[Callable[[], Any]]) -> list[Any]:
    """The answers of all; every reason at once when some do not hold."""
    found, reasons = [], []
    for ask in asked:
        try:
            found.append(ask())
        except Inapplicable as reason:
            reasons.append(str(reason))
    if reasons:
        raise Inapplicable(" ; ".join(dict.fromkeys(reasons)))
    return found


def need_trips(tried: TransportsEssayes, edit: Any, jours: Sequence[Jour]) -> Rows:
    """The trips that an edit is about: those of its line, in its window, on such days."""
    window = (read_hour(edit.de), read_hour(edit.a))
    found = tried.list_line(find_line(tried, edit.ligne), window, jours)
    if not len(found):
        when = "" if window == (0, read_hour("29:59")) else f" entre {edit.de} et {edit.a}"
        raise Inapplicable(f"la ligne « {edit.ligne} » n’a aucun départ{when}, le {' ni le '.join(jours)}")
    return found


def _add(tried: TransportsEssayes, edit: AjoutLigne, terrain: Terrain) -> TransportsEssayes:
    refuse_known(tried, edit.nom)
    site = Chantier(terrain)
    old = [stop for stop in edit.arrets if stop.arret]
    new = [stop for stop in edit.arrets if not stop.arret]
    found = gather(
        [
            *(partial(find_stop, tried, str(stop.arret)) for stop in old),
            *(partial(site.settle, stop) for stop in new),
        ]
    )
    places = [(str(stop.nom), lon, lat) for stop, (lon, lat, *_) in zip(new, found[len(old) :], strict=True)]
    tried, numbers = tried.add_stops(places)
    left = (iter(found[: len(old)]), iter(numbers.tolist()))
    stops = [next(left[0] if stop.arret else left[1]) for stop in edit.arrets]
    minutes = [stop.minutes for stop in edit.arrets]
    starts = list_departures(edit.de, edit.a, edit.toutes_les_min)
    runs = list(repeat_run(stops, minutes, starts))
    if edit.aller_retour:
        back = [minutes[-1] - minute for minute in reversed(minutes)]
        runs += repeat_run(stops[::-1], back, starts)
    tried, line = tried.add_line(edit.nom)
    return tried.add_runs(line, runs, edit.jours)


def refuse_known(tried: TransportsEssayes, nom: str) -> None:
    """Refuse the name of a line that there is."""
    if nom in tried.table("lignes")["id"].to_list():
        raise Inapplicable(f"une ligne « {nom} » existe déjà : donnez un autre nom")


def _remove(tried: TransportsEssayes, edit: SuppressionLigne, _: Terrain) -> TransportsEssayes:
    line = find_line(tried, edit.ligne)
    gone = np.flatnonzero(tried.essai.trips.line == line)
    kept = np.setdiff1d(np.arange(len(tried.essai.trips)), gone)
    number = {old: new for new, old in enumerate(kept.tolist())}
    courses = tried.table("courses")[kept]
    before = [number.get(old) if old is not None else None for old in courses["avant"].to_list()]
    courses = courses.with_columns(avant=pl.Series(before, dtype=courses.schema["avant"]))
    served = sorted(tried.touch(gone))
    return tried.edited(edits.remove_trips(tried.essai, gone), served, courses=courses)


def _retime(tried: TransportsEssayes, edit: DecalageLigne, _: Terrain) -> TransportsEssayes:
    moved = need_trips(tried, edit, edit.jours)
    if edits.leaves_s(tried.essai)[moved].min() + edit.minutes * 60 < 0:
        raise Inapplicable("des départs passeraient avant minuit : décalez de moins, ou dites une plage")
    days = tried.on(edit.jours)
    later = tried.copy(moved, np.full(len(moved), edit.minutes * 60), lambda own: own & days)
    return later.without(moved, days)


def _repeat(tried: TransportsEssayes, edit: FrequenceLigne, _: Terrain) -> TransportsEssayes:
    replaced = need_trips(tried, edit, edit.jours)
    days = tried.on(edit.jours)
    starts = np.array(list_departures(edit.de, edit.a, edit.toutes_les_min))
    for way in tried.split_ways(replaced):
        model = tried.pick_model(way)
        running = tried.essai.calendar.active[tried.essai.trips.service[way]].any(axis=0) & days
        by_s = starts - edits.leaves_s(tried.essai)[model]
        source = np.full(len(starts), model, np.int64)
        tried = tried.copy(source, by_s, only(running))
    return tried.without(replaced, days)


def _extend_days(tried: TransportsEssayes, edit: ExtensionJours, _: Terrain) -> TransportsEssayes:
    models = need_trips(tried, edit, (edit.comme,))
    weekday = tried.weekday

    def spread(own: Any) -> Any:
        return shift_week(own, weekday, edit.comme, edit.jours) & ~own

    return tried.copy(models, np.zeros(len(models), np.int64), spread)


def _extend_hours(tried: TransportsEssayes, edit: ExtensionHeures, _: Terrain) -> TransportsEssayes:
    own = tried.list_line(find_line(tried, edit.ligne), None, edit.jours)
    if not len(own):
        raise Inapplicable(f"la ligne « {edit.ligne} » ne circule pas le {' ni le '.join(edit.jours)}")
    more = [
        (trip, by_s, days)
        for way in tried.split_ways(own)
        for bound, last in ((edit.a, True), (edit.de, False))
        if bound
        for trip, by_s, days in list_more(tried, way, edit, read_hour(bound), last=last)
    ]
    if not more:
        bounds = " et ".join(
            f"{word} {hour}" for word, hour in (("avant", edit.de), ("après", edit.a)) if hour
        )
        raise Inapplicable(f"la ligne « {edit.ligne} » circule déjà {bounds}, à cette cadence")
    for trip, by_s, days in more:
        source = np.full(len(by_s), trip, np.int64)
        tried = tried.copy(source, by_s, only(days))
    return tried


def list_more(
    tried: TransportsEssayes, way: Rows, edit: ExtensionHeures, bound_s: int, *, last: bool
) -> Iterator[tuple[int, Rows, Any]]:
    """What one direction gains: a trip, the moves of its copies, the days when it is last (or first)."""
    leaves = edits.leaves_s(tried.essai)[way]
    running = tried.essai.calendar.active[tried.essai.trips.service[way]] & tried.on(edit.jours)
    ranked = np.where(running, leaves[:, None] if last else -leaves[:, None], -(2**30))
    extreme = np.where(running.any(axis=0), ranked.argmax(axis=0), -1)
    step = edit.toutes_les_min * 60 * (1 if last else -1)
    for row in sorted(set(extreme.tolist()) - {-1}):
        by_s = np.arange(step, bound_s - leaves[row] + (1 if last else -1), step)
        if len(by_s):
            yield int(way[row]), by_s.astype(np.int64), extreme == row


def _open_stop(tried: TransportsEssayes, edit: OuvertureArret, terrain: Terrain) -> TransportsEssayes:
    line, one, other, (lon, lat, *_) = gather(
        [
            partial(find_line, tried, edit.ligne),
            *(partial(find_stop, tried, name) for name in edit.entre),
            partial(Chantier(terrain).settle, edit),
        ]
    )
    own = tried.list_line(line)
    ways = {pair for trip in own for pair in pairwise(tried.follow(trip))}
    if (one, other) not in ways and (other, one) not in ways:
        named = " et ".join(f"« {name} »" for name in edit.entre)
        raise Inapplicable(f"sur la ligne « {edit.ligne} », {named} ne se suivent pas")
    tried, (number,) = tried.add_stops([(edit.nom, lon, lat)])
    done = tried.essai
    for between, share in (((one, other), edit.part), ((other, one), 1 - edit.part)):
        done = edits.insert_stop(done, own, between, int(number), share, edit.detour_min * 60)
    return tried.edited(done, sorted(tried.touch(own) | {int(number)}))


def _on_demand(tried: TransportsEssayes, edit: TransportDemande, terrain: Terrain) -> TransportsEssayes:
    refuse_known(tried, edit.nom)
    known = terrain.communes
    stops = gather(
        [
            *(partial(find_stop, tried, name) for name in edit.vers),
            *(partial(check_commune, known, code) for code in edit.communes),
        ]
    )[: len(edit.vers)]
    doors = list_doors(terrain.atlas, edit.communes)
    if not doors or len(doors) > PORTES_AU_PLUS:
        told = (
            "personne n’y habite" if not doors else f"plus de {PORTES_AU_PLUS} carreaux habités : réduisez-la"
        )
        raise Inapplicable(f"zone de {', '.join(edit.communes)} : {told}")
    tried, numbers = tried.add_stops([(edit.nom, *door) for door in doors])
    starts = list_departures(edit.de, edit.a, edit.toutes_les_min)
    runs: list[edits.Run] = []
    for door in numbers.tolist():
        for stop in stops:
            took_min = -(-ride_straight(tried.arrets, door, stop, edit.kmh) // 60)
            runs += repeat_run([door, stop], [0, took_min], starts)
            runs += repeat_run([stop, door], [0, took_min], starts)
    tried, line = tried.add_line(edit.nom)
    return tried.add_runs(line, runs, edit.jours)


def check_commune(known: Any, code: str) -> str:
    """A commune of the département."""
    if code not in known:
        raise Inapplicable(f"la commune {code} n’est pas du département")
    return code


def list_doors(atlas: Atlas, communes: Sequence[str]) -> list[tuple[float, float]]:
    """Where people live in some communes: the centres of inhabited carreaux, lon and lat."""
    cells = atlas.carreaux().with_row_index("carreau").with_columns(pl.col("carreau").cast(pl.Int32))
    inside = atlas.fragments().filter(pl.col("code_insee").is_in(list(communes)) & (pl.col("population") > 0))
    found = cells.filter(pl.col("carreau").is_in(inside["carreau"].implode()))
    return list(found.select("lon", "lat").iter_rows())


MAKERS: Final[dict[type, Callable[[TransportsEssayes, Any, Terrain], TransportsEssayes]]] = {
    AjoutLigne: _add,
    SuppressionLigne: _remove,
    DecalageLigne: _retime,
    FrequenceLigne: _repeat,
    ExtensionJours: _extend_days,
    ExtensionHeures: _extend_hours,
    OuvertureArret: _open_stop,
    TransportDemande: _on_demand,
}
