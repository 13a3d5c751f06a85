"""Files that no source recognises: those that must be mended, those that may be left out.

A file is to be mended, never left out in silence, when one of these holds:

- it bears the extension or the first bytes of data, and cannot be opened: nothing can tell what it held;
- it stands for a file that was never brought: half a download, a page of error, a pointer, a dead link;
- it would be known but for the way it was saved: encoding, separator, titles above the header, another sheet;
- it bears the columns of a known source but one in four (one at least, of three or more);
- it bears the name that a known source is published under, whatever its figures (``communes_75.csv``).
"""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit
from maillage.catalogue.sources import Source, list_sources
from maillage.sources.classeur import glance
from maillage.sources.controle import CODE_COMMUNE
from maillage.sources.decouverte import (
    INACHEVES,
    RANGS,
    decode_head,
    holds,
    match,
    read_header,
    read_signature,
)
from maillage.sources.fichiers import APERCU_BYTES, UTF16, fold, read_head, read_json, read_sheet
from maillage.sources.geometries import read_features
from maillage.sources.geopackage import open_base
from maillage.sources.poids import refuse_crowded

TABLEAUX: Final = frozenset(["csv", "tsv", "tab", "txt", "parquet", "xlsx", "ods", "xls"])
OUVERTES: Final = frozenset(
    ["csv", "tsv", "tab", "parquet", "json", "geojson", "gpkg", "zip", "gz", "xlsx", "ods", "pbf"]
)
DOCUMENTS: Final = frozenset(
    ["md", "pdf", "html", "htm", "doc", "docx", "odt", "png", "jpg", "jpeg", "toml", "ttl", "qgz"]
)
MANQUANTES: Final = 4  # a source's columns may lack one in so many
COLONNES_MIN: Final = 3  # a source known by two columns has none to lose
GZIP_MORCEAUX: Final = 1024  # of one mebibyte
TITRES: Final = 20  # lines that a person may write above a header
CITES: Final = 3  # ignored files of one kind named in a sentence; the number of the others is said
ABIME: Final = "Téléchargez ou enregistrez le fichier à nouveau, ou retirez-le du dossier."
AUTRE: Final = "Complétez le fichier ; si c’en est un autre, retirez-le du dossier."
POINTEUR: Final = "pointeur {} : le fichier lui-même n’a pas été téléchargé"
REMPLACANTS: Final = (
    (re.compile(rb"version https://git-lfs"), POINTEUR.format("Git LFS")),
    (re.compile(rb"[\w./-]*/annex/objects/"), POINTEUR.format("git-annex")),
    (
        re.compile(rb"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE),
        "page web, sans doute une page d’erreur",
    ),
)
ARCHIVE: Final = "archive laissée de côté : sortez-en les fichiers"
HORAIRES: Final = "horaires de transports collectifs, laissés de côté : maillage transports build les lit"
CLASSEUR: Final = "format que l’on ne lit pas, laissé de côté : enregistrez en XLSX ou ODS"
COUCHE: Final = "format que l’on ne lit pas, laissé de côté : enregistrez en GeoJSON"
INCONNU: Final = "fichier non reconnu, laissé de côté"
LIE: Final = "dossier lié, laissé de côté : copiez-le"
RAISONS: Final = {
    **dict.fromkeys(["zip", "gz", "7z", "rar", "bz2", "xz", "tar", "tgz"], ARCHIVE),
    **dict.fromkeys(["xls", "xlsb", "xlsm", "numbers"], CLASSEUR),
    **dict.fromkeys(["shp", "kml", "mif"], COUCHE),
}


def list_ignored(paths: Iterable[Path]) -> tuple[str, ...]:
    """What is left out, by kind, with why; documents, which nobody expects to be read, are not named."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        if (kind := get_kind(path)) not in DOCUMENTS:
            reason = LIE if path.is_dir() else tell_archive(path) or RAISONS.get(kind) or tell_unknown(path)
            kinds.setdefault((kind, reason), []).append(path.name)
    return tuple(f"{cite(names)} : {reason}" for (_, reason), names in kinds.items())


def tell_archive(path: Path) -> str | None:
    """What reads a zip that holds a timetable feed; null for any other file."""
    if get_kind(path) != "zip" or not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        names = {Path(name).name for name in archive.namelist()}
    return HORAIRES if {"stops.txt", "stop_times.txt"} <= names else None


def tell_unknown(path: Path) -> str:
    """Why a file is left out; of polygons under names that no reader knows, those names too."""
    return tell_columns(path, read_first_polygon(path)) or INCONNU


def tell_columns(path: Path, first: dict[str, object]) -> str:
    """The names that a file has in its first row, and how to tell what they are; blank without any."""
    if not first:
        return ""
    codes = (name for name, value in first.items() if re.match(CODE_COMMUNE, str(value)))
    how = f"maillage atlas colonnes {path.name} --colonnes code={next(codes, 'SA_COLONNE')}"
    return f"{INCONNU}, ses colonnes sont {', '.join(first)} ; pour dire ce qu’elles sont : {how}"


def list_lacking(paths: Iterable[Path]) -> tuple[str, ...]:
    """What is left out where something is missing: it may be there under other names, which are told."""
    known = list(paths)
    named = {path: tell_columns(path, read_first_row(path)) for path in known}
    told = tuple(f"{path.name} : {text}" for path, text in named.items() if text)
    return (*told, *list_ignored(path for path in known if not named[path]))


def read_first_row(path: Path) -> dict[str, object]:
    """The first row of a table, or the properties of the first polygon; nothing for another file."""
    if path.is_dir() or get_kind(path) not in TABLEAUX:
        return read_first_polygon(path)
    try:
        feuille = read_sheet(path)
    except EntreeInvalide:
        return {}
    cells = feuille.cells.drop("_ligne", strict=False)
    return cells.row(0, named=True) if cells.height and len(feuille.entetes) > 1 else {}


def read_first_polygon(path: Path) -> dict[str, object]:
    """The properties of the first polygon of a file; nothing for another file."""
    if get_kind(path) not in {"geojson", "json", "gpkg"}:
        return {}
    try:
        return read_features(path)[0].proprietes
    except EntreeInvalide:
        return {}


def cite(names: list[str]) -> str:
    """The first names, and how many others.

    >>> cite(["a.csv"]), cite(["a.csv", "b.csv", "c.csv", "d.csv"])
    ('a.csv', 'a.csv, b.csv, c.csv et 1 autre')
    """
    others = len(names) - CITES
    more = f" et {others} autre{'s' if others > 1 else ''}" if others > 0 else ""
    return ", ".join(names[:CITES]) + more


def get_kind(path: Path) -> str:
    """The extension, in lower case, without its dot."""
    return path.suffix.lower().removeprefix(".")


def find_faults(path: Path) -> tuple[Faute, ...]:
    """Why a file that no source recognises cannot be left out; empty when it may be."""
    if path.is_dir() or get_kind(path) in DOCUMENTS:
        return ()
    try:
        refuse_absent(path)
        refuse_damaged(path)
    except EntreeInvalide as error:
        found = error.fautes or (Faute(error.message, path.name),)
        return tuple(replace(faute, que_faire=faute.que_faire or ABIME) for faute in found)
    content = read_signature(path)
    if content >= RANGS:
        return ()
    return find_ill_saved(path) or find_lacks(path, content) or find_namesake(path)


def refuse(path: Path, quoi: str, que_faire: str | None = None) -> NoReturn:
    """Raise with the one fault of a file."""
    raise EntreeInvalide(
        f"Le fichier {path.name} ne peut être lu.", (Faute(quoi, path.name, que_faire=que_faire),)
    )


def refuse_absent(path: Path) -> None:
    """Raise when what stands there is not the file itself."""
    if not path.exists():
        refuse(path, "lien vers un fichier absent")
    if path.suffix.lower() in INACHEVES:
        refuse(path, "téléchargement inachevé")
    head = read_start(path).lstrip()
    text = next((words for mark, words in REMPLACANTS if mark.match(head)), None)
    if text:
        refuse(path, text)


def read_start(path: Path) -> bytes:
    """The first bytes; an empty file is a fault where data are expected."""
    return read_head(path) if get_kind(path) in OUVERTES or path.stat().st_size else b""


def refuse_damaged(path: Path) -> None:
    """Raise when a file of data cannot be opened as what its first bytes, else its extension, say it is.

    Raises:
        EntreeInvalide: saying what is wrong.
    """
    kind, head = get_kind(path), read_start(path)
    if head.startswith(b"PAR1") or kind == "parquet":
        refuse_parquet(path)
    elif kind in {"xlsx", "ods"}:
        glance(path)
    elif kind == "zip" or (head.startswith(b"PK\x03\x04") and kind in OUVERTES):
        refuse_zip(path)
    elif head.startswith(b"\x1f\x8b") or kind == "gz":
        refuse_gzip(path)
    elif kind == "gpkg":
        refuse_base(path)
    elif kind in {"json", "geojson"}:
        read_json(path)
    elif kind == "pbf" and b"OSMHeader" not in head:
        refuse(path, "extrait OpenStreetMap abîmé ou coupé")
    elif kind in {"csv", "tsv", "tab"}:
        refuse_binary(path)


def refuse_parquet(path: Path) -> None:
    """Raise when the columns of a Parquet file, which stand at its end, cannot be read."""
    try:
        pl.read_parquet_schema(path)
    except (pl.exceptions.PolarsError, OSError):
        refuse(path, "fichier Parquet abîmé ou coupé")


def refuse_zip(path: Path) -> None:
    """Raise when the directory of a zip, which stands at its end, cannot be read."""
    refuse_crowded(path, read_limit("archive", "repertoire_octets"))
    try:
        zipfile.ZipFile(path).close()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        refuse(path, "archive abîmée ou coupée")


def refuse_gzip(path: Path) -> None:
    """Raise when a gzip is cut, which only its end tells; beyond a gigabyte unpacked, it is left untold."""
    try:
        with gzip.open(path) as stream:
            for _ in range(GZIP_MORCEAUX):
                if not stream.read(1 << 20):
                    return
    except (EOFError, OSError, zlib.error):
        refuse(path, "archive abîmée ou coupée")


def refuse_base(path: Path) -> None:
    """Raise when the layers of a GeoPackage cannot be listed."""
    try:
        with open_base(path) as base:
            for (name,) in base.execute("SELECT table_name FROM gpkg_contents").fetchall():
                quoted = str(name).replace('"', '""')
                base.execute(f'SELECT * FROM "{quoted}" LIMIT 1').fetchone()  # noqa: S608
    except sqlite3.DatabaseError:
        refuse(path, "GeoPackage abîmé ou coupé")


def refuse_binary(path: Path) -> None:
    """Raise when a table of text holds null bytes, or nothing: UTF-16 without its mark, a cut download."""
    text = read_text_head(path)
    if "\x00" in text:
        advice = "Enregistrez-le en « CSV UTF-8 », ou retirez-le du dossier."
        refuse(path, "ce n’est pas un tableau en texte", advice)
    if not text.strip():
        refuse(path, "fichier vide")


def read_bytes_head(path: Path) -> bytes:
    """The first bytes, as many as recognition reads."""
    with path.open("rb") as stream:
        return stream.read(APERCU_BYTES)


def read_text_head(path: Path) -> str:
    """The first bytes as text."""
    return decode_head(read_bytes_head(path))


def find_ill_saved(path: Path) -> tuple[Faute, ...]:
    """One fault when the file would be known but for the way it was saved."""
    for content, quoi, ligne, advice in list_readings(path):
        source = match(content)
        if source:
            text = f"{quoi} ; le reste est de « {list_sources()[source].nom} »"
            return (Faute(text, path.name, ligne, que_faire=advice),)
    return ()


Reading = tuple[frozenset[str], str, int | None, str]  # names found, what is wrong, row, what to do


def list_readings(path: Path) -> Iterator[Reading]:
    """Other ways to read a file, each with what is wrong if that way is the right one."""
    head = read_bytes_head(path)
    if head.startswith(b"PK"):
        yield from list_sheet_readings(path)
        return
    if not head.startswith(UTF16):
        for encoding in ("utf-16-le", "utf-16-be"):
            names = read_header(head[: len(head) // 2 * 2].decode(encoding, "ignore"))
            yield names, "texte en UTF-16 sans sa marque", None, "Enregistrez-le en « CSV UTF-8 »."
    text = decode_head(head)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[: TITRES + 1]
    for number, line in enumerate(lines, start=1):
        yield from list_line_readings(line, number)
    keys = frozenset(fold(key) for key in re.findall(r'"([^"\\]{1,80})"\s*:', text))
    advice = "Enregistrez-le comme une liste d’objets, [{…}, {…}], ou en CSV."
    yield keys, "document JSON d’une autre forme", None, advice


def list_line_readings(line: str, number: int) -> Iterator[Reading]:
    """A line of text as the header: under lines of title, or cut by no separator of ours."""
    cells = read_header(line)
    if number > 1:
        yield cells, "l’en-tête n’est pas sur la première ligne", number, "Retirez ce qui est au-dessus."
    if len(cells) <= 1:
        words = frozenset(fold(word) for word in re.split(r"[^\w]+", line))
        yield words, "séparateur inconnu", number, "Séparez les colonnes par des points-virgules."


def list_sheet_readings(path: Path) -> Iterator[Reading]:
    """The rows that might be the header, in each sheet of a workbook."""
    try:
        sheets = glance(path)
    except EntreeInvalide:
        return
    for sheet in sheets:
        rows = [sheet.colonnes, *sheet.lignes[:TITRES]]
        for number, row in enumerate(rows, start=sheet.entete):
            names = frozenset(fold(str(cell)) for cell in row if cell is not None)
            advice = "Gardez cette feuille seule, sans rien au-dessus de l’en-tête."
            yield names, f"le tableau est dans la feuille « {sheet.nom} »", number, advice


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
    """A name without its numbers, case apart; a table is the same under any extension of tables.

    >>> fold_figures("Communes_59.csv") == fold_figures("communes.xlsx")
    True
    >>> fold_figures("communes.json") == fold_figures("communes.csv")
    False
    """
    stem, _, suffix = name.lower().rpartition(".")
    kind = "table" if suffix in TABLEAUX else suffix
    return re.sub(r"\d+", "", fold(stem)) + "." + kind
