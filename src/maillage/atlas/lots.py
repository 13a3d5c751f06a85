"""The lots of an open atlas: what its stages were given, read back when asked, on any list of places."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.construction.stages import Lot, Piece, encode, frame_of
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.durees import list_timed, time_basket
from maillage.atlas.etapes.inventaires import LIEU, PLACES, fit
from maillage.atlas.etapes.marche import BORNES, ENTRE_ARRETS, MARCHE, find_walks, make_walks
from maillage.atlas.etapes.offre import FIXES, derive
from maillage.atlas.lecture.format import ENTREES
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.reseau.lot import FAUTEUIL, as_lot, make_times, of_lot
from maillage.atlas.reseau.osm import open_reseau
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied
from maillage.atlas.transports.dossier import Transports, open_transports
from maillage.atlas.transports.entree import FOLDER
from maillage.atlas.transports.entree import as_lot as as_timetables
from maillage.atlas.transports.entree import of_lot as of_timetables
from maillage.atlas.transports.fauteuil import POSSIBLE, SUR, in_wheelchair
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.travel_times import Nearest, TravelTimes


class Paresseux(Mapping[str, Piece]):
    """A lot whose pieces are made when they are read."""

    def __init__(self, makers: Mapping[str, Callable[[], Piece]]) -> None:
        self._makers = dict(makers)
        self._kept: dict[str, Piece] = {}

    def __getitem__(self, name: str) -> Piece:
        if name not in self._kept:
            self._kept[name] = self._makers[name]()
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def read_lots(
    atlas: Atlas,
    offre: pl.DataFrame,
    touched: frozenset[str],
    parametres: Mapping[str, Any],
    times: Callable[[], TravelTimes],
    reseau: Lot | None = None,
) -> dict[str, Lot]:
    """``lieux``, ``entrees``, ``offre``, ``reseau``, ``horaires``, ``durees`` as stages read them, on a list.

    ``touched``: what differs from the atlas's own list (see ``find_touched``). ``times``: from the carreaux.
    ``reseau``: other roads than the atlas's own.
    """
    names = {name: name for name in ("carreaux", "fragments", "territoires", "contours")}
    names |= {name: f"{ENTREES}/{name}" for name in ("communes", "zones", "zones_communes", "statistiques")}
    lieux = Paresseux({name: partial(atlas.table, path) for name, path in names.items()})
    fixes = {name: atlas.table(f"{ENTREES}/{name}") for name in FIXES}
    lots: dict[str, Lot] = {
        "lieux": lieux,
        "entrees": lieux,
        "offre": derive(offre, fixes, lieux, parametres),
        "reseau": open_networks(atlas) if reseau is None else reseau,
        "horaires": open_timetables(atlas),
    }
    lots[MARCHE] = open_walks(atlas) if reseau is None else walk_again(atlas, lots)
    return lots | {"durees": time_again(atlas, lots, touched, parametres, times)}


def list_places(atlas: Atlas) -> pl.DataFrame:
    """The explicit list of the places of an atlas: its implantations, and the seats of counts by commune."""
    places = atlas.implantations().with_columns(usage=pl.lit(LIEU))
    return pl.concat([fit(rows, PLACES) for rows in (places, atlas.table(f"{ENTREES}/sieges"))])


def encode_places(atlas: Atlas, suffix: str) -> bytes:
    """The explicit list of an atlas as a file; :class:`EntreeInvalide` for a format that is not known."""
    places = list_places(atlas)
    if suffix == ".csv":
        return places.write_csv().encode()
    if suffix != ".parquet":
        raise EntreeInvalide(f"Format « {suffix} » inconnu : donnez un fichier .csv ou .parquet.")
    return encode(places)[1]


def read_described(atlas: Atlas) -> dict[str, Any]:
    """What the stages were told of the inputs."""
    path = atlas.dossier / ENTREES / "parametres.json"
    described: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for name in ("natures", "colonnes"):
        described[name] = {key: tuple(value) for key, value in described[name].items()}
    return described


def open_networks(atlas: Atlas) -> Lot:
    """The road networks of an atlas; none where times are estimated."""
    if not any(name.startswith("reseau/") for name in atlas.manifest.tables):
        return {}
    reseau = open_reseau(atlas.dossier)
    return as_lot(reseau.load(mode) for mode in reseau.modes)


def open_timetables(atlas: Atlas) -> Lot:
    """The timetables of an atlas; none where it was built without."""
    return as_timetables(open_transports(atlas.dossier / FOLDER)) if atlas.manifest.transports else {}


def open_walks(atlas: Atlas) -> Lot:
    """The walks between stops of an atlas; none where one walks on straight lines."""
    if not atlas.has(f"{MARCHE}/{ENTRE_ARRETS}"):
        return {}
    bounds = np.load(atlas.dossier / MARCHE / f"{BORNES}.npy")
    return {ENTRE_ARRETS: atlas.table(f"{MARCHE}/{ENTRE_ARRETS}"), BORNES: bounds}


def walk_again(atlas: Atlas, lots: Mapping[str, Lot]) -> Lot:
    """The same on other streets, made when they are asked for."""
    made = cache(lambda: make_walks(lots, {}))
    return Paresseux({name: partial(lambda name: made()[name], name) for name in open_walks(atlas)})


def open_own_transports(atlas: Atlas) -> Transports | None:
    """The timetables of an atlas, walked to as in its figures; null where it was built without."""
    lots = {"reseau": open_networks(atlas), MARCHE: open_walks(atlas)}
    return of_timetables(open_timetables(atlas), find_walks(lots))


def open_own_in_wheelchair(atlas: Atlas) -> tuple[Transports, Transports] | None:
    """The same as they are surely taken in a wheelchair, and as they may be; on its streets, if known."""
    timetables = of_timetables(open_timetables(atlas))
    if timetables is None:
        return None
    roads = (
        open_reseau(atlas.dossier) if any(n.startswith("reseau/") for n in atlas.manifest.tables) else None
    )
    streets = APied(roads.load(FAUTEUIL)) if roads is not None and FAUTEUIL in roads.modes else A_VOL_D_OISEAU
    sure, perhaps = (in_wheelchair(timetables, streets, which) for which in (SUR, POSSIBLE))
    return sure, perhaps


def time_again(
    atlas: Atlas,
    lots: Mapping[str, Lot],
    touched: frozenset[str],
    parametres: Mapping[str, Any],
    times: Callable[[], TravelTimes],
) -> Paresseux:
    """The lot of times: the atlas's own, computed again for the types that were touched, when it is read."""
    lieux, supply = lots["lieux"], lots["offre"]

    @cache
    def nearest() -> temps.NearestByType:
        return merge_nearest(atlas, supply, touched, times)

    def halls() -> TravelTimes:
        return make_times(frame_of(lieux, "communes"), frame_of(lieux, "carreaux"), of_lot(lots["reseau"]))

    level = FIABILITES.index(parametres["fiabilite_temps"])
    makers: dict[str, Callable[[], Piece]] = {
        "time_ds": lambda: nearest().nearest.time_ds,
        "site": lambda: nearest().nearest.site,
        "types": lambda: pl.DataFrame({"type": nearest().types}, schema={"type": pl.String}),
        "fiabilite": lambda: np.array([level], np.uint8),
    }
    return Paresseux(makers | time_basket(lots, parametres["panier"], times, halls))


