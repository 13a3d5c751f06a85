"""OpenStreetMap extracts (PBF) → plain arrays: what a road network needs and nothing more.

Relations, then ways, then nodes, each block read once (see :mod:`lecture`): memory grows with the roads
kept and with the relations, not with the file. No rule of circulation is applied here: tags are handed over
as they are, and ``network`` judges them. Several extracts make one: what they hold twice is read once, in
its newest version.

Format: OpenStreetMap PBF, https://wiki.openstreetmap.org/wiki/PBF_Format. Licence of the data: ODbL 1.0.
Proved on real files (``eprouve: oui``): Andorra 2013, Saint-Barthélemy.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.base import compute_sha256
from maillage.sources.osm.emprise import EmpriseOsm
from maillage.sources.osm.etat import (
    CoupeExtrait,
    EtatExtraits,
    FichierOsm,
    TrousExtrait,
    count_incomplete,
    find_holes,
)
from maillage.sources.osm.extrait import MISSING, ExtraitOsm, cut
from maillage.sources.osm.fichier import RETRY, UNITS_PER_DEGREE, Progress, refuse
from maillage.sources.osm.lecture import Reading, list_distinct
from maillage.sources.osm.noeuds import Nodes, read_nodes
from maillage.sources.osm.pbf import Pbf, open_pbf
from maillage.sources.osm.relations import Relations, read_relations
from maillage.sources.osm.voies import Lines, RoadWays, is_among, number_rows, read_ways

__all__ = ["ExtraitOsm", "read_extracts", "read_osm"]


def read_osm(path: Path, progress: Progress | None = None) -> ExtraitOsm:
    """Read the roads of one PBF (or .osm) file: see :func:`read_extracts`."""
    return read_extracts((path,), progress)


def read_extracts(
    paths: Sequence[Path], progress: Progress | None = None, emprise: EmpriseOsm | None = None
) -> ExtraitOsm:
    """Read the roads of some files as those of one, within ``emprise`` if there is one.

    ``progress`` is told bytes. The order of the files changes nothing, nor does a file given twice.

    Raises:
        EntreeInvalide: a file is absent, is no OSM file, is cut short; no road is there, or in ``emprise``.
    """
    with ExitStack() as stack:
        files = _order([stack.enter_context(open_pbf(path)) for path in paths])
        reading = Reading(files, progress or (lambda *_: None))
        relations = read_relations(reading)
        ways = read_ways(reading, relations)
        if not len(ways.roads):
            raise refuse(
                paths[0], "aucune voie (clé « highway »)", "Choisissez un extrait qui contient les routes"
            )
        nodes = read_nodes(reading, list_distinct(ways.roads.ref, ways.rings.ref))
    described = tuple(_describe(pbf, reading, number) for number, pbf in enumerate(files))
    extract = _assemble(relations, ways, nodes, described)
    if 2 * extract.n_missing_refs > len(extract.way_node):
        lacking = f"{extract.n_missing_refs} nœuds de voies sur {len(extract.way_node)} sont absents"
        raise refuse(paths[0], lacking, RETRY)
    kept = extract if emprise is None else _cut(extract, emprise)
    return replace(kept, etat=_describe_gaps(kept, relations, ways))


def _order(files: list[Pbf]) -> tuple[Pbf, ...]:
    """Files from the newest to the oldest, each once: an order that is not that in which they were given."""
    if len(files) == 1:
        return tuple(files)
    by_hash = {compute_sha256(pbf.given): pbf for pbf in files}
    ordered = sorted(by_hash.items())
    return tuple(pbf for _, pbf in sorted(ordered, key=lambda item: item[1].date or "", reverse=True))


def _describe(pbf: Pbf, reading: Reading, number: int) -> FichierOsm:
    """A file's age and bounds: what its header says, else what its objects tell."""
    seen = reading.seen[number]
    return FichierOsm(
        pbf.given.name,
        pbf.given.stat().st_size,
        pbf.date or seen.date,
        pbf.date is not None,
        pbf.box or seen.bounds,
        pbf.box is not None,
    )


def _assemble(
    relations: Relations, ways: RoadWays, nodes: Nodes, files: tuple[FichierOsm, ...]
) -> ExtraitOsm:
    """The arrays of the roads, their nodes by row."""
    line = np.array([relations.ferry.get(way, -1) for way in ways.roads.id.tolist()], np.int32)
    sailed = np.unique(line[line >= 0])
    road_node, ring_node = (_locate(lines, nodes.id) for lines in (ways.roads, ways.rings))
    dates = [each.date for each in files if each.date]
    return ExtraitOsm(
        node_id=nodes.id,
        lon=nodes.x / UNITS_PER_DEGREE,
        lat=nodes.y / UNITS_PER_DEGREE,
        node_tags=nodes.tags,
        way_id=ways.roads.id,
        way_start=ways.roads.start,
        way_node=road_node,
        way_tags=ways.tags,
        way_line=np.append(number_rows(sailed, len(relations.lines)), np.int32(-1))[line],
        line_duration=tuple(relations.lines[row].get("duration", "") for row in sailed.tolist()),
        restrictions=relations.restrictions,
        ring_id=ways.rings.id,
        ring_start=ways.rings.start,
        ring_node=ring_node,
        n_missing_refs=int((road_node == MISSING).sum()),
        timestamp=min(dates) if dates else None,
        etat=EtatExtraits(files, ways.n_twice, ways.n_differing, TrousExtrait(), {}),
    )


def _locate(lines: Lines, node_id: NDArray[np.int64]) -> NDArray[np.int32]:
    """Rows of the lines' nodes, :data:`MISSING` for want of the node."""
    place = np.searchsorted(node_id, lines.ref)
    return np.where(is_among(lines.ref, node_id), place, MISSING).astype(np.int32)


def _cut(extract: ExtraitOsm, emprise: EmpriseOsm) -> ExtraitOsm:
    """The roads of ``emprise``, and what was cut."""
    inside = emprise.holds(extract.lon, extract.lat)
    if not inside.any():
        where = ", ".join(each.nom for each in extract.etat.fichiers)
        advice = "Choisissez l’extrait de cette région, ou vérifiez l’emprise (longitude, puis latitude)"
        fault = Faute(
            f"aucune route de l’extrait n’est dans l’emprise : {emprise.nom}", where, que_faire=advice
        )
        raise EntreeInvalide("L’emprise est hors de l’extrait", (fault,))
    kept = cut(extract, inside)
    beyond = ~emprise.holds(kept.lon, kept.lat)
    way = np.repeat(np.arange(len(kept.way_id)), np.diff(kept.way_start))
    n_beyond = len(np.unique(way[np.append(beyond, False)[kept.way_node]]))
    boxes = [each.bornes for each in extract.etat.fichiers if each.bornes is not None]
    said = CoupeExtrait(
        emprise.nom,
        emprise.marge_km,
        len(kept.way_id),
        n_beyond,
        len(extract.way_id) - len(kept.way_id),
        emprise.share_within(boxes),
    )
    return replace(kept, etat=replace(kept.etat, coupe=said))


def _describe_gaps(extract: ExtraitOsm, relations: Relations, ways: RoadWays) -> EtatExtraits:
    """The extract's state, with what the files lack of the roads kept."""
    known = frozenset(ways.known.tolist())
    ours = (
        known
        if extract.etat.coupe is None
        else frozenset([*extract.way_id.tolist(), *extract.ring_id.tolist()])
    )
    return replace(
        extract.etat,
        trous=find_holes(extract.way_start, extract.way_node, extract.lon, extract.lat),
        incompletes=count_incomplete(relations.needed, known, ours),
    )
