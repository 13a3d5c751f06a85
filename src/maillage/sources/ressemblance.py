"""Files that no source recognises: those that must be mended, those that may be left out.

A file is to be mended, never left out in silence, when one of these holds:

- it bears the extension or the first bytes of data, and cannot be opened: nothing can tell what it held;
- it bears the columns of a known source but one in four (one at least, of three or more);
- it bears the name that a known source is published under, whatever its figures (``communes_75.csv``).
"""

from __future__ import annotations

import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.sources import Source, list_sources
from maillage.sources.decouverte import RANGS, decode_head, holds, read_signature
from maillage.sources.fichiers import (
    APERCU_BYTES,
    fold,
    read_first_sheet,
    read_head,
    read_json,
)

DONNEES: Final = (".csv", ".parquet", ".json", ".geojson", ".gpkg", ".zip", ".xlsx", ".ods", ".pbf")
MANQUANTES: Final = 4  # a source's columns may lack one in so many
COLONNES_MIN: Final = 3  # a source known by two columns has none to lose
ABIME: Final = "Téléchargez ou enregistrez le fichier à nouveau, ou retirez-le du dossier."
AUTRE: Final = "Complétez le fichier ; si c’en est un autre, retirez-le du dossier."


def find_faults(path: Path) -> tuple[Faute, ...]:
    """Why a file that no source recognises cannot be left out; empty when it may be."""
    try:
        refuse_damaged(path)
    except EntreeInvalide as error:
        found = error.fautes or (Faute(error.message, path.name),)
        return tuple(replace(faute, que_faire=faute.que_faire or ABIME) for faute in found)
    content = read_signature(path)
    if content >= RANGS:
        return ()
    return find_lacks(path, content) or find_namesake(path)


def refuse_damaged(path: Path) -> None:
    """Raise when a file of data cannot be opened as what its first bytes, else its extension, say it is.

    Raises:
        EntreeInvalide: saying what is wrong.
    """
    suffix = path.suffix.lower()
    if suffix not in DONNEES:
        return
    head = read_head(path)
    if head.startswith(b"PAR1") or suffix == ".parquet":
        refuse_parquet(path)
    elif suffix in {".xlsx", ".ods"}:
        read_first_sheet(path)
    elif head.startswith(b"PK") or suffix == ".zip":
        refuse_zip(path)
    elif head.startswith(b"SQLite format 3") or suffix == ".gpkg":
        refuse_base(path)
    elif suffix in {".json", ".geojson"}:
        read_json(path)
    elif suffix == ".pbf" and b"OSMHeader" not in head:
        refuse(path, "extrait OpenStreetMap abîmé ou coupé")
    elif suffix == ".csv":
        refuse_binary(path)


def refuse(path: Path, quoi: str, que_faire: str | None = None) -> NoReturn:
    """Raise with the one fault of a file."""
    raise EntreeInvalide(
        f"Le fichier {path.name} ne peut être lu.", (Faute(quoi, path.name, que_faire=que_faire),)
    )


def refuse_parquet(path: Path) -> None:
    """Raise when the columns of a Parquet file, which stand at its end, cannot be read."""
    try:
        pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        refuse(path, "fichier Parquet abîmé ou coupé")


def refuse_zip(path: Path) -> None:
    """Raise when the directory of a zip, which stands at its end, cannot be read."""
    try:
        zipfile.ZipFile(path).close()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        refuse(path, "archive abîmée ou coupée")


def refuse_base(path: Path) -> None:
    """Raise when the layers of a GeoPackage cannot be listed."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("SELECT table_name FROM gpkg_contents").fetchall()
    except sqlite3.DatabaseError:
        refuse(path, "GeoPackage abîmé ou coupé")


def refuse_binary(path: Path) -> None:
    """Raise when a table of text holds null bytes, or nothing: UTF-16 without its mark, a cut download."""
    with path.open("rb") as stream:
        text = decode_head(stream.read(APERCU_BYTES))
    if "\x00" in text:
        advice = "Enregistrez-le en « CSV UTF-8 », ou retirez-le du dossier."
        refuse(path, "ce n’est pas un tableau en texte", advice)
    if not text.strip():
        refuse(path, "fichier vide")


def find_lacks(path: Path, content: frozenset[str]) -> tuple[Faute, ...]:
    """One fault for each column that keeps a file from being the source nearest to it."""
    near = [
        (len(lacks), -len(keys), entry.id, lacks)
        for entry in list_sources().values()
        for keys in entry.cles
        if (lacks := list_lacks(content, keys)) and is_near(len(lacks), len(keys))
    ]
    if not near:
        return ()
    _, _, source, lacks = min(near)
    text = f"colonne absente ; le reste est de « {list_sources()[source].nom} »"
    return tuple(Faute(text, path.name, 1, name, AUTRE) for name in lacks)


def list_lacks(content: frozenset[str], keys: frozenset[str]) -> list[str]:
    """The columns of a signature that a file lacks."""
    return sorted(key for key in keys if not holds(content, key))


def is_near(lacks: int, keys: int) -> bool:
    """Whether a file that lacks so many of a signature's columns is still taken for it.

    >>> is_near(1, 3), is_near(1, 2), is_near(2, 8), is_near(2, 5)
    (True, False, True, False)
    """
    return keys >= COLONNES_MIN and lacks <= max(1, keys // MANQUANTES)


def find_namesake(path: Path) -> tuple[Faute, ...]:
    """The fault of a file that bears a known source's name and none of what it holds."""
    source = next((entry for entry in list_sources().values() if bears_name(path, entry)), None)
    if source is None:
        return ()
    wanted = ", ".join(sorted(key for key in source.cles[0] if ":" not in key))
    held = f" ({wanted})" if wanted else ""
    text = f"porte le nom de « {source.nom} », mais n’en a pas le contenu attendu{held}"
    return (Faute(text, path.name, que_faire=AUTRE),)


def bears_name(path: Path, source: Source) -> bool:
    """Whether a file is named as one of a source's, but for the figures (year, département)."""
    name = fold_figures(path.name)
    return any(name == fold_figures(known) for known in source.fichier.split(", "))


def fold_figures(name: str) -> str:
    """A name with one mark in place of each number, case apart.

    >>> fold_figures("Communes_59.csv") == fold_figures("communes_2026.csv")
    True
    """
    stem, _, suffix = name.rpartition(".")
    return re.sub(r"\d+", "#", fold(stem)) + "." + suffix.lower()
