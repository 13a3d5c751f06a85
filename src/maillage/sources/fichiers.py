"""Opening files as published: encodings, separators, parquet, JSON; everything as text, rows numbered.

A row's number is that of a spreadsheet: 1 for the header, 2 for the first record, even where a quoted
cell holds newlines.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit
from maillage.francais import refus
from maillage.sources.classeur import read_workbook
from maillage.sources.colonnes import check_told, read_told
from maillage.sources.parquet import refuse_swollen

EXEMPLES = 200  # faults of one kind told for a file; the number of the others is said
SEPARATEURS = ",;\t|"
LARGE_BYTES = 64 * 2**20  # past this size a table is streamed, and only its last row's width is checked
APERCU_BYTES = 64 * 1024
UTF16 = (b"\xff\xfe", b"\xfe\xff")  # « texte Unicode » of Excel
GUILLEMET = '"'
COUPE = "Le fichier semble coupé : téléchargez-le à nouveau."
APOSTROPHE = r"^'('*[ \n]*[=+\-@])"  # set before a text that a spreadsheet would run (catalogue/tableurs.py)
SANS_NOM = "\x00"  # no header can hold it
CALENDRIER_JOURS = (-719_162, 2_932_896)  # 1 January 1 to 31 December 9999, in days since 1970


@dataclass(frozen=True)
class FeuilleLue:
    """A file read whole as text cells; ``cells`` has a column ``_ligne`` with each record's row number."""

    fichier: str
    cells: pl.DataFrame
    fautes: tuple[Faute, ...] = ()
    entetes: tuple[str, ...] = ()


