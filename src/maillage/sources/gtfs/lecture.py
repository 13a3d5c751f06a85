"""Reading one feed: its files, then what each means, every fault told at once."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from maillage.catalogue.gtfs import list_files
from maillage.sources.base import Provenance, compute_sha256
from maillage.sources.gtfs.archive import Archive
from maillage.sources.gtfs.arrets import find_row, read_lines, read_stops, read_trips
from maillage.sources.gtfs.calendriers import read_days, read_zone
from maillage.sources.gtfs.correspondances import read_demand, read_pathways, read_transfers, split_demand
from maillage.sources.gtfs.courses import expand, follow, read_frequencies, settle
from maillage.sources.gtfs.flux import FluxGtfs
from maillage.sources.gtfs.passages import read_passages
from maillage.sources.gtfs.rapport import RemarquesGtfs
from maillage.sources.gtfs.tableaux import read_table
from maillage.sources.lecture import build_provenance

Tables = dict[str, pl.DataFrame]


def read_gtfs(path: Path, nom: str | None = None) -> FluxGtfs:
    """One feed, a zip or a folder; ``nom``: what it is called among several, its file's name unless said.

    Raises:
        EntreeInvalide: with every fault that forbids reading it; the others are in ``signalements``.
    """
    rapport = RemarquesGtfs(path.name)
    archive = Archive(path, rapport)
    tables = read_tables(archive, rapport)
    zone = read_zone(tables["agency"], rapport)
    days = read_days(tables.get("calendar"), tables.get("calendar_dates"), rapport)
    stops = read_stops(tables["stops"], rapport)
    lines = read_lines(tables["routes"], tables["agency"], rapport)
    trips, passages, demand = run(tables, stops, lines, days.services, rapport)
    pathways = read_pathways(tables.get("pathways"), stops, rapport)
    transfers = read_transfers(tables.get("transfers"), stops, lines, trips, rapport)
    if not trips.height:
        rapport.say("flux_sans_course", path.name)
    rapport.refuse()
    return FluxGtfs(
        nom=nom or path.stem,
        fuseau=zone,
        provenance=locate(path, archive),
        signalements=tuple(rapport.signalements),
        arrets=stops,
        lignes=lines,
        courses=trips.drop("modele"),
        passages=passages,
        services=days.services,
        jours=days.active,
        premier_jour=days.first,
        correspondances=transfers,
        cheminements=pathways,
        a_la_demande=demand,
        annexes={name: table.height for name, table in tables.items() if not list_files()[name].obligatoire},
    )


def read_tables(archive: Archive, rapport: RemarquesGtfs) -> Tables:
    """Every file of the format that is there.

    Raises:
        EntreeInvalide: with each that is missing or broken.
    """
    read = {name: read_table(archive, name) for name in list_files()}
    tables = {name: table for name, table in read.items() if table is not None}
    if not {"calendar.txt", "calendar_dates.txt"} & set(archive.names):
        rapport.say("missing_calendar_and_calendar_date_files", archive.path.name)
    rapport.refuse()
    return tables


def run(
    tables: Tables,
    stops: pl.DataFrame,
    lines: pl.DataFrame,
    services: tuple[str, ...],
    rapport: RemarquesGtfs,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The trips that run (``modele``: the trip of the file), their passages, what they offer on demand."""
    trips = read_trips(tables["trips"], lines, services, rapport)
    fixed, window = split_demand(tables.pop("stop_times"))
    known = pl.concat([tables["trips"]["trip_id"], trips["id"]])
    named = find_row(pl.concat([fixed["trip_id"], window["trip_id"]]).unique(), trips["id"]).drop_nulls()
    fixed = leave_refused(fixed, known, trips)
    demand = read_demand(
        leave_refused(window, known, trips),
        trips,
        tables.get("location_groups"),
        tables.get("booking_rules"),
        rapport,
    )
    passages = read_passages(fixed, trips, stops, rapport)
    trips = trips.with_columns(cadence_s=pl.lit(None, pl.Int32), modele="id")
    if "frequencies" in tables:
        spans = read_frequencies(tables["frequencies"], trips, rapport)
        trips, passages = expand(trips, passages, spans, tables["frequencies"]["trip_id"], rapport)
    trips = trips.with_columns(follow(trips, passages, tables.get("transfers")))
    trips, passages, demand = settle(trips, passages, demand, named, rapport)
    return trips.drop("_ligne", "bloc"), passages, demand


def leave_refused(cells: pl.DataFrame, known: pl.Series, trips: pl.DataFrame) -> pl.DataFrame:
    """Rows without those of trips that the feed names and that were set aside: said once, at the trip."""
    gone = known.filter(~known.is_in(trips["id"].implode()))
    return cells.filter(~pl.col("trip_id").is_in(gone.implode())) if len(gone) else cells


def locate(path: Path, archive: Archive) -> Provenance:
    """Where the feed comes from; a folder's hash is that of its files."""
    if path.is_file():
        return build_provenance("gtfs", path)
    files = [Path(place) for name, place in archive.names.items() if name.endswith(".txt")]
    found = build_provenance("gtfs", *files)
    return Provenance(**{**found.__dict__, "fichier": path.name, "sha256": compute_sha256(*files)})
