"""Recognising files already downloaded, by what they hold, never by their name."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.sources import list_sources
from maillage.sources import zones
from maillage.sources.classeur import glance
from maillage.sources.colonnes import give_names, read_told
from maillage.sources.contours import CODES_COMMUNE, CODES_QPV
from maillage.sources.controle import CODE_COMMUNE
from maillage.sources.fichiers import (
    APERCU_BYTES,
    UTF16,
    decode,
    find_separator,
    find_year,
    fold,
    skip_preamble,
)
from maillage.sources.geopackage import open_base
from maillage.sources.tableur import list_sheets

CACHES = (".", "~$")  # hidden files, and what Excel leaves beside a workbook that is open
INACHEVES = (".part", ".partial", ".crdownload", ".download", ".tmp")  # downloads under way
RANGS = frozenset({"x75pop17", "aoccvoit", "ieco"})  # percentile ranks: never a figure


def find_sources(directory: Path) -> dict[str, tuple[Path, ...]]:
    """The recognised files of ``directory`` and its folders, by source; hidden files are skipped.

    Several files of one source are all listed: its reader says whether they go together. A file that no
    signature matches, or that two sources claim equally, is left out (see ``find_unknown``).

    Raises:
        EntreeInvalide: the folder is absent, or holds no known file.
    """
    if not directory.is_dir():
        raise EntreeInvalide(f"Le dossier {directory.name} n'existe pas.")
    found: dict[str, list[Path]] = {}
    for path in list_files(directory):
        source = recognise(path)
        if source:
            found.setdefault(source, []).append(path)
    if not found:
        raise EntreeInvalide(f"Aucun fichier connu dans le dossier {directory.name}.")
    return {source: tuple(found[source]) for source in list_sources() if source in found}


def find_unknown(directory: Path) -> tuple[Path, ...]:
    """The files of ``directory`` that no source recognises."""
    return tuple(path for path in list_files(directory) if recognise(path) is None)


def list_files(directory: Path) -> list[Path]:
    """Files and links under ``directory``, in a stable order; hidden ones, and locks of Excel, left out."""
    paths = (p for p in sorted(directory.rglob("*")) if p.is_file() or p.is_symlink())
    return [p for p in paths if not any(part.startswith(CACHES) for part in p.relative_to(directory).parts)]


def recognise(path: Path) -> str | None:
    """The source whose signature the file bears; the longest signature wins; none for half a download."""
    return None if path.suffix.lower() in INACHEVES else match(read_signature(path))


def match(content: frozenset[str]) -> str | None:
    """The source whose signature is among these names; the longest wins."""
    if not content or content >= RANGS:
        return None
    matches = [
        (len(keys), entry.id)
        for entry in list_sources().values()
        for keys in entry.cles
        if all(holds(content, key) for key in keys)
    ]
    return max(matches)[1] if matches else None


def holds(content: frozenset[str], key: str) -> bool:
    """Whether a key is among the folded names; ``??`` in it stands for a year's two digits."""
    if ":" in key:
        return key in content
    if "??" not in key:
        return fold(key) in content
    return any(find_year(name, key) for name in content)


def read_signature(path: Path) -> frozenset[str]:
    """Folded column names of a table, or a mark such as ``geo:commune``; empty when nothing can be told.

    Names are those that somebody told, where a note stands beside the file.
    """
    told = {fold(own): fold(wanted) for own, wanted in read_told(path).items()}
    return frozenset(told.get(name, name) for name in read_own_signature(path))


def read_own_signature(path: Path) -> frozenset[str]:
    """The same under the names of the file, but for polygons, whose mark depends on them."""
    try:
        with path.open("rb") as stream:
            head = stream.read(APERCU_BYTES)
    except OSError:
        return frozenset()
    for magic, reader in BINAIRES.items():
        if head.startswith(magic):
            return reader(path)
    if b"OSMHeader" in head[:64]:
        return frozenset({"osm:pbf"})
    text = decode_head(head)
    if text.lstrip()[:1] in {"{", "["}:
        return read_json_mark(text.lstrip(), read_told(path))
    return read_header(text)


def decode_head(head: bytes) -> str:
    """The first bytes as text; a character cut at the end is dropped."""
    if head.startswith(UTF16):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore")
    for cut in range(4):
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return decode(head)[0]


def read_parquet_columns(path: Path) -> frozenset[str]:
    """Column names of a Parquet file; empty when it is truncated."""
    try:
        return frozenset(fold(name) for name in pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, OSError):
        return frozenset()