def decode(data: bytes) -> tuple[str, str]:
    """Text of ``data`` and the encoding found: by its mark, else UTF-8, Windows-1252, Latin-1.

    >>> decode("é".encode("latin-1"))
    ('é', 'cp1252')
    """
    marked = ("utf-16",) if data.startswith(UTF16) else ()
    for encoding in (*marked, "utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"


def find_separator(header: str) -> str:
    """The separator most frequent in the header line, outside quotes.

    >>> find_separator('code;nom;"a,b,c,d"')
    ';'
    """
    bare = "".join(part for i, part in enumerate(header.split(GUILLEMET)) if i % 2 == 0)
    return max(SEPARATEURS, key=bare.count)


def read_bytes(path: Path) -> bytes:
    """The file's bytes; unreadable or empty is a fault."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise EntreeInvalide(f"Le fichier {path.name} ne peut être lu : {refus(error)}.") from error
    if not data.strip():
        raise EntreeInvalide(f"Le fichier {path.name} est vide.", (Faute("fichier vide", path.name),))
    return data


def find_ragged_rows(text: str, separator: str, width: int, fichier: str, above: int = 0) -> list[Faute]:
    """Records that have not as many cells as the header: a truncated file, an unquoted separator."""
    rows = enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=above + 1)
    ragged = ((row, len(cells)) for row, cells in rows if cells and len(cells) != width)
    fautes = [
        Faute(f"{found} cellules au lieu de {width}", fichier, row) for row, found in islice(ragged, EXEMPLES)
    ]
    if others := sum(1 for _ in ragged):
        fautes.append(Faute(f"et {others} autres lignes de même", fichier))
    if text.count(GUILLEMET) % 2:
        fautes.append(
            Faute(
                "un guillemet n'est pas refermé",
                fichier,
                que_faire=COUPE,
            )
        )
    return fautes


def refuse_ragged(text: str, separator: str, width: int, fichier: str, above: int = 0) -> None:
    """Raise with every ragged record."""
    fautes = find_ragged_rows(text, separator, width, fichier, above)
    if fautes:
        raise EntreeInvalide(f"Le fichier {fichier} est abîmé ou coupé.", tuple(fautes))


def fold(name: str) -> str:
    """A column's name reduced to its letters and digits: case, accents, spaces and hyphens tell nothing.

    >>> fold(" Code_INSEE "), fold("Équipement"), fold("code insee")
    ('codeinsee', 'equipement', 'codeinsee')
    """
    flat = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in flat if letter.isalnum())


def find_year(name: str, key: str) -> str | None:
    """The two digits of the year in a column's name, where ``??`` stands in ``key``; null for another column.

    >>> find_year("p21_rp", "P??_RP"), find_year("P21_LOG", "P??_RP")
    ('21', None)
    """
    before, _, after = key.partition("??")
    found = re.fullmatch(rf"{fold(before)}(\d\d){fold(after)}", fold(name))
    return found.group(1) if found else None


def match_names(found: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The columns that bear a known name in other letters: the file's → the known one."""
    found = tuple(found)
    by_fold = {fold(name): name for name in known if name not in found}
    return {name: by_fold.pop(fold(name)) for name in found if fold(name) in by_fold}


def rename_columns(feuille: FeuilleLue, known: Iterable[str]) -> FeuilleLue:
    """``feuille`` with the known names for the columns that bear them in other letters."""
    names = match_names(feuille.entetes, known)
    entetes = tuple(names.get(name, name) for name in feuille.entetes)
    cells = feuille.cells.rename({old: new for old, new in names.items() if old in feuille.cells.columns})
    return replace(feuille, cells=cells, entetes=entetes)


def find_duplicates(headers: list[str], fichier: str) -> tuple[Faute, ...]:
    """Columns that bear the same name."""
    twice = sorted(name for name, times in Counter(headers).items() if times > 1)
    return tuple(Faute("colonne présente deux fois", fichier, 1, name, "Retirez-en une.") for name in twice)


def read_csv(path: Path) -> FeuilleLue:
    """A delimited file, every cell as stripped text, empty cells null.

    Raises:
        EntreeInvalide: empty, truncated, ragged, or with a column twice.
    """
    whole = decode(read_bytes(path))[0].replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    text, blank = skip_preamble(whole)
    if "\x00" in text:
        raise EntreeInvalide(
            f"Le fichier {path.name} n'est pas un fichier de texte.", (Faute("octets nuls", path.name),)
        )
    separator = find_separator(text.split("\n", 1)[0])
    try:
        headers, body = split_header(text, separator)
        doubled = find_duplicates(headers, path.name)
        if doubled:
            raise EntreeInvalide(f"Les colonnes du fichier {path.name} sont ambiguës.", doubled)
        refuse_ragged(text, separator, len(headers), path.name, blank)
        return number_rows(parse_body(body, separator, headers), path.name, blank)
    except (csv.Error, pl.exceptions.PolarsError) as error:
        faute = Faute(f"tableau illisible : {str(error).splitlines()[0]}", path.name)
        raise EntreeInvalide(f"Le fichier {path.name} est abîmé ou coupé.", (faute,)) from error


def skip_preamble(text: str) -> tuple[str, int]:
    """The text from its header, and how many lines stand above: blank ones, Excel's ``sep=;``.

    >>> skip_preamble("sep=;\\ncode;nom")
    ('code;nom', 1)
    """
    found = re.match(r"\n*(sep=.\n)?\n*", text, re.IGNORECASE)
    above = found.group() if found else ""
    return text[len(above) :], above.count("\n")


def split_header(text: str, separator: str) -> tuple[list[str], str]:
    """Column names and the text below them, even where a quoted name holds a newline."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    headers = name_columns(next(reader, []))
    lines = text.split("\n", reader.line_num)
    return headers, lines[reader.line_num] if len(lines) > reader.line_num else ""


def parse_body(body: str, separator: str, headers: list[str]) -> pl.DataFrame:
    """The records as text columns."""
    if not body.strip():
        return pl.DataFrame(schema=dict.fromkeys(headers, pl.String))
    return pl.read_csv(
        io.BytesIO(body.encode()),
        separator=separator,
        infer_schema=False,
        has_header=False,
        new_columns=headers,
    )


def number_rows(frame: pl.DataFrame, fichier: str, above: int = 0) -> FeuilleLue:
    """Text cells stripped, empty ones null, rows numbered from 2 (plus the lines ``above`` the header).

    Empty rows, and empty columns without a name, are what a spreadsheet leaves around a table: dropped.

    Raises:
        EntreeInvalide: a column holds values and has no name.
    """
    bare = pl.col(pl.String).str.strip_chars().replace("", None)
    cells = frame.with_columns(bare.str.replace(APOSTROPHE, "$1"))
    cells = cells.with_row_index("_ligne", offset=2 + above)
    nameless = [name for name in frame.columns if name.startswith(SANS_NOM)]
    held = [name for name in nameless if cells[name].is_not_null().any()]
    if held:
        fautes = tuple(explain_nameless(cells, name, fichier) for name in held)
        raise EntreeInvalide(f"Des colonnes du fichier {fichier} n'ont pas de nom.", fautes)
    names = [name for name in frame.columns if name not in nameless]
    filled = pl.any_horizontal(pl.col(names).is_not_null()) if names else pl.lit(value=True)
    return FeuilleLue(fichier, cells.select("_ligne", *names).filter(filled), entetes=tuple(names))


def explain_nameless(cells: pl.DataFrame, name: str, fichier: str) -> Faute:
    """Where a column without a name holds its first value."""
    first = cells.filter(pl.col(name).is_not_null()).row(0, named=True)
    rank = int(name.removeprefix(SANS_NOM))
    quoi = f"« {first[name]} » dans la colonne {letter(rank)}, qui n'a pas de nom"
    return Faute(quoi, fichier, first["_ligne"], que_faire="Nommez-la sur la ligne d'en-tête, ou videz-la.")


def letter(rank: int) -> str:
    """The letters of a spreadsheet's column, counted from 1.

    >>> letter(1), letter(26), letter(27)
    ('A', 'Z', 'AA')
    """
    head, tail = divmod(rank - 1, 26)
    return (letter(head) if head else "") + chr(ord("A") + tail)


def name_columns(headers: Iterable[str | None]) -> list[str]:
    """Stripped names; a column without one is known by its rank until it is found empty."""
    bare = [" ".join((name or "").split()) for name in headers]
    return [name or f"{SANS_NOM}{rank}" for rank, name in enumerate(bare, start=1)]


def choose(headers: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """The file's columns that bear a wanted name, whatever its letters."""
    folded = {fold(name) for name in wanted}
    return [name for name in headers if fold(name) in folded]


def read_large_csv(path: Path, wanted: Iterable[str]) -> FeuilleLue | None:
    """Only the wanted columns of a large UTF-8 table, streamed; null when it is not one (another encoding).

    Raises:
        EntreeInvalide: the last row is cut.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(APERCU_BYTES)
        stream.seek(max(0, size - APERCU_BYTES))
        tail = stream.read()
    try:
        first = head.decode("utf-8-sig", "ignore").split("\n", 1)[0].rstrip("\r")
        last = tail.rstrip(b"\r\n").rsplit(b"\n", 1)[-1].decode("utf-8")
        separator = find_separator(first)
        headers = [name.strip() for name in next(csv.reader([first], delimiter=separator))]
        chosen = [headers.index(name) for name in choose(headers, wanted)]
        frame = pl.read_csv(path, separator=separator, infer_schema=False, columns=chosen)
    except (UnicodeDecodeError, pl.exceptions.ComputeError):
        return None
    if len(next(csv.reader([last], delimiter=separator))) != len(headers):
        faute = Faute(f"dernière ligne incomplète : « {last[:80]} »", path.name, frame.height + 1)
        raise EntreeInvalide(f"Le fichier {path.name} est abîmé ou coupé.", (faute,))
    feuille = number_rows(frame.rename(str.strip), path.name)
    return FeuilleLue(feuille.fichier, feuille.cells, entetes=tuple(headers))


def read_parquet(path: Path, wanted: Iterable[str] | None = None) -> FeuilleLue:
    """A Parquet file as text cells; NaN becomes null. ``wanted``: the only columns to load."""
    read_head(path)
    try:
        names = list(pl.read_parquet_schema(path))
        chosen = choose(names, wanted) if wanted else names
        refuse_swollen(path, chosen)
        frame = pl.read_parquet(path, columns=chosen)
    except pl.exceptions.PolarsError as error:
        message = f"Le fichier {path.name} n'est pas un fichier Parquet complet."
        raise EntreeInvalide(
            message, (Faute(str(error).splitlines()[0], path.name, que_faire=COUPE),)
        ) from error
    feuille = number_rows(frame.with_columns(write_text(frame)), path.name)
    return FeuilleLue(feuille.fichier, feuille.cells, entetes=tuple(names))


def write_text(frame: pl.DataFrame) -> list[pl.Expr]:
    """Every column as text, so that readers check one kind of cell."""
    return [write_column(name, dtype) for name, dtype in frame.schema.items()]


def write_column(name: str, dtype: pl.DataType) -> pl.Expr:
    """One column as text; NaN, dates out of the calendar, times, nested and binary cells are null."""
    column = pl.col(name)
    if dtype.is_float():
        return column.fill_nan(None).cast(pl.String)
    if dtype == pl.Date:
        days = column.to_physical()
        return (
            pl.when(days.is_between(*CALENDRIER_JOURS)).then(days).cast(pl.Date).cast(pl.String).alias(name)
        )
    if dtype.is_nested() or dtype.is_temporal() or dtype in {pl.Binary, pl.Object}:
        return pl.lit(None, pl.String).alias(name)
    return column.cast(pl.String)


def read_json(path: Path) -> Any:
    """A JSON document; a truncated one is a fault with its line."""
    text, _ = decode(read_bytes(path))
    refuse_countless(text, path.name)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        faute = Faute("document JSON incomplet ou mal formé", path.name, error.lineno, que_faire=COUPE)
        raise EntreeInvalide(f"Le fichier {path.name} est abîmé ou coupé.", (faute,)) from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, values nested without end
        faute = Faute("nombre ou imbrication hors de toute mesure", path.name)
        raise EntreeInvalide(f"Le fichier {path.name} n'est pas un document attendu.", (faute,)) from error


def refuse_countless(text: str, fichier: str) -> None:
    """Raise when a JSON document holds more values than it may: each costs some seventy bytes once read."""
    values, most = sum(map(text.count, "[{,")), read_limit("json", "valeurs")
    if values > most:
        faute = Faute(f"plus de {most} valeurs", fichier, que_faire="Gardez un département, ou allégez-le.")
        raise EntreeInvalide(f"Le fichier {fichier} est trop lourd pour être ouvert.", (faute,))


def read_entries(path: Path, *keys: str) -> list[dict[str, Any]]:
    """A JSON list of objects that all have ``keys``.

    Raises:
        EntreeInvalide: with every entry that is not one (numbered from 1).
    """
    records = read_json(path)
    if not isinstance(records, list):
        raise EntreeInvalide(f"Le fichier {path.name} n'est pas une liste d'objets.")
    wrong = [
        n
        for n, r in enumerate(records, start=1)
        if not isinstance(r, dict) or any(key not in r for key in keys)
    ]
    if wrong:
        fautes = tuple(Faute(f"entrée {n} : {', '.join(keys) or 'objet'} attendu", path.name) for n in wrong)
        raise EntreeInvalide(f"Le fichier {path.name} est mal formé.", fautes)
    return records


def read_records(path: Path) -> FeuilleLue:
    """A JSON list of objects as text cells, columns in order of first appearance; lists are dropped."""
    records = read_entries(path)
    names = list(dict.fromkeys(name for r in records for name in r))
    columns = {name: [as_text(r.get(name)) for r in records] for name in names}
    return number_rows(pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), path.name)


def as_text(value: object) -> str | None:
    """A scalar as text; null, lists and objects as null."""
    return None if value is None or isinstance(value, list | dict) else str(value)


def read_first_sheet(path: Path) -> FeuilleLue:
    """The first sheet that is not hidden of a workbook (XLSX, ODS), as text cells.

    Raises:
        EntreeInvalide: not a workbook, a cell without value, a column without name.
    """
    sheets = [sheet for sheet in read_workbook(path) if not sheet.masquee and sheet.colonnes]
    if not sheets:
        raise EntreeInvalide(
            f"Le classeur {path.name} est vide.", (Faute("aucune feuille remplie", path.name),)
        )
    sheet = sheets[0]
    width = max((len(row) for row in sheet.lignes), default=len(sheet.colonnes))
    names = name_columns([*sheet.colonnes, *[None] * (width - len(sheet.colonnes))])
    doubled = find_duplicates(names, path.name)
    if doubled:
        raise EntreeInvalide(f"Les colonnes du fichier {path.name} sont ambiguës.", doubled)
    rows = [[write_cell(cell) for cell in row] + [None] * (width - len(row)) for row in sheet.lignes]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return number_rows(frame, path.name, sheet.entete - 1)


def write_cell(cell: object) -> str | None:
    """A cell of a workbook as text: a whole number without a decimal point, a day as AAAA-MM-JJ.

    >>> write_cell(59350.0), write_cell("01001"), write_cell(None)
    ('59350', '01001', None)
    """
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return None if cell is None else str(cell).strip()


def read_head(path: Path) -> bytes:
    """The first bytes; unreadable or empty is a fault."""
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise EntreeInvalide(f"Le fichier {path.name} ne peut être lu : {refus(error)}.") from error
    if not head:
        raise EntreeInvalide(f"Le fichier {path.name} est vide.", (Faute("fichier vide", path.name),))
    return head


def read_sheet(path: Path, known: Iterable[str] = (), *, only: bool = False) -> FeuilleLue:
    """The file by its content: Parquet, workbook (XLSX, ODS) by magic bytes, JSON records, else text.

    ``known``: the names of the format, given to the columns that bear them in other letters. With ``only``,
    no other column is loaded where that spares memory (Parquet, large tables).
    """
    known, told = tuple(known), read_told(path)
    feuille = open_sheet(path, known if only and not told else None)
    return rename_columns(rename_told(feuille, path, told) if told else feuille, known)


def rename_told(feuille: FeuilleLue, path: Path, told: Mapping[str, str]) -> FeuilleLue:
    """``feuille`` under the names that somebody told."""
    check_told(told, feuille.entetes, path)
    entetes = tuple(told.get(name, name) for name in feuille.entetes)
    return replace(feuille, cells=feuille.cells.rename(dict(told), strict=False), entetes=entetes)


def open_sheet(path: Path, wanted: tuple[str, ...] | None) -> FeuilleLue:
    """The file under its own names."""
    head = read_head(path)
    if head.startswith(b"PAR1"):
        return read_parquet(path, wanted)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"["):
        return read_records(path)
    if head.startswith(b"PK"):
        return read_first_sheet(path)
    large = wanted is not None and path.stat().st_size > LARGE_BYTES
    return (read_large_csv(path, wanted) if large and wanted else None) or read_csv(path)
