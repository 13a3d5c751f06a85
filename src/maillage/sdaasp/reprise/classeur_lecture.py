"""Reading the sheets of a programme: every wrong cell is told, with its sheet, row and column."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from maillage.catalogue.dates import read_date
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.noms import plier
from maillage.catalogue.textes import check_text
from maillage.sdaasp.programme.classeur import (
    A_CONFIRMER,
    AUCUN,
    DERIVEES,
    PARENT,
    RANG,
    VOIR,
    Cellule,
    Feuille,
    list_columns,
    unescape_item,
)
from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.echange import read_scalar
from maillage.sdaasp.programme.modele import Programme, Schema
from maillage.sdaasp.programme.structure import Champ, describe, get_key, list_collections

OUI_NON = {"oui": True, "vrai": True, "true": True, "non": False, "faux": False, "false": False}


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of a sheet."""

    sheet: str
    row: int


@dataclass(slots=True)
class _Lecture:
    """What is being read: the sheets by name, the faults found, the row of each object."""

    sheets: Mapping[str, Feuille]
    faults: list[Faute] = field(default_factory=list)
    rows: dict[tuple[str, str], int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)  # sheets without a column that every row needs

    def fault(self, text: str, sheet: str, row: int | None = None, column: str | None = None) -> None:
        self.faults.append(Faute(text, f"feuille {sheet}", row, column))


def read_sheets(sheets: Sequence[Feuille]) -> Programme:
    """The programme that the sheets hold; raises ``EntreeInvalide`` with every fault, cell by cell.

    A missing sheet is an empty collection, except ``schema``. An unknown sheet or column is a fault.
    """
    reading = _Lecture({sheet.nom: _match_heads(sheet) for sheet in sheets})
    _check_names(reading)
    schemas = _read_sheet(reading, "schema", Schema)
    values = {name: _read_collection(reading, name, cls) for name, cls in list_collections()}
    if len(schemas) != 1:
        reading.fault(f"{len(schemas)} schéma au lieu d’un", "schema")
    if reading.faults:
        raise EntreeInvalide("Le classeur ne peut pas être lu.", tuple(reading.faults))
    programme = Programme(schema=schemas[0][1], **values)
    _check_references(reading, programme)
    return programme


def read_collection(sheets: Sequence[Feuille], name: str, programme: Programme) -> tuple[Any, ...]:
    """The items of one collection, from the sheet of its name or the only one there; lists inside excepted.

    A row without a key is given one by its label. Other sheets are left aside. Raises ``EntreeInvalide`` with
    every fault, those of an item that would not hold in ``programme`` included.
    """
    cls = dict(list_collections())[name]
    sheet = next((s for s in sheets if s.nom == name), sheets[0] if sheets else Feuille(name, (), ()))
    reading = _Lecture({name: _fill_keys(_match_heads(replace(sheet, nom=name)))})
    items = tuple(item for _, item in _keep_rows(reading, name, _read_sheet(reading, name, cls)))
    if not reading.faults:
        changed: dict[str, Any] = {name: items}
        for a in check_programme(replace(programme, **changed)):
            if a.collection == name:
                reading.fault(a.message, name, reading.rows.get((name, a.cle)), a.champ)
    if reading.faults:
        raise EntreeInvalide("Ce fichier ne peut pas être repris.", tuple(reading.faults))
    return items


def _keep_rows(reading: _Lecture, name: str, found: list[tuple[int, Any]]) -> list[tuple[int, Any]]:
    reading.rows |= {(name, get_key(name, item)): row for row, item in found}
    return found


def _fill_keys(sheet: Feuille) -> Feuille:
    """The sheet with a key in each row that has a label: ``partage-``, and the label in small letters."""
    heads = sheet.colonnes if "cle" in sheet.colonnes else ("cle", *sheet.colonnes)
    if "libelle" not in heads:
        return sheet
    rows = [row if heads is sheet.colonnes else (None, *row) for row in sheet.lignes]
    at, label = heads.index("cle"), heads.index("libelle")
    return replace(sheet, colonnes=heads, lignes=tuple(_fill_key(row, at, label) for row in rows))