def read_sheets(path: Path) -> frozenset[str]:
    """Names of a workbook's sheets, and the folded columns of its first one; empty for another zip."""
    sheets = {f"xlsx:{name}" for name in list_sheets(path)}
    if any({*keys} <= sheets for entry in list_sources().values() for keys in entry.cles):
        return frozenset(sheets)
    try:
        first = next((sheet for sheet in glance(path) if sheet.colonnes), None)
    except EntreeInvalide:
        return frozenset(sheets)
    return frozenset(sheets | {fold(name) for name in (first.colonnes if first else ())})


def read_layers(path: Path) -> frozenset[str]:
    """What the layers of a GeoPackage are: by their names, else the only one by its properties."""
    try:
        with open_base(path) as base:
            base.row_factory = sqlite3.Row
            found = base.execute("SELECT table_name FROM gpkg_geometry_columns").fetchall()
            names = [str(row[0]) for row in found]
            lone = names[0].replace('"', '""') if len(names) == 1 else None
            row = base.execute(f'SELECT * FROM "{lone}" LIMIT 1').fetchone() if lone else None  # noqa: S608
    except sqlite3.DatabaseError:
        return frozenset()
    lower = [name.lower() for name in names]
    if any(name in {"commune", "communes"} for name in lower):
        return frozenset({"geo:commune"})
    for mark, prefix in (("geo:qpv", "qp"), ("geo:zone", "zone")):
        if any(name.startswith(prefix) for name in lower):
            return frozenset({mark})
    return name_features(give_names(read_told(path), dict(row))) if row else frozenset()


def read_header(text: str) -> frozenset[str]:
    """Column names of a delimited file; the first line that is not empty holds them."""
    first = skip_preamble(text.replace("\r\n", "\n").replace("\r", "\n"))[0].split("\n", 1)[0]
    if "\x00" in first or len(first) > APERCU_BYTES // 2:
        return frozenset()
    try:
        cells = next(csv.reader(io.StringIO(first), delimiter=find_separator(first)), [])
    except csv.Error:
        return frozenset()
    return frozenset(fold(name) for name in cells)


def read_json_mark(text: str, told: Mapping[str, str]) -> frozenset[str]:
    """What a JSON document is, from its first object or feature."""
    first = find_first_object(text)
    if text.startswith("{"):
        first = give_names(told, first)
    keys = {key.lower() for key in first}
    if text.startswith("["):
        kind = name_list(set(first))
        return frozenset({f"json:{kind}"} if kind else {fold(key) for key in first})
    if "commune" in keys and '"Point"' in text:
        return frozenset({"geo:mairie"})
    return name_features(first)


def name_features(properties: dict[str, object]) -> frozenset[str]:
    """What polygons are, by the properties that their readers look for."""
    keys = {key.lower() for key in properties}
    if keys & {*CODES_QPV}:
        return frozenset({"geo:qpv"})
    described = bool(keys & {*zones.NOMS}) and bool(keys & {*zones.NATURES})
    if "code_zone" in keys or ("code" in keys and described and not is_commune(properties)):
        return frozenset({"geo:zone"})
    return frozenset({"geo:commune"}) if keys & {*CODES_COMMUNE} else frozenset()


def is_commune(properties: dict[str, object]) -> bool:
    """Whether the ``code`` of a feature is one of a commune."""
    codes = (str(value) for key, value in properties.items() if key.lower() == "code")
    return any(re.match(CODE_COMMUNE, code) for code in codes)


def name_list(keys: set[str]) -> str | None:
    """Which list of the administrative division: communes, epci, arrondissements."""
    if "membres" in keys:
        return "epci" if "populationMunicipale" in keys else None
    if {"codesPostaux", "code", "nom"} <= keys:
        return "communes"
    is_arrondissement = {"chefLieu", "departement", "region"} <= keys and "type" not in keys
    return "arrondissements" if is_arrondissement else None


def find_first_object(text: str) -> dict[str, object]:
    """The first object of a list, or the properties of the first feature, from the head of a document."""
    start = text.find('"properties"', text.find('"features"')) if text.startswith("{") else -1
    if text.startswith("{") and start < 0:
        return {}
    brace = text.find("{", max(start, 0))
    if brace < 0:
        return {}
    try:
        found, _ = json.JSONDecoder().raw_decode(text, brace)
    except (ValueError, RecursionError):
        return name_keys(text[brace:]) if text.startswith("[") else {}
    return found if isinstance(found, dict) else {}


def name_keys(text: str) -> dict[str, object]:
    """Marker keys seen in a first object too long for the head (an EPCI with many members)."""
    return {key: None for key in ("membres", "populationMunicipale") if f'"{key}"' in text}


BINAIRES: dict[bytes, Callable[[Path], frozenset[str]]] = {
    b"PAR1": read_parquet_columns,
    b"SQLite format 3": read_layers,
    b"PK": read_sheets,
}