def merge_nearest(
    atlas: Atlas, supply: Lot, touched: frozenset[str], times: Callable[[], TravelTimes]
) -> temps.NearestByType:
    """The nearest of each type: as the atlas holds them, computed for the types that were touched."""
    held, places = atlas.durees(), frame_of(supply, "implantations")
    types = sorted(list_timed(supply))
    fresh = [kind for kind in types if kind in touched or kind not in held.types]
    rows = match_rows(atlas.implantations(), places)
    time_ds = np.empty((held.time_ds.shape[0], len(types)), np.uint32)
    site = np.empty(time_ds.shape, np.int32)
    kept = [(column, held.types.index(kind)) for column, kind in enumerate(types) if kind not in fresh]
    for column, before in kept:
        time_ds[:, column] = held.time_ds[:, before]
        site[:, column] = rows[held.site[:, before]]
    if fresh:
        found = temps.compute_nearest(times(), places, fresh).nearest
        columns = [types.index(kind) for kind in fresh]
        time_ds[:, columns], site[:, columns] = found.time_ds, found.site
    return temps.NearestByType(Nearest(time_ds, site), tuple(types))


def match_rows(before: pl.DataFrame, after: pl.DataFrame) -> NDArray[np.int32]:
    """The row, in ``after``, of each place of ``before``, -1 for none; -1 again at the end, for no site."""
    rows = after.select("id", row=pl.int_range(pl.len(), dtype=pl.Int32))
    found = before.select("id").join(rows, on="id", how="left", maintain_order="left")["row"]
    return np.append(found.fill_null(-1).to_numpy(), np.int32(-1)).astype(np.int32)