def _fill_key(row: tuple[Cellule, ...], at: int, label: int) -> tuple[Cellule, ...]:
    if row[at] not in (None, "") or row[label] in (None, ""):
        return row
    return (*row[:at], make_key("partage", str(row[label])), *row[at + 1 :])


def make_key(prefix: str, label: str) -> str:
    """A key that reads like a label.

    >>> make_key("partage", "Tiers-lieu de l’Été")
    'partage-tiers-lieu-de-l-ete'
    """
    kept = "-".join(re.findall(r"[a-z0-9]+", plier(label)))
    return f"{prefix}-{kept[:80] or 'sans-nom'}"


def _match_heads(sheet: Feuille) -> Feuille:
    """The sheet with our names for the columns that bear them in other letters."""
    names = {_fold(name): name for name in _list_heads(sheet.nom)}
    heads = tuple(names.get(_fold(head), head) for head in sheet.colonnes)
    return replace(sheet, colonnes=heads)


def _fold(name: str) -> str:
    """Letters, digits and full stops, without case or accents."""
    flat = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in flat if letter.isalnum() or letter == ".")


def _list_heads(name: str) -> tuple[str, ...]:
    """The columns of the sheet of this name; none for a sheet that is not known."""
    collection, _, part = name.partition(".")
    cls = {"schema": Schema, **dict(list_collections())}.get(collection)
    if cls is None or not part:
        return tuple(path for path, _ in list_columns(cls)) if cls else ()
    inner = [champ.type for champ in describe(cls) if champ.nom == part and champ.is_objet]
    return (PARENT, RANG, *(path for kind in inner for path, _ in list_columns(kind)))


def _check_names(reading: _Lecture) -> None:
    known = {"schema", *DERIVEES} | {name for name, _ in list_collections()}
    known |= {
        f"{n}.{c.nom}" for n, cls in list_collections() for c in describe(cls) if c.liste and c.is_objet
    }
    for name, sheet in reading.sheets.items():
        if name not in known and not sheet.masquee:
            reading.fault("feuille inconnue ; corrigez son nom ou supprimez-la", name)


def _check_references(reading: _Lecture, programme: Programme) -> None:
    faults = [
        Faute(a.message, f"feuille {a.collection}", reading.rows.get((a.collection, a.cle)), a.champ)
        for a in check_programme(programme)
    ]
    if faults:
        raise EntreeInvalide("Le classeur se lit, mais le programme ne se tient pas.", tuple(faults))


def _read_collection(reading: _Lecture, name: str, cls: type) -> tuple[Any, ...]:
    items = _read_sheet(reading, name, cls)
    children = {
        champ.nom: _read_children(reading, f"{name}.{champ.nom}", champ)
        for champ in describe(cls)
        if champ.liste and champ.is_objet
    }
    complete = tuple(_attach(reading, name, row, item, children) for row, item in items)
    _check_orphans(reading, name, complete, children)
    return complete


def _read_sheet(reading: _Lecture, name: str, cls: type) -> list[tuple[int, Any]]:
    """(row number, object) of each row that is not blank; lists of objects come later, in ``_attach``."""
    sheet = reading.sheets.get(name)
    if sheet is None:
        return []
    columns = _check_columns(reading, sheet, dict(list_columns(cls)), ())
    found = []
    for number, row in enumerate(sheet.lignes if columns else (), sheet.entete + 1):
        if all(cell in (None, "") for cell in row):
            continue
        cells = dict(zip(sheet.colonnes, row, strict=False))
        item = _read_row(reading, _Place(name, number), cls, cells, columns)
        if item is not None:
            found.append((number, item))
    return found


