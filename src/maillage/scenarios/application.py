"""A scenario put on the list of places of an atlas: edit by edit, each checked where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from maillage.atlas.etapes.inventaires import LIEU, PLACES
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.lots import list_places, open_own_transports
from maillage.atlas.projection import project
from maillage.atlas.transports.dossier import Transports
from maillage.catalogue.constantes import read_constant
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.types_service import list_types
from maillage.horaires.regles import HoraireIllisible
from maillage.horaires.semaine import read_week
from maillage.scenarios.bases import Situe
from maillage.scenarios.modifications import (
    ChangementAccessibilite,
    ChangementCanaux,
    ChangementCapacite,
    ChangementHoraires,
    ChangementOperateur,
    Deplacement,
    Fermeture,
    Itinerance,
    Modification,
    Ouverture,
    Partie,
    Regroupement,
    Scenario,
    Scission,
)

SOURCE: Final = "scenario"

Row = dict[str, Any]


class Inapplicable(Exception):
    """An edit that does not hold where it stands; the reason, in French."""


@dataclass(frozen=True)
class Refus:
    """An edit left out: its rank from 1, and why."""

    rang: int
    modification: Modification
    motif: str


@dataclass(frozen=True)
class Application:
    """The list of places once the edits are made (columns ``PLACES``), and those that could not be.

    ``fermes``: ids of the places that are no more; ``changes``: ids of those made or changed.
    """

    offre: pl.DataFrame
    refus: tuple[Refus, ...]
    fermes: tuple[str, ...]
    changes: tuple[str, ...]

    def refuse(self, more: Iterable[Refus]) -> Application:
        """The same, other edits left out too."""
        return replace(self, refus=tuple(sorted([*self.refus, *more], key=lambda refus: refus.rang)))


def apply(scenario: Scenario, terrain: Terrain) -> Application:
    """Make every edit that holds, in order; see :func:`require` to refuse the others."""
    chantier, refused = Chantier(terrain), []
    for rank, edit in enumerate(scenario.modifications, start=1):
        try:
            chantier.make(rank, edit)
        except Inapplicable as reason:
            refused.append(Refus(rank, edit, str(reason)))
    return chantier.finish(tuple(refused))


def require(application: Application, name: str = "Le scénario") -> Application:
    """The same, when every edit holds.

    Raises:
        EntreeInvalide: each edit that does not, with why.
    """
    if application.refus:
        faults = tuple(Faute(f"modification {refus.rang} : {refus.motif}") for refus in application.refus)
        raise EntreeInvalide(f"{name} ne s’applique pas à cet atlas.", faults)
    return application


@dataclass
class Terrain:
    """Where edits are made: the places of an atlas, its communes, its outlines."""

    atlas: Atlas

    @cached_property
    def places(self) -> pl.DataFrame:
        """The atlas's own list."""
        return list_places(self.atlas)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The row of each id."""
        return {name: row for row, name in enumerate(self.places["id"].to_list())}

    def read(self, name: str) -> Row | None:
        """A place; null when there is none."""
        row = self.rows.get(name)
        return None if row is None else self.places.row(row, named=True)

    @cached_property
    def transports(self) -> Transports | None:
        """The timetables that the atlas was built with; null without any."""
        return open_own_transports(self.atlas)

    @cached_property
    def communes(self) -> dict[str, tuple[str, float, float]]:
        """Name and place of each commune."""
        table = self.atlas.table("entrees/communes")
        return {
            code: (nom, lon, lat)
            for code, nom, lon, lat in table.select("code_insee", "nom", "lon", "lat").iter_rows()
        }

    def find_commune(self, lon: float, lat: float) -> str | None:
        """The commune that holds a point; null outside the département.

        Without outlines, the commune of the nearest inhabited carreau, when it is near enough.
        """
        if self.outlines is not None:
            tree, codes = self.outlines
            found = tree.query(shapely.Point(lon, lat), predicate="intersects")
            return codes[int(found.min())] if len(found) else None
        gap = np.hypot(*(self.centres[0] - project(np.array([lon]), np.array([lat]))).T)
        nearest = int(gap.argmin()) if len(gap) else -1
        near = nearest >= 0 and gap[nearest] <= read_constant("bord_departement")
        return str(self.centres[1][nearest]) if near else None

    @cached_property
    def outlines(self) -> tuple[shapely.STRtree, list[str]] | None:
        """The outlines of the communes; null when this atlas has none."""
        table = self.atlas.contours("commune") if self.atlas.exists("contours") else None
        if table is None or table.is_empty():
            return None
        own = table.filter(pl.col("code").is_in(list(self.communes))).sort("code")
        return shapely.STRtree(shapely.from_wkb(own["wkb"].to_numpy())), own["code"].to_list()

    @cached_property
    def centres(self) -> tuple[Any, list[str]]:
        """Where inhabited fragments are, projected metres, and their commune."""
        fragments = self.atlas.fragments()
        cells = self.atlas.carreaux()[fragments["carreau"]]
        return project(cells["lon"].to_numpy(), cells["lat"].to_numpy()), fragments["code_insee"].to_list()


@dataclass
class Chantier:
    """The list being edited: what differs from the atlas's own."""

    terrain: Terrain
    touched: dict[str, Row | None] = field(default_factory=dict)
    ended_by: dict[str, int] = field(default_factory=dict)

    def make(self, rank: int, edit: Modification) -> None:
        """Make one edit, whole or not at all."""
        maker = MAKERS.get(type(edit))
        changed = maker(self, edit) if maker else {}
        self.touched |= changed
        self.ended_by |= {name: rank for name, row in changed.items() if row is None}

    def finish(self, refused: tuple[Refus, ...]) -> Application:
        """The whole list."""
        rows = [row for row in self.touched.values() if row is not None]
        kept = self.terrain.places.filter(~pl.col("id").is_in(list(self.touched)))
        offre = pl.concat([kept, pl.DataFrame(rows, schema=PLACES)]).sort("usage", "type", "id")
        known = self.terrain.rows
        gone = tuple(name for name, row in self.touched.items() if row is None and name in known)
        made = tuple(name for name, row in self.touched.items() if row is not None)
        return Application(offre, refused, gone, made)

    def find(self, name: str) -> Row:
        """A place as it stands now.

        Raises:
            Inapplicable: there is none, or it has closed.
        """
        found = self.touched[name] if name in self.touched else self.terrain.read(name)
        if found is not None:
            return found
        if name in self.ended_by:
            raise Inapplicable(f"le lieu « {name} » est déjà fermé par la modification {self.ended_by[name]}")
        close = get_close_matches(name, self.terrain.rows, n=1, cutoff=0.8)
        hint = f" ; vouliez-vous dire « {close[0]} » ?" if close else ""
        raise Inapplicable(f"cet atlas n’a aucun lieu « {name} »{hint}")

    def put(self, row: Row, place: Situe) -> Row:
        """A place somewhere else."""
        lon, lat, code, precision = self.settle(place)
        return row | {
            "lon": lon,
            "lat": lat,
            "code_insee": code,
            "precision": precision,
            "fiabilite": "simule",
        }

    def settle(self, place: Situe) -> tuple[float, float, str, str]:
        """Longitude, latitude, commune and precision of a position.

        Raises:
            Inapplicable: it is outside the département, or in no commune that it knows.
        """
        known = self.terrain.communes
        if place.commune is not None and place.commune not in known:
            raise Inapplicable(f"la commune {place.commune} n’est pas du département")
        if place.lon is None or place.lat is None:
            assert place.commune is not None  # noqa: S101 - one or the other is said
            _, lon, lat = known[place.commune]
            return lon, lat, place.commune, "commune"
        code = self.terrain.find_commune(place.lon, place.lat)
        where = f"le point {place.lon:g} ; {place.lat:g}"
        if code is None:
            raise Inapplicable(f"{where} est hors du département (en mer ou au-delà de ses limites)")
        if place.commune is not None and place.commune != code:
            raise Inapplicable(f"{where} est à {known[code][0]} ({code}), non à {known[place.commune][0]}")
        return place.lon, place.lat, code, "adresse"

    def build(self, kind: str, new: Ouverture | Partie, like: Row | None = None) -> Row:
        """A new place; what it leaves unsaid is as the place it comes from (``like``)."""
        name = str(new.id)
        if name in self.terrain.rows or name in self.touched:
            raise Inapplicable(f"un lieu « {name} » existe déjà : donnez un autre id")
        inherited = {key: like[key] for key in ("horaires", "accessible")} if like else {}
        said = {"effectif": new.effectif, "capacite": new.capacite, "nom": new.nom}
        if new.horaires:
            said["horaires"] = check_hours(new.horaires)
        if isinstance(new, Ouverture) and new.accessible is not None:
            said["accessible"] = new.accessible
        usage = like["usage"] if like else LIEU
        start = {
            "usage": usage,
            "id": name,
            "type": check_type(kind),
            "itinerant": False,
            "source": SOURCE,
            "millesime": "",
        }
        return self.put(dict.fromkeys(PLACES) | start | inherited | said, new)


