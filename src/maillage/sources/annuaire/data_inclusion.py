"""data·inclusion v1: JSON ({structures, services}, a list, a page of the API), Parquet, or a ZIP of them.

Fields: https://gip-inclusion.github.io/data-inclusion-schema/latest/ ; our own export adds ``complements``.
``eprouve``: no: read against the national library and files made by our tests, never a published export.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from maillage.annuaire.fiche import Complement
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import read_limit
from maillage.sources.annuaire.recueil import Recueil
from maillage.sources.fichiers import COUPE, read_json
from maillage.sources.parquet import refuse_swollen

MEMBRES: Final = (".json", ".parquet")


def read(path: Path, recueil: Recueil) -> None:
    """Every structure, then every prestation, then the complements of the file."""
    lists = gather(path)
    for ligne, told in enumerate(lists["structures"], 1):
        if is_record(told, ligne, recueil):
            recueil.add_structure(told, ligne)
    for ligne, told in enumerate(lists["services"], 1):
        if is_record(told, ligne, recueil):
            more = {} if told.get("structure_id") in recueil.structures else {"incertain": (SEULE,)}
            recueil.add_prestation(told, ligne, **(more if not lists["complements"] else {}))
    if lists["complements"]:
        recueil.complements.clear()  # what the file says of its records is all that is known of them
    for ligne, told in enumerate(lists["complements"], 1):
        if is_record(told, ligne, recueil):
            read_complement(told, ligne, recueil)


SEULE: Final = "La structure de cette prestation n’est pas dans le fichier."


def is_record(told: object, ligne: int, recueil: Recueil) -> bool:
    """Whether an entry is an object; said otherwise."""
    if not isinstance(told, Mapping):
        recueil.fail("une fiche est attendue, et non autre chose", ligne)
    return isinstance(told, Mapping)


def read_complement(told: Mapping[str, Any], ligne: int, recueil: Recueil) -> None:
    """A complement of our own export; one of no record of the file is refused."""
    try:
        found = Complement.read(told)
    except (KeyError, TypeError, ValueError) as error:
        recueil.fail(f"complément illisible : {error}", ligne, "complements")
        return
    if found.id not in recueil.structures.keys() | recueil.prestations.keys():
        if found.id not in recueil.eloignees:
            recueil.fail(f"ce complément « {found.id} » n’est celui d’aucune fiche", ligne, "complements")
        return
    recueil.complements[found.id] = found


def gather(path: Path) -> dict[str, list[Any]]:
    """The lists of a file, whatever its form.

    Raises:
        EntreeInvalide: none of these forms.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
    if head == b"PAR1":
        return sort(read_rows(path))
    if head.startswith(b"PK"):
        return gather_zip(path)
    return split(read_json(path), path.name)


def gather_zip(path: Path) -> dict[str, list[Any]]:
    """The lists of every JSON and Parquet file of an archive."""
    lists: dict[str, list[Any]] = {"structures": [], "services": [], "complements": []}
    try:
        with zipfile.ZipFile(path) as box, tempfile.TemporaryDirectory() as folder:
            members = [one for one in box.infolist() if one.filename.lower().endswith(MEMBRES)]
            if (
                not members
                or sum(one.file_size for one in members) > read_limit("classeur", "ouvert_octets") * 4
            ):
                raise EntreeInvalide(
                    f"L’archive {path.name} ne peut être lue.",
                    (Faute("aucun fichier JSON ou Parquet, ou des fichiers démesurés", path.name),),
                )
            for rank, member in enumerate(members):
                target = Path(folder) / f"{rank}{Path(member.filename).suffix}"
                target.write_bytes(box.read(member))
                for name, found in gather(target).items():
                    lists[name].extend(found)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError) as error:
        fault = Faute("archive abîmée ou coupée", path.name, que_faire=COUPE)
        raise EntreeInvalide(f"L’archive {path.name} ne peut être lue.", (fault,)) from error
    return lists


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a Parquet file, lists kept."""
    try:
        refuse_swollen(path, list(pl.read_parquet_schema(path)))
        return pl.read_parquet(path).to_dicts()
    except pl.exceptions.PolarsError as error:
        fault = Faute(str(error).splitlines()[0], path.name, que_faire=COUPE)
        raise EntreeInvalide(
            f"Le fichier {path.name} n’est pas un fichier Parquet complet.", (fault,)
        ) from error


def split(document: Any, fichier: str) -> dict[str, list[Any]]:
    """The lists of a JSON document."""
    if isinstance(document, Mapping) and ("structures" in document or "services" in document):
        named = {name: document.get(name) or [] for name in ("structures", "services", "complements")}
        wrong = [name for name, value in named.items() if not isinstance(value, list)]
        if wrong:
            fault = Faute(f"« {wrong[0]} » n’est pas une liste", fichier)
            raise EntreeInvalide(f"Le fichier {fichier} est mal formé.", (fault,))
        return named
    if isinstance(document, Mapping) and isinstance(document.get("items"), list):
        document = document["items"]
    if isinstance(document, list):
        return sort(document)
    fault = Faute("ni « structures » ni « services »", fichier)
    raise EntreeInvalide(f"Le fichier {fichier} n’est pas un export de data·inclusion.", (fault,))


def sort(entries: list[Any]) -> dict[str, list[Any]]:
    """Structures and services of one list: a service names its structure; the API nests one in the other."""
    lists: dict[str, list[Any]] = {"structures": [], "services": [], "complements": []}
    nested: dict[object, Any] = {}
    for entry in unwrap(entries):
        if isinstance(entry, Mapping) and "structure_id" in entry:
            lists["services"].append(entry)
            if isinstance(inner := entry.get("structure"), Mapping):
                nested[inner.get("id")] = inner
        else:
            lists["structures"].append(entry)
    lists["structures"].extend(nested.values())
    return lists


def unwrap(entries: list[Any]) -> Iterator[Any]:
    """Entries of a search of the API are services beside their distance."""
    for entry in entries:
        inner = entry.get("service") if isinstance(entry, Mapping) else None
        yield inner if isinstance(inner, Mapping) else entry