def _check_columns(
    reading: _Lecture, sheet: Feuille, known: Mapping[str, Champ], extra: tuple[str, ...]
) -> dict[str, Champ]:
    """The columns that can be read; none when one that every row needs is absent, once it is said."""
    _check_heads(reading, sheet, {*known, *extra})
    needed = [path for path, champ in known.items() if champ.is_obligatoire and "." not in path]
    present = set(sheet.colonnes)
    for path in (*extra, *needed):
        if path not in present:
            reading.fault("colonne obligatoire absente", sheet.nom, sheet.entete, path)
    if not {*extra, *needed} <= present:
        reading.unread.add(sheet.nom)
        return {}
    return {path: champ for path, champ in known.items() if path in present}


def _check_heads(reading: _Lecture, sheet: Feuille, known: set[str]) -> None:
    """Each column once, known, and named if it holds anything."""
    for column in dict.fromkeys(sheet.colonnes):
        if column and column not in known:
            reading.fault("colonne inconnue", sheet.nom, sheet.entete, column)
        if column and sheet.colonnes.count(column) > 1:
            reading.fault("colonne présente deux fois", sheet.nom, sheet.entete, column)
    for number, row in enumerate(sheet.lignes, sheet.entete + 1):
        for rank, cell in enumerate(row):
            if cell not in (None, "") and (rank >= len(sheet.colonnes) or not sheet.colonnes[rank]):
                reading.fault(f"« {cell} » est dans la colonne {rank + 1}, sans nom", sheet.nom, number)


def _read_row(
    reading: _Lecture, place: _Place, cls: type, cells: Mapping[str, Cellule], columns: Mapping[str, Champ]
) -> Any:
    before = len(reading.faults)
    values: dict[str, Any] = {}
    for path, champ in columns.items():
        if "." in path and cells.get(path) in (None, ""):
            values[path] = None
            continue
        try:
            values[path] = read_cell(champ, cells.get(path))
        except ValueError as error:
            reading.fault(str(error), place.sheet, place.row, path)
    _check_groups(reading, place, columns, values)
    return None if len(reading.faults) > before else _build(cls, values)


def _check_groups(
    reading: _Lecture, place: _Place, columns: Mapping[str, Champ], values: Mapping[str, Any]
) -> None:
    """A nested object begun must have all its obligatory columns."""
    begun = {path.partition(".")[0] for path, value in values.items() if "." in path and value is not None}
    for path, champ in columns.items():
        group, _, inner = path.partition(".")
        if inner and group in begun and values.get(path) is None and not champ.nullable:
            reading.fault("valeur obligatoire absente", place.sheet, place.row, path)


def _build(cls: type, values: Mapping[str, Any]) -> Any:
    """The object of flat values; a nested object whose columns are all empty is ``None``."""
    own: dict[str, Any] = {}
    for champ in describe(cls):
        if champ.is_objet and not champ.liste:
            inner = {
                path.partition(".")[2]: v for path, v in values.items() if path.startswith(f"{champ.nom}.")
            }
            own[champ.nom] = _build(champ.type, inner) if any(v is not None for v in inner.values()) else None
        elif champ.nom in values and (values[champ.nom] is not None or champ.nullable):
            own[champ.nom] = values[champ.nom]
    return cls(**own)


def read_cell(champ: Champ, cell: Cellule) -> Any:
    """The value of one cell; raises ``ValueError`` in French. A blank is ``None``, or no item for a list."""
    blank = cell is None or cell == ""
    if champ.liste:
        return _read_list(champ, "" if blank else str(cell))
    if blank:
        if not champ.nullable and champ.is_obligatoire:
            raise ValueError("valeur obligatoire absente")
        return None
    return _read_value(champ.type, cell)


def _read_list(champ: Champ, text: str) -> tuple[Any, ...] | None:
    if text == A_CONFIRMER or (not text and champ.nullable):
        if not champ.nullable:
            raise ValueError(f"« {A_CONFIRMER} » n’a pas de sens ici : laissez la cellule vide")
        return None
    if text in ("", AUCUN, VOIR):
        return ()
    return tuple(check_text(unescape_item(line)) for line in text.split("\n"))


