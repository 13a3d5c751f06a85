"""Questions put to timetables: the arrivals of a list of pairs, a route told leg by leg."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.fauteuil import tell_unknown
from maillage.atlas.transports.journee import Journee, open_journee
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.network.timetables.journeys import Leg, find_journey
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import NEVER_S
from maillage.sources.fichiers import FeuilleLue, fold, read_sheet
from maillage.sources.gtfs.champs import parse_time

COLONNES = ("depart", "arrivee", "heure")
MARCHES_DITES = {
    "rues": "le long des rues",
    "estimee": "estimé à vol d’oiseau",
    "dite": "durée dite par les horaires",
}
"""How a walk is known, in words."""
ALLURES = {"marche": "à pied", "fauteuil": "en fauteuil"}


@dataclass(frozen=True)
class EtapeTrajet:
    """A leg in words: from where to where and when, by the wall clock; ``ligne`` null where one goes oneself.

    ``moyen`` says how then, ``garde`` what becomes of the vehicle, null on foot.
    ``suite``: the line as which the vehicle goes on while one stays seated, null when it does not.
    ``marche``: how a walk is known, one of :data:`~maillage.atlas.transports.changements.MANIERES`; null
    where one does not walk. ``inconnu``: in a wheelchair, what the feed does not say of the ride, in words.
    """

    de: str
    vers: str
    depart_s: int
    arrivee_s: int
    ligne: str | None = None
    direction: str | None = None
    course: str | None = None
    suite: str | None = None
    moyen: str = "à pied"
    garde: str | None = None
    marche: str | None = None
    inconnu: str | None = None

    @property
    def par_soi_meme(self) -> str:
        """How one goes oneself, and for how many minutes, the last one begun counted.

        >>> EtapeTrajet("Ici", "Gare", 28_800, 29_401, moyen="à vélo", garde="vélo laissé là").par_soi_meme
        'à vélo, 11 min, vélo laissé là'
        >>> EtapeTrajet("Ici", "Gare", 28_800, 28_860, marche="rues").par_soi_meme
        'à pied, 1 min, le long des rues'
        """
        said = [self.garde, MARCHES_DITES.get(self.marche or "")]
        minutes = f"{-(-(self.arrivee_s - self.depart_s) // 60)} min"
        return ", ".join([self.moyen, minutes, *(words for words in said if words)])


@dataclass(frozen=True)
class ArretsNommes:
    """The stops by what people call them: an id, a feed's own id when one feed has it, a name."""

    arrets: pl.DataFrame

    def find(self, text: str) -> int | None:
        """The stop of an id; null for none."""
        for column in ("id", "origine"):
            rows = np.flatnonzero((self.arrets[column] == text).to_numpy())
            if len(rows) == 1:
                return int(rows[0])
        return None

    def spread(self, stop: int) -> NDArray[np.int32]:
        """The stop, and those of the station when it is one."""
        members = np.flatnonzero((self.arrets["gare"] == stop).fill_null(value=False).to_numpy())
        return np.concatenate([[stop], members]).astype(np.int32)

    def ask(self, text: str) -> NDArray[np.int32]:
        """The stops of an id, of a station, or of a name.

        Raises:
            EntreeInvalide: nothing is called so.
        """
        stop = self.find(text)
        if stop is not None:
            return self.spread(stop)
        names = self.arrets["nom"].fill_null("").map_elements(fold, pl.String)
        rows = np.flatnonzero((names == fold(text)).to_numpy())
        if not len(rows):
            near = self.arrets.filter(names.str.contains(fold(text), literal=True))["nom"].unique().sort()
            advice = f" Voulez-vous dire : {', '.join(near.head(5).to_list())} ?" if len(near) else ""
            raise EntreeInvalide(f"Aucun arrêt ne s’appelle « {text} ».{advice}")
        return np.unique(np.concatenate([self.spread(int(row)) for row in rows])).astype(np.int32)


def read_clock(text: str) -> int | None:
    """Seconds at ``HH:MM`` or ``HH:MM:SS``, beyond 24:00 too; null for anything else.

    >>> read_clock("08:05"), read_clock("25:00:30"), read_clock("8h05")
    (29100, 90030, None)
    """
    whole = text.strip() if text.count(":") > 1 else f"{text.strip()}:00"
    found: int | None = parse_time(pl.Series([whole]))[0]
    return found


def read_pairs(path: Path, lieux: ArretsNommes) -> pl.DataFrame:
    """``depart``, ``arrivee`` (stops), ``heure_s`` of each row of a file of ``COLONNES``.

    Raises:
        EntreeInvalide: with every unknown stop and every hour that is none.
    """
    feuille = read_sheet(path, COLONNES)
    cells = feuille.cells
    missing = [Faute("colonne absente", path.name, 1, c) for c in COLONNES if c not in cells.columns]
    if missing:
        raise EntreeInvalide(f"Le fichier {path.name} n’a pas les colonnes attendues.", tuple(missing))
    known = {text: lieux.find(text) for text in {*cells["depart"], *cells["arrivee"]} if text is not None}
    clocks = {text: read_clock(text) for text in cells["heure"].unique() if text is not None}
    columns = {"depart": known, "arrivee": known, "heure": clocks}
    found = {name: [of.get(text) for text in cells[name]] for name, of in columns.items()}
    refuse_unknown(feuille, found)
    return pl.DataFrame(
        {"depart": found["depart"], "arrivee": found["arrivee"], "heure_s": found["heure"]},
        schema=dict.fromkeys(("depart", "arrivee", "heure_s"), pl.Int32),
    )


