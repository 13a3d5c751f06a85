"""Timetable feeds (GTFS): a zip or a folder, checked and read into tables."""

from maillage.sources.gtfs.flux import FluxGtfs
from maillage.sources.gtfs.lecture import read_gtfs
from maillage.sources.gtfs.rapport import Signalement

__all__ = ["FluxGtfs", "Signalement", "read_gtfs"]