def _read_value(base: type, cell: Any) -> Any:
    if base is bool:
        return _read_bool(cell)
    if base is date:
        return cell.date() if isinstance(cell, datetime) else read_date(str(cell))
    if base is int or base is float:
        return _read_number(base, cell)
    text = _write_number(cell) if isinstance(cell, int | float) else str(cell)
    return read_scalar(base, " ".join(text.split())) if issubclass(base, StrEnum) else check_text(text)


def _read_bool(cell: Any) -> bool:
    word = str(cell).strip().casefold()
    if word in OUI_NON:
        return OUI_NON[word]
    raise ValueError(f"« {cell} » : oui ou non attendu")


def _read_number(base: type, cell: Any) -> Any:
    """A number, or the text of one: « 1 234,5 »."""
    bare = re.sub(r"\s", "", cell).replace(",", ".") if isinstance(cell, str) else ""
    if re.fullmatch(r"-?\d+(\.\d+)?", bare):
        cell = float(bare) if "." in bare else int(bare)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if base is int and math.isfinite(cell) and cell == int(cell):
            return read_scalar(int, int(cell))
        if base is int:
            raise ValueError(f"« {cell} » n’est pas un nombre entier")
        return read_scalar(base, cell)
    raise ValueError(f"« {cell} » n’est pas un nombre")


def _write_number(cell: float) -> str:
    """A code typed as a number in a spreadsheet, as text: 593.0 is « 593 »."""
    return str(int(cell)) if cell == int(cell) else str(cell)


def _read_children(reading: _Lecture, name: str, champ: Champ) -> dict[str, list[tuple[float, int, Any]]]:
    """Key of the object → (rank, row, part) of each row of a child sheet."""
    sheet = reading.sheets.get(name)
    if sheet is None:
        return {}
    columns = _check_columns(reading, sheet, dict(list_columns(champ.type)), (PARENT, RANG))
    found: dict[str, list[tuple[float, int, Any]]] = {}
    for number, row in enumerate(sheet.lignes if columns else (), sheet.entete + 1):
        cells = dict(zip(sheet.colonnes, row, strict=False))
        if all(cell in (None, "") for cell in row):
            continue
        rank, parent = cells.get(RANG), cells.get(PARENT)
        if not isinstance(rank, int | float) or parent in (None, ""):
            reading.fault("« objet » (la clé) et « rang » (un nombre) sont obligatoires", name, number)
            continue
        item = _read_row(reading, _Place(name, number), champ.type, cells, columns)
        if item is not None:
            found.setdefault(str(parent), []).append((rank, number, item))
    return found


def _attach(
    reading: _Lecture, name: str, row: int, item: Any, children: Mapping[str, Mapping[str, list[Any]]]
) -> Any:
    key = get_key(name, item)
    reading.rows[name, key] = row
    values = {champ.nom: getattr(item, champ.nom) for champ in describe(type(item))}
    for field_name, parts in children.items():
        rows = sorted(parts.get(key, ()), key=lambda part: part[:2])
        said = _get_cell(reading, name, row, field_name)
        if rows and said in (A_CONFIRMER, AUCUN):
            reading.fault(
                f"« {said} », mais la feuille {name}.{field_name} a des lignes", name, row, field_name
            )
        if said == VOIR and not rows:
            reading.fault(f"la feuille {name}.{field_name} n’a aucune ligne", name, row, field_name)
        if rows:
            values[field_name] = tuple(part for _, _, part in rows)
    return type(item)(**values)


def _get_cell(reading: _Lecture, name: str, row: int, column: str) -> Cellule:
    sheet = reading.sheets[name]
    return dict(zip(sheet.colonnes, sheet.lignes[row - sheet.entete - 1], strict=False)).get(column)


def _check_orphans(
    reading: _Lecture, name: str, items: Sequence[Any], children: Mapping[str, Mapping[str, list[Any]]]
) -> None:
    known = {get_key(name, item) for item in items}
    if name in reading.unread:
        return
    for field_name, parts in children.items():
        for key, rows in parts.items():
            if key not in known:
                reading.fault(
                    f"« {key} » n’est pas dans la feuille {name}", f"{name}.{field_name}", rows[0][1], PARENT
                )
