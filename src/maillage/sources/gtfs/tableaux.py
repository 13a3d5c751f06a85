"""One file of a feed as a table of text cells, rows numbered; broken rows, names and bytes are told."""

from __future__ import annotations

import csv
import re

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from maillage.catalogue.gtfs import FichierGtfs, list_files
from maillage.sources.gtfs.archive import Archive
from maillage.sources.gtfs.rapport import EXEMPLES, RemarquesGtfs

BOM = b"\xef\xbb\xbf"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
EN_TETE = 2**16  # bytes, more than any header


def read_table(archive: Archive, name: str) -> pl.DataFrame | None:
    """The columns that are read of ``name``, stripped, empty cells null, with ``_ligne``; null when absent.

    A column that the file lacks is all null. What forbids reading is left in the report.
    """
    entry, rapport = list_files()[name], archive.rapport
    fichier = f"{name}.txt"
    data = archive.read(fichier)
    if data is None:
        if entry.obligatoire:
            rapport.say("missing_required_file", fichier)
        return None
    data = recode(data, fichier, rapport).removeprefix(BOM).lstrip(b" \r\n")
    if not data:
        if entry.obligatoire:
            rapport.say("empty_file", fichier)
        return None
    headers = read_headers(data)
    if not check_headers(headers, entry, rapport):
        return None
    cells = parse(data, headers, entry, rapport)
    return None if cells is None else check_key(tidy(cells, entry), entry, rapport)


def recode(data: bytes, fichier: str, rapport: RemarquesGtfs) -> bytes:
    """The bytes in UTF-8; those that are not are told, and read as UTF-16 or Windows-1252."""
    if data.startswith(UTF16):
        rapport.say("invalid_character", fichier, "UTF-16", 1)
        return data.decode("utf-16", "replace").encode()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        rapport.say("invalid_character", fichier, "Windows-1252", data.count(b"\n", 0, error.start) + 1)
        return data.decode("cp1252", "replace").encode()
    return data


def read_headers(data: bytes) -> list[str]:
    """The names of the columns as written, blanks around them stripped."""
    first = re.split(r"[\r\n]", data[:EN_TETE].decode("utf-8", "ignore"), maxsplit=1)[0]
    return [name.strip() for name in next(csv.reader([first]), [])]


def check_headers(headers: list[str], entry: FichierGtfs, rapport: RemarquesGtfs) -> bool:
    """Whether the table can be read: each wanted column once."""
    fichier = f"{entry.nom}.txt"
    wanted = (*entry.colonnes, *entry.lues)
    twice = sorted({name for name in headers if headers.count(name) > 1} & set(wanted))
    missing = [name for name in entry.colonnes if name not in headers]
    for name in twice:
        rapport.say("duplicated_column", fichier, None, 1, name)
    for name in missing:
        rapport.say("missing_required_column", fichier, None, 1, name)
    return not twice and not missing


def parse(data: bytes, headers: list[str], entry: FichierGtfs, rapport: RemarquesGtfs) -> pl.DataFrame | None:
    """The wanted columns as they are written; null, and told, when a row has not the header's width."""
    ragged: list[pc.InvalidRow] = []

    def keep(row: pc.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    wanted = [name for name in (*entry.colonnes, *entry.lues) if name in headers]
    names = [name if name in wanted else f"\x00{rank}" for rank, name in enumerate(headers)]
    try:
        table = pc.read_csv(
            pa.BufferReader(data),
            read_options=pc.ReadOptions(use_threads=False, column_names=names, skip_rows=1),
            parse_options=pc.ParseOptions(newlines_in_values=b'"' in data, invalid_row_handler=keep),
            convert_options=pc.ConvertOptions(
                include_columns=wanted,
                column_types=dict.fromkeys(wanted, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
        rapport.say("csv_parsing_failed", f"{entry.nom}.txt", str(error).splitlines()[0])
        return None
    tell_ragged(ragged, f"{entry.nom}.txt", rapport)
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101 - what a table of arrow becomes
    return frame


def tell_ragged(ragged: list[pc.InvalidRow], fichier: str, rapport: RemarquesGtfs) -> None:
    """Rows that have not as many cells as the header."""
    for row in ragged[:EXEMPLES]:
        what = f"{row.actual_columns} cellules au lieu de {row.expected_columns}"
        rapport.say("invalid_row_length", fichier, what, row.number)
    if len(ragged) > EXEMPLES:
        more = len(ragged) - EXEMPLES
        rapport.say("invalid_row_length", fichier, f"et {more} autres lignes de même", nombre=more)


def tidy(frame: pl.DataFrame, entry: FichierGtfs) -> pl.DataFrame:
    """Cells stripped, empty ones null, every column there, rows numbered from 2, empty rows dropped."""
    named = (*entry.colonnes, *entry.lues)
    bare = [
        pl.col(name).str.strip_chars().replace("", None)
        if name in frame.columns
        else pl.lit(None, pl.String).alias(name)
        for name in named
    ]
    return (
        frame.select(bare)
        .with_row_index("_ligne", offset=2)
        .filter(pl.any_horizontal(pl.col(named).is_not_null()))
    )


def check_key(frame: pl.DataFrame, entry: FichierGtfs, rapport: RemarquesGtfs) -> pl.DataFrame:
    """The rows whose key is there and names one thing; a row repeated word for word is read once."""
    if not entry.cle:
        return frame
    fichier, key = f"{entry.nom}.txt", entry.cle[0]
    rapport.say_rows("missing_required_field", fichier, frame.filter(pl.col(key).is_null()), key)
    frame = frame.filter(pl.col(key).is_not_null())
    if frame[key].is_unique().all():
        return frame
    named = frame.columns[1:]
    same = frame.select(pl.struct(named).is_first_distinct()).to_series()
    rapport.say_rows("doublon_identique", fichier, frame.filter(~same), key)
    frame = frame.filter(same)
    rapport.say_rows("duplicate_key", fichier, frame.filter(pl.col(key).is_first_distinct().not_()), key)
    return frame
