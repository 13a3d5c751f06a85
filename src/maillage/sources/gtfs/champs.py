"""Cells of a feed as numbers, days and times; what is none is told and answered by null."""

from __future__ import annotations

import polars as pl

from maillage.sources.gtfs.rapport import RemarquesGtfs

HEURE = r"^\d{1,3}:[0-5]\d:[0-5]\d$"
DATE = r"^\d{8}$"


def read_integer(
    frame: pl.DataFrame,
    colonne: str,
    fichier: str,
    rapport: RemarquesGtfs,
    least: int = 0,
    most: int = 2**31 - 1,
    code: str = "number_out_of_range",
) -> pl.Series:
    """Column as int32, null where empty; no whole number of ``least`` to ``most`` is told, and null."""
    text = frame[colonne]
    value = text.cast(pl.Int64, strict=False)
    wrong = text.is_not_null() & ~value.is_between(least, most).fill_null(value=False)
    rapport.say_rows(code, fichier, frame.filter(wrong), colonne)
    return value.set(wrong, None).cast(pl.Int32)


def read_choice(
    frame: pl.DataFrame, colonne: str, fichier: str, rapport: RemarquesGtfs, most: int, default: int = 0
) -> pl.Series:
    """A code from 0 to ``most``, ``default`` where empty; another is told, and read as ``default``."""
    value = frame[colonne].cast(pl.Int64, strict=False)
    known = value.is_between(0, most).fill_null(value=False)
    wrong = frame[colonne].is_not_null() & ~known
    rapport.say_rows("number_out_of_range", fichier, frame.filter(wrong), colonne)
    return value.set(~known, default).cast(pl.Int8)


def read_degrees(frame: pl.DataFrame, colonne: str, rapport: RemarquesGtfs, most: float) -> pl.Series:
    """Column as float64 degrees within ± ``most``; what is beyond, or no number, is told, and null."""
    value = frame[colonne].cast(pl.Float64, strict=False).fill_nan(None)
    wrong = frame[colonne].is_not_null() & ~value.is_between(-most, most).fill_null(value=False)
    rapport.say_rows("number_out_of_range", "stops.txt", frame.filter(wrong), colonne)
    return value.set(wrong, None)


def parse_time(text: pl.Series) -> pl.Series:
    """``HH:MM:SS`` as int32 seconds, beyond 24:00:00 too; null for anything else.

    >>> parse_time(pl.Series(["08:05:30", "25:00:00", "8:00:00", "08:00", "08:61:00", None])).to_list()
    [29130, 90000, 28800, None, None, None]
    """
    known = text.unique().drop_nulls()
    known = known.filter(known.str.contains(HEURE))
    part = known.str.split(":")
    hours, minutes, seconds = (part.list.get(i).cast(pl.Int32) for i in range(3))
    value = hours * 3600 + minutes * 60 + seconds
    return text.replace_strict(known, value, default=None, return_dtype=pl.Int32)


def read_date(frame: pl.DataFrame, colonne: str, fichier: str, rapport: RemarquesGtfs) -> pl.Series:
    """``AAAAMMJJ`` as days since 1970 (int32); what is no day is told, and null."""
    text = frame[colonne]
    written = text.str.contains(DATE).fill_null(value=False)
    value = text.set(~written, None).str.to_date("%Y%m%d", strict=False)
    wrong = value.is_null()
    rapport.say_rows("invalid_date", fichier, frame.filter(wrong), colonne)
    return value.cast(pl.Int32)
