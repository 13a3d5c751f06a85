"""The answer to who looks for a service: doors open when one gets there, and what else there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maillage.annuaire.lieux import tell_once
from maillage.annuaire.ouverture import tell
from maillage.annuaire.recherche import (
    EXACT,
    PAS_CE_JOUR,
    PEUT_ETRE,
    PLUS_TARD,
    RECU,
    Compris,
    IndexAnnuaire,
    OffreDuLieu,
    Trouvees,
    order,
)
from maillage.atlas.porte_a_porte import PorteAPorte, Voyage, measure_straight
from maillage.atlas.transports.aller_retour import PointTrajet, explain_round_trip
from maillage.atlas.transports.jours_types import JourType
from maillage.catalogue.besoins import read_portee_min
from maillage.catalogue.lecture import read_toml
from maillage.francais import jour as write_day
from maillage.horaires import regles
from maillage.web.annuaire.cherche import (
    AnnuaireCherche,
    add_sisters,
    find_keys,
    list_doubts,
    read_search,
)
from maillage.web.annuaire.depart import PointDeDepart, find_depart
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.annuaire.resultats import ReponseLieu
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.sans_voiture import trajet as trajets

Floats = NDArray[np.float64]
JOUR_MIN: Final = 24 * 60
MONTRES, LOIN, A_DISTANCE, ACCUEILS, EXPLIQUES = 10, 5, 5, 3, 4
SANS_HORAIRES: Final = (
    "Hors transports collectifs : les horaires des bus et des trains ne sont pas dans cette installation. "
    "Les temps ci-dessous sont à vélo ; chaque réponse dit aussi à pied. Sans vélo, demandez « À pied »."
)
SANS_JOUR: Final = (
    "Hors transports collectifs : aucun horaire connu pour ce jour. Les temps sont à vélo. Sans vélo, "
    "demandez « À pied »."
)
SEMAINE: Final = (*["mardi_scolaire"] * 5, "samedi_scolaire", "dimanche_scolaire")
MODES_DITS: Final = {
    "voiture": "en voiture",
    "velo": "à vélo",
    "marche": "à pied",
    "transports": "sans voiture",
}


@dataclass(frozen=True)
class ReponseTrouver:
    """What the page shows. ``mode``: what times are told by; ``avertis``: notes on them.

    ``loin``: nearest beyond reach; ``a_distance``: by phone or online; ``accueils``: for any demand.
    """

    depart: PointDeDepart | None
    compris: Compris
    mode: str
    fiabilite: str
    portee_min: int
    resultats: tuple[ReponseLieu, ...] = ()
    loin: tuple[ReponseLieu, ...] = ()
    a_distance: tuple[ReponseLieu, ...] = ()
    accueils: tuple[ReponseLieu, ...] = ()
    total: int = 0
    ecartees: int = 0
    avertis: tuple[str, ...] = field(default=())


def answer(
    atlas: AtlasOuvert,
    question: QuestionTrouver,
    depart: PointDeDepart | None = None,
    choose: Callable[[Trouvees], Trouvees] | None = None,
    lus: AnnuaireCherche | None = None,
) -> ReponseTrouver:
    """The whole answer; nothing of the question is kept.

    ``depart``: where one leaves from, when it is known otherwise than by the question. ``choose``: what is
    kept of what answers the need. ``lus``: the directory as it is searched, when it is already read.
    """
    held = lus or read_search()
    found = held.index.find(question.demande)
    found = found if choose is None else choose(found)
    portee = read_portee_min()
    depart = depart or find_depart(atlas, question.ou, question.lon, question.lat)
    if depart is None:
        return _answer_nowhere(held, found, question, portee)
    tour = _open(atlas, depart, question, held.index)
    ranked = tour.put_in_order(found, portee)
    rows = ranked[tell_once(held.places[found.rows[ranked]])]
    far = tour.is_far(found.rows[rows], portee)
    near, beyond = rows[~far][:MONTRES], tour.put_nearest_first(found.rows, rows[far])[:LOIN]
    shown = tuple(tour.tell_all(held, found, near, ranked))
    exact = any(found.pertinence[row] == EXACT for row in near.tolist())
    return ReponseTrouver(
        depart,
        found.compris,
        tour.mode,
        tour.fiabilite,
        portee,
        shown,
        tuple(tour.tell_all(held, found, beyond, ranked, after=len(shown))) if len(shown) < MONTRES else (),
        _list_remote(held, found),
        () if exact else tuple(tour.tell_accueils(held)),
        int((~far).sum()),
        found.ecartees,
        tour.avertis,
    )


def _answer_nowhere(
    held: AnnuaireCherche, found: Trouvees, question: QuestionTrouver, portee: int
) -> ReponseTrouver:
    """Without a place: what answers, by relevance then name, and the hours when one leaves."""
    ranked = np.lexsort((held.index.noms[found.rows], found.doutes, found.pertinence))
    rows = ranked[tell_once(held.places[found.rows[ranked]])]
    shown = tuple(
        _tell_plain(held, found, ranked, position, rank, question)
        for rank, position in enumerate(rows[:MONTRES].tolist(), 1)
    )
    return ReponseTrouver(
        None, found.compris, "", "", portee, shown, (), _list_remote(held, found), (), len(rows),
        found.ecartees,
    )  # fmt: skip


def _tell_plain(
    held: AnnuaireCherche,
    found: Trouvees,
    ranked: NDArray[np.int64],
    position: int,
    rank: int,
    question: QuestionTrouver,
) -> ReponseLieu:
    row = int(found.rows[position])
    offre = held.index.offres[row]
    doubts = list_doubts(held.index, row, question)
    told = ReponseLieu(rank, offre, *find_keys(held.tenu, offre), doutes=doubts)
    return add_sisters(held, told, row, found.rows[ranked])


def _list_remote(held: AnnuaireCherche, found: Trouvees) -> tuple[ReponseLieu, ...]:
    """Those that answer from afar, the surest first, one a place."""
    index = held.index
    rows = [
        row for row, grade in zip(found.rows.tolist(), found.pertinence.tolist(), strict=True)
        if grade == EXACT and index.a_distance[row]
    ]  # fmt: skip
    ranked = np.array(sorted(rows, key=lambda row: int(index.noms[row])), np.int64)
    return tuple(
        ReponseLieu(rank, index.offres[row], *find_keys(held.tenu, index.offres[row]), doutes=())
        for rank, row in enumerate(ranked[tell_once(held.places[ranked])][:A_DISTANCE].tolist(), 1)
    )


@dataclass(frozen=True, eq=False)
class TourDesPortes:
    """A question put to the doors of an atlas: arrivals and openings of every offer found.

    ``voyage``: the day of public transport, null for other ways.
    """

    atlas: AtlasOuvert
    portes: PorteAPorte
    depart: PointDeDepart
    question: QuestionTrouver
    index: IndexAnnuaire
    mode: str
    voyage_jour: date | None
    avertis: tuple[str, ...]
    memoire: dict[str, Any] = field(default_factory=dict)

    @property
    def fiabilite(self) -> str:
        """How sure times are."""
        return str(self.memoire.get("fiabilite", "estime"))

    def put_in_order(self, found: Trouvees, portee: int) -> NDArray[np.int64]:
        """Positions in what was found, in the order of the page."""
        rows = found.rows
        minutes, voyage = self._travel(rows)
        accueil, wait = self._welcome(rows, minutes)
        no_return, home = None, None
        if voyage is not None:
            stay = read_toml("horaires.toml")["acces"]["transports"]["duree_sur_place_min"]
            leaves = self.question.depart_min + minutes + np.where(accueil == PLUS_TARD, wait, 0.0) + stay
            home = voyage.come_home(leaves)
            no_return = np.isfinite(minutes) & ~np.isfinite(home)
        self.memoire.update(
            {
                "minutes": dict(zip(rows.tolist(), minutes.tolist(), strict=True)),
                "accueil": dict(zip(rows.tolist(), accueil.tolist(), strict=True)),
                "attente": dict(zip(rows.tolist(), wait.tolist(), strict=True)),
                "retour": None if home is None else dict(zip(rows.tolist(), home.tolist(), strict=True)),
            }
        )
        ranked = order(found, self.index, minutes, accueil, wait, portee, no_return)
        keep = self.index.sur_place[rows[ranked]]
        return ranked[keep]

    def is_far(self, rows: NDArray[np.int64], portee: int) -> NDArray[np.bool_]:
        """Whether each offer is beyond reach, or where nobody knows."""
        minutes = np.array([self.memoire["minutes"][row] for row in rows.tolist()], float)
        far: NDArray[np.bool_] = ~(minutes <= portee)
        return far

    def put_nearest_first(self, rows: NDArray[np.int64], positions: NDArray[np.int64]) -> NDArray[np.int64]:
        """What is beyond reach: by time, then, where one does not get so, by straight line."""
        there = rows[positions]
        minutes = np.array([self.memoire["minutes"][row] for row in there.tolist()], float)
        line = measure_straight("marche", self.depart.lieu, self.index.lon[there], self.index.lat[there])
        return positions[np.lexsort((line, np.where(np.isnan(minutes), np.inf, minutes)))]

    def _travel(self, rows: NDArray[np.int64]) -> tuple[Floats, Voyage | None]:
        lon, lat = self.index.lon[rows], self.index.lat[rows]
        if self.mode == "transports" and self.voyage_jour is not None:
            voyage = self.portes.open_day(self.depart.lieu, lon, lat, self.voyage_jour)
            self.memoire["fiabilite"] = "simule" if self.atlas.jeu_essai else "estime"
            return voyage.arrive(self.question.depart_min) - self.question.depart_min, voyage
        found = self.portes.measure(self.mode, self.depart.lieu, lon, lat)
        self.memoire["fiabilite"] = found.fiabilite
        return np.ceil(found.duree_min), None

    def _welcome(self, rows: NDArray[np.int64], minutes: Floats) -> tuple[NDArray[np.int8], Floats]:
        """How one is received on arrival, and the wait until it opens that day."""
        accueil = np.full(len(rows), PEUT_ETRE, np.int8)
        wait = np.zeros(len(rows))
        known = np.flatnonzero(np.isfinite(minutes) & (self.question.depart_min + minutes < 2 * JOUR_MIN - 1))
        if not len(known):
            return accueil, wait
        openings, day, places = self.index.ouvertures, self.question.jour, rows[known]
        at = (self.question.depart_min + minutes[known]).astype(np.int64)
        state, left = openings.ask(day, places, at)
        accueil[known] = np.where(
            state == regles.OUVERT, RECU, np.where(state == regles.FERME, PAS_CE_JOUR, PEUT_ETRE)
        )
        shut = np.flatnonzero(state == regles.FERME)
        then = at[shut] + left[shut]
        soon = shut[then < (at[shut] // JOUR_MIN + 1) * JOUR_MIN]
        later, _ = openings.ask(day, places[soon], at[soon] + left[soon])
        accueil[known[soon]] = np.where(later == regles.OUVERT, PLUS_TARD, PEUT_ETRE)
        wait[known[soon]] = left[soon]
        return accueil, wait

    def tell_all(
        self,
        held: AnnuaireCherche,
        found: Trouvees,
        positions: NDArray[np.int64],
        ranked: NDArray[np.int64],
        after: int = 0,
    ) -> Iterable[ReponseLieu]:
        """Each of these as it is told. ``ranked``: the positions of all that answers, in order."""
        rows, everything = found.rows[positions], found.rows[ranked]
        others = self._measure_others(rows)
        for k, row in enumerate(rows.tolist()):
            told = self._tell(held.tenu, row, after + k + 1, others[k], explain=after + k < EXPLIQUES)
            yield add_sisters(held, told, row, everything)

    def _measure_others(self, rows: NDArray[np.int64]) -> list[tuple[tuple[str, int], ...]]:
        """Minutes by the other ways that need no timetable."""
        lon, lat = self.index.lon[rows], self.index.lat[rows]
        modes = [mode for mode in ("velo", "marche") if mode != self.mode]
        times = {mode: self.portes.measure(mode, self.depart.lieu, lon, lat).duree_min for mode in modes}
        return [
            tuple((MODES_DITS[m], int(np.ceil(times[m][k]))) for m in modes if np.isfinite(times[m][k]))
            for k in range(len(rows))
        ]

    def _tell(
        self, held: AnnuaireTenu, row: int, rank: int, others: tuple[tuple[str, int], ...], *, explain: bool
    ) -> ReponseLieu:
        offre = self.index.offres[row]
        plain = ReponseLieu(
            rank, offre, *find_keys(held, offre), doutes=list_doubts(self.index, row, self.question)
        )
        minutes = self.memoire["minutes"].get(row, np.nan)
        if not np.isfinite(minutes):
            return replace(plain, autres=others)
        arrival = self.question.depart_a + timedelta(minutes=int(minutes))
        back = self.memoire["retour"]
        home = None if back is None else back[row]
        accueil = int(self.memoire["accueil"][row])
        return replace(
            plain,
            duree_min=int(minutes),
            arrivee=arrival,
            accueil=accueil,
            attente_min=int(self.memoire["attente"][row]) if accueil == PLUS_TARD else None,
            ouverture=tell(offre.horaire, arrival),
            retour=self._on_the_day(home),
            sans_retour=home is not None and not np.isfinite(home),
            autres=others,
            etapes=self._explain(offre) if explain and self.voyage_jour is not None else (),
        )

    def _on_the_day(self, minutes: float | None) -> datetime | None:
        if minutes is None or not np.isfinite(minutes):
            return None
        return datetime.combine(self.question.jour, time()) + timedelta(minutes=int(minutes))

    def _explain(self, offre: OffreDuLieu) -> tuple[trajets.EtapeDite, ...]:
        """The way there, leg by leg."""
        transports, jour = self.portes.transports, self.voyage_jour
        if transports is None or jour is None or offre.lon is None or offre.lat is None:
            return ()
        home = PointTrajet("chez vous", self.depart.lon, self.depart.lat)
        there = PointTrajet("l’adresse", offre.lon, offre.lat)
        found = explain_round_trip(transports, home, there, jour, self.question.depart_min * 60)
        legs = [leg for leg in found.aller or () if leg.ligne is not None or leg.arrivee_s > leg.depart_s]
        return tuple(map(trajets.tell_leg, legs))

    def tell_accueils(self, held: AnnuaireCherche) -> Iterable[ReponseLieu]:
        """Who receives whatever the demand, the nearest by the same order."""
        rows = self.index.list_accueil()
        none = np.zeros(len(rows), np.int8)
        found = Trouvees(rows, none, none, 0, Compris())
        ranked = self.put_in_order(found, read_portee_min())
        homes = [self.index.offres[row].structure for row in rows[ranked].tolist()]
        names = [held.lieux.name_place(one.id) if one is not None else "" for one in homes]
        first = {name: k for k, name in reversed(list(enumerate(names))) if name}
        kept = ranked[sorted(first.values())][:ACCUEILS]
        yield from self.tell_all(held, found, kept, kept)


def _open(
    atlas: AtlasOuvert, depart: PointDeDepart, question: QuestionTrouver, index: IndexAnnuaire
) -> TourDesPortes:
    """The doors of the atlas, and the mode that times can be told by."""
    transports = trajets.find_timetables(atlas)
    portes: PorteAPorte = atlas.garder(("porte_a_porte",), lambda: PorteAPorte(atlas, transports))
    mode, jour = question.comment, None
    told: Sequence[str] = ()
    if mode == "transports":
        if transports is None:
            mode = "velo"
            told = (SANS_HORAIRES,)
        else:
            jour, told = _choose_day(atlas, portes, question.jour)
            if jour is None:
                mode = "velo"
    return TourDesPortes(atlas, portes, depart, question, index, mode, jour, tuple(told))


def _choose_day(atlas: AtlasOuvert, portes: PorteAPorte, jour: date) -> tuple[date | None, tuple[str, ...]]:
    """The day whose timetables answer: that one, else the typical one of its weekday."""
    if portes.covers(jour):
        return jour, ()
    days: list[JourType] = trajets.list_days(atlas, portes.transports) if portes.transports else []
    typical = next((day for day in days if day.id == SEMAINE[jour.weekday()]), None)
    if typical is None or typical.jour is None:
        return None, (SANS_JOUR,)
    why = f"Les horaires ne vont pas jusqu’au {write_day(jour)} : voici ceux d’un {typical}."
    return typical.jour, (why,)
