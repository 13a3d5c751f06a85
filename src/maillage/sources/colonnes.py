"""What the columns of a file mean, told once and kept beside it: ``communes.geojson.colonnes.toml``.

The file holds one table, wanted name → the name in the data: ``[colonnes]``, ``code = "id"``. Recognition and
reading both see the data under the wanted names; the data themselves are never changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute

SUFFIXE: Final = ".colonnes.toml"
EXEMPLE: Final = "Écrivez par exemple : code=id,nom=name."


def find_note(path: Path) -> Path:
    """Where what is told of a file stands."""
    return path.with_name(path.name + SUFFIXE)


def list_notes(paths: Iterable[Path]) -> tuple[Path, ...]:
    """What is told of these files: part of what is read."""
    return tuple(note for path in paths if (note := find_note(path)).is_file())


def read_told(path: Path) -> dict[str, str]:
    """Name in the data → wanted name, of one file; nothing when nothing was told.

    Raises:
        EntreeInvalide: the note is not one table of texts, or tells a column twice.
    """
    note = find_note(path)
    if not note.is_file():
        return {}
    try:
        table = tomllib.loads(note.read_text("utf-8")).get("colonnes")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise EntreeInvalide(f"Le fichier {note.name} ne peut être lu : {error}.") from error
    if not isinstance(table, dict) or not all(isinstance(own, str) for own in table.values()):
        advice = 'Il contient [colonnes], puis par exemple : code = "id".'
        faute = Faute("aucune table de noms", note.name, que_faire=advice)
        raise EntreeInvalide(f"Le fichier {note.name} ne dit pas les colonnes.", (faute,))
    told = {own: wanted for wanted, own in table.items()}
    if len(told) < len(table):
        raise EntreeInvalide(f"Le fichier {note.name} dit deux fois une même colonne.")
    return told


def check_told(told: Mapping[str, str], columns: Iterable[str], path: Path) -> None:
    """Refuse a note that names a column the file has not, or gives a name that another column bears.

    Raises:
        EntreeInvalide: with every fault.
    """
    held = list(columns)
    faults = [
        Faute(f"« {own} » n’est pas une de ses colonnes ({', '.join(held)})", path.name)
        for own in told
        if own not in held
    ]
    faults += [
        Faute(f"une autre colonne s’appelle déjà « {wanted} »", path.name)
        for own, wanted in told.items()
        if wanted in held and wanted not in told
    ]
    if faults:
        raise EntreeInvalide(f"Ce qui est dit des colonnes de {path.name} ne lui va pas.", tuple(faults))


def give_names(told: Mapping[str, str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties under the wanted names.

    >>> give_names({"id": "code"}, {"id": "38185", "name": "Grenoble"})
    {'code': '38185', 'name': 'Grenoble'}
    """
    return {told.get(name, name): value for name, value in properties.items()}


def parse_told(text: str) -> dict[str, str]:
    """Name in the data → wanted name, of what a person types.

    >>> parse_told("code=id, nom=name")
    {'id': 'code', 'name': 'nom'}

    Raises:
        EntreeInvalide: a part that is not « wanted=own », or a name twice.
    """
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    wrong = any(not sign or not wanted.strip() or not own.strip() for wanted, sign, own in pairs)
    told = {own.strip(): wanted.strip() for wanted, _, own in pairs}
    if not pairs or wrong or len(told) < len(pairs) or len({*told.values()}) < len(pairs):
        raise EntreeInvalide(f"« {text} » ne dit pas des colonnes. {EXEMPLE}")
    return told


def write_told(path: Path, told: Mapping[str, str]) -> Path:
    """Keep what is told beside the file; the note.

    Raises:
        EntreeInvalide: the folder cannot be written in.
    """
    import json  # noqa: PLC0415 - TOML strings are JSON strings

    note = find_note(path)
    lines = [f"{json.dumps(wanted)} = {json.dumps(own, ensure_ascii=False)}" for own, wanted in told.items()]
    text = "\n".join([f"# Le sens des colonnes de {path.name}.", "[colonnes]", *lines, ""])
    try:
        note.write_text(text, "utf-8")
    except OSError as error:
        advice = "Copiez les données dans un dossier où vous pouvez écrire."
        faute = Faute(error.strerror or str(error), note.name, que_faire=advice)
        raise EntreeInvalide("Ce qui est dit ne peut être gardé.", (faute,)) from error
    return note