def check_type(kind: str) -> str:
    """A type of the catalogue."""
    known = list_types()
    if kind in known:
        return kind
    close = get_close_matches(kind, known, n=1)
    hint = f" ; vouliez-vous dire « {close[0]} » ?" if close else ""
    raise Inapplicable(f"type de service « {kind} » inconnu{hint}")


def check_hours(text: str) -> str:
    """Opening hours that can be read, and that open sometime."""
    try:
        week = read_week(text)
    except HoraireIllisible as error:
        raise Inapplicable(f"horaires « {text} » illisibles (exemple : Mo-Fr 09:00-12:00)") from error
    if not week.possible.any():
        raise Inapplicable(f"horaires « {text} » : ce lieu n’ouvrirait jamais ; pour le fermer : fermer")
    return text


def _open(site: Chantier, edit: Ouverture) -> dict[str, Row | None]:
    return {str(edit.id): site.build(edit.type, edit)}


def _close(site: Chantier, edit: Fermeture) -> dict[str, Row | None]:
    return {site.find(edit.lieu)["id"]: None}


def _move(site: Chantier, edit: Deplacement) -> dict[str, Row | None]:
    return {edit.lieu: site.put(site.find(edit.lieu), edit)}


def _merge(site: Chantier, edit: Regroupement) -> dict[str, Row | None]:
    rows = [site.find(name) for name in edit.lieux]
    kinds = sorted({row["type"] for row in rows})
    if len(kinds) > 1:
        raise Inapplicable(f"on regroupe des lieux d’un même type, non {' et '.join(kinds)}")
    if any(row["itinerant"] for row in rows):
        raise Inapplicable("un service itinérant ne se regroupe pas : fermez-le")
    whole = rows[0] | {
        name: add_up(row[name] for row in rows) for name in ("effectif", "capacite", "activite")
    }
    whole |= {"fiabilite": "simule"} | ({"nom": edit.nom} if edit.nom else {})
    if edit.horaires:
        whole["horaires"] = check_hours(edit.horaires)
    if edit.est_situe:
        whole = site.put(whole, edit)
    return dict.fromkeys(edit.lieux[1:]) | {edit.lieux[0]: whole}


