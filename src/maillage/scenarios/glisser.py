"""A place dragged on the map: everyone's nearest times as it moves, exact at every step."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.etapes.inventaires import fixed
from maillage.atlas.etapes.temps import to_points
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.travel_times import Sites, WhatIf
from maillage.scenarios.impact.gains import Floats, Gains, measure_gains
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.simulation import try_on
from maillage.scenarios.veille import people_of


@dataclass(frozen=True)
class Glissement:
    """What one position of a place changes: rows of carreaux (int32), their times now (uint32, deciseconds).

    ``gains``: over those carreaux, against the places as the scenario leaves them.
    """

    rows: NDArray[np.int32]
    time_ds: NDArray[np.uint32]
    gains: Gains


@dataclass(frozen=True)
class SeanceGlissement:
    """Positions tried one after the other for a place of one type; each is taken back once it is read.

    ``avant_ds``: uint32[carreaux of the département], ``lonlat``: float64[same, 2]; ``people``: float64 of
    the same, NaN unknown; ``sites``: id → row of the places as the scenario leaves them; ``lieux``:
    id, name, longitude, latitude of each.
    """

    session: WhatIf
    avant_ds: NDArray[np.uint32]
    lonlat: Floats
    people: Floats
    sites: dict[str, int]
    lieux: tuple[tuple[str, str | None, float, float], ...]
    seuil_min: float
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def try_at(self, lon: float, lat: float, lieu: str | None = None) -> Glissement:
        """A place of the type at a position: a new one, or ``lieu`` moved there.

        Raises:
            EntreeInvalide: there is no such place.
        """
        if lieu is not None and lieu not in self.sites:
            raise EntreeInvalide(f"Ce scénario n’a aucun lieu « {lieu} » de ce service.")
        with self._lock:
            if lieu is None:
                _, rows = self.session.open(lon, lat, 0)
            else:
                rows = self.session.move(self.sites[lieu], lon, lat)
            now = self.session.nearest.time_ds[rows, 0].copy()
            self.session.undo()
        gains = measure_gains(self.avant_ds[rows], now, self.people[rows], self.seuil_min)
        return Glissement(rows, now, gains)


def open_session(atlas: Atlas, scenario: Scenario, kind: str) -> SeanceGlissement:
    """A session on the places of one type that a scenario leaves, by car.

    Raises:
        EntreeInvalide: the scenario is for another département, or leaves no fixed place of the type.
    """
    simulation = try_on(atlas, scenario)
    places = fixed(simulation.evaluated.implantations)
    places = places.filter(places["type"] == kind)
    if places.is_empty():
        raise EntreeInvalide(f"Aucun lieu fixe de ce service ({kind}) : il n’y a rien à comparer.")
    sites = Sites(to_points(places), np.zeros(places.height, np.int32), 1)
    session = simulation.evaluated.calcul.times.what_if(sites)
    rows = {name: row for row, name in enumerate(places["id"].to_list())}
    before = session.nearest.time_ds[:, 0].copy()
    lonlat = simulation.carreaux.select("lon", "lat").to_numpy()
    named = tuple(places.select("id", "nom", "lon", "lat").iter_rows())
    return SeanceGlissement(session, before, lonlat, people_of(atlas), rows, named, simulation.seuil_min)