def refuse_unknown(feuille: FeuilleLue, found: dict[str, list[int | None]]) -> None:
    """Raise with every cell that says no stop or no hour."""
    what = {"heure": "« {} » n’est pas une heure (HH:MM)"}
    fautes = tuple(
        Faute(
            what.get(name, "« {} » n’est pas un arrêt de ces horaires").format(text or ""),
            feuille.fichier,
            row,
            name,
        )
        for name, values in found.items()
        for row, text, value in zip(feuille.cells["_ligne"], feuille.cells[name], values, strict=True)
        if value is None
    )
    if fautes:
        raise EntreeInvalide(f"Le fichier {feuille.fichier} est refusé.", fautes)


def find_arrivals(
    transports: Transports, pairs: pl.DataFrame, jour: date, marche_min: float | None = None
) -> list[int | None]:
    """The earliest arrival of each pair, seconds by the wall clock of ``jour``; null when there is none.

    One scan answers for all the pairs that leave one place at one hour.
    """
    day = open_journee(transports, jour, marche_min)
    lieux = ArretsNommes(transports.arrets)
    answers: list[int | None] = [None] * pairs.height
    numbered = pairs.with_row_index("rang")
    for (depart, heure_s), group in numbered.group_by("depart", "heure_s", maintain_order=True):
        arrival_s = arrive(day, stops_of(lieux, int(depart), marche_min), int(heure_s))
        for rang, arrivee in group.select("rang", "arrivee").iter_rows():
            best = int(arrival_s[stops_of(lieux, arrivee, marche_min)].min())
            answers[rang] = day.horloge.tell(best) if best < NEVER_S else None
    return answers


def stops_of(lieux: ArretsNommes, stop: int, marche_min: float | None) -> NDArray[np.int32]:
    """The stop alone where one does not walk, else the stops of the station that it is."""
    return np.array([stop], np.int32) if marche_min is None else lieux.spread(stop)


def arrive(day: Journee, start: NDArray[np.int32], clock_s: int) -> NDArray[np.int32]:
    """Earliest arrivals at every stop, seconds of the service day."""
    _, rows = day.changements.list_rows(start)
    start_s = np.full(len(rows), day.horloge.read(clock_s), np.int32)
    return day.changements.fold(scan(day.connexions, day.changements, rows, start_s).arrival_s)


def list_idle(transports: Transports, pairs: pl.DataFrame) -> list[str]:
    """The ids of the stops asked where no vehicle ever stops, a station say."""
    served = np.zeros(transports.arrets.height, bool)
    served[transports.horaires.stop_times.stop] = True
    asked = pl.concat([pairs["depart"], pairs["arrivee"]]).unique().sort().to_numpy()
    return transports.arrets["id"].gather(asked[~served[asked]]).to_list()


def explain_route(
    transports: Transports,
    depart: str,
    arrivee: str,
    jour: date,
    clock_s: int,
    marche_min: float | None = None,
) -> list[EtapeTrajet] | None:
    """The route that arrives first and, of those, leaves last; null when there is none.

    Raises:
        EntreeInvalide: nothing is called so.
    """
    lieux = ArretsNommes(transports.arrets)
    start, end = lieux.ask(depart), lieux.ask(arrivee)
    day = open_journee(transports, jour, marche_min)
    legs = find_journey(day.connexions, day.changements, start, end, day.horloge.read(clock_s))
    return None if legs is None else [tell(transports, day, leg, transports.noms) for leg in legs]


def tell(transports: Transports, day: Journee, leg: Leg, names: pl.Series) -> EtapeTrajet:
    """A leg in words; ``names``: of each stop by its number."""
    ends = (
        names[leg.tail],
        names[leg.head],
        day.horloge.tell(leg.departure_s),
        day.horloge.tell(leg.arrival_s),
    )
    if leg.passage is None or leg.until is None:
        how = day.correspondances.tell(leg.tail, leg.head, leg.arrival_s - leg.departure_s)
        return EtapeTrajet(*ends, marche=how, moyen=ALLURES[transports.a_pied.mode])
    first = transports.horaires.trips.first
    on, off = (int(np.searchsorted(first, passage, "right")) - 1 for passage in (leg.passage, leg.until))
    courses, lines = transports.table("courses"), transports.table("lignes")["nom"]
    trip = courses.row(on, named=True)
    goes_on = lines[courses["ligne"][off]] if off != on else None
    lacks = None if transports.fauteuil is None else tell_unknown(transports, leg.tail, leg.head, on)
    way = (lines[trip["ligne"]], trip["direction"], trip["id"], goes_on)
    return EtapeTrajet(*ends, *way, inconnu=lacks)