def _split(site: Chantier, edit: Scission) -> dict[str, Row | None]:
    whole = site.find(edit.lieu)
    parts = {str(part.id): site.build(whole["type"], part, whole) for part in edit.en}
    if len(parts) < len(edit.en):
        raise Inapplicable("deux parties ont le même id")
    return {edit.lieu: None, **parts}


def _resize(site: Chantier, edit: ChangementCapacite) -> dict[str, Row | None]:
    said = {"capacite": edit.capacite, "effectif": edit.effectif}
    return _change(site, edit.lieu, {name: value for name, value in said.items() if value is not None})


def _retime(site: Chantier, edit: ChangementHoraires) -> dict[str, Row | None]:
    return _change(site, edit.lieu, {"horaires": check_hours(edit.horaires)})


def _adapt(site: Chantier, edit: ChangementAccessibilite) -> dict[str, Row | None]:
    return _change(site, edit.lieu, {"accessible": edit.accessible})


def _check(site: Chantier, edit: Any) -> dict[str, Row | None]:
    site.find(edit.lieu)
    return {}


def _change(site: Chantier, name: str, said: Row) -> dict[str, Row | None]:
    return {name: site.find(name) | said | {"fiabilite": "simule"}}


def _travel(site: Chantier, edit: Itinerance) -> dict[str, Row | None]:
    base = site.find(edit.lieu) if edit.lieu else None
    kind = check_type(base["type"] if base else str(edit.type))
    stops: dict[str, Row | None] = {}
    for stop in edit.arrets:
        new = Ouverture(
            type=kind,
            nom=stop.nom,
            lon=stop.lon,
            lat=stop.lat,
            commune=stop.commune,
            horaires=stop.horaires,
            id=stop.id,
        )
        stops[str(stop.id)] = site.build(kind, new, base) | {"itinerant": True}
    if len(stops) < len(edit.arrets):
        raise Inapplicable("deux arrêts ont le même id")
    return ({edit.lieu: None} if edit.lieu else {}) | stops


MAKERS: Final[dict[type, Callable[[Chantier, Any], dict[str, Row | None]]]] = {
    Ouverture: _open,
    Fermeture: _close,
    Deplacement: _move,
    Regroupement: _merge,
    Scission: _split,
    ChangementCapacite: _resize,
    ChangementHoraires: _retime,
    ChangementAccessibilite: _adapt,
    Itinerance: _travel,
    ChangementCanaux: _check,
    ChangementOperateur: _check,
}


def add_up(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; null when one is not.

    >>> add_up([2, 3]), add_up([2, None])
    (5, None)
    """
    known = list(values)
    return (
        None if any(value is None for value in known) else sum(value for value in known if value is not None)
    )
