"""Which reader reads which format, and which format a file is of, by its content."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from maillage.catalogue.annuaire import list_formats
from maillage.catalogue.departements import check_departement
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.annuaire import data_inclusion, dila, mediation_numerique, reseaux, soliguide, tableur
from maillage.sources.annuaire.lignes import ENVELOPPES, is_json
from maillage.sources.annuaire.recueil import Communes, LectureAnnuaire, Recueil
from maillage.sources.annuaire.reseaux import COLONNES_CLES
from maillage.sources.annuaire.tableur import CorrespondanceTableau
from maillage.sources.fichiers import fold, read_head, read_json, read_sheet

Lecteur = Callable[[Path, Recueil], None]
LECTEURS: Final[Mapping[str, Lecteur]] = {
    "data_inclusion": data_inclusion.read,
    "dila": dila.read,
    "soliguide": soliguide.read,
    "mediation_numerique": mediation_numerique.read,
    "france_services": reseaux.read_france_services,
    "france_travail": reseaux.read_france_travail,
    "conseillers_numeriques": reseaux.read_conseillers,
    "tableur": tableur.read,
}
# The fields by which each format's records are known, in this order.
CLES: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("soliguide", frozenset({"lieu_id"})),
    ("dila", frozenset({"pivot", "plage_ouverture"})),
    ("dila", frozenset({"pivot", "adresse", "site_internet"})),
    *((name, frozenset(keys)) for name, keys in COLONNES_CLES.items()),
    ("data_inclusion", frozenset({"structure_id", "source", "id"})),
    ("mediation_numerique", frozenset({"nom", "services", "pivot"})),
    ("mediation_numerique", frozenset({"nom", "services", "code_postal"})),
    ("data_inclusion", frozenset({"source", "id", "nom", "date_maj"})),
    ("data_inclusion", frozenset({"service", "distance"})),
    ("tableur", frozenset({"structure.nom"})),
)


def read(
    path: Path,
    format_: str | None = None,
    *,
    departement: str | None = None,
    communes: Communes | None = None,
    correspondance: CorrespondanceTableau | None = None,
) -> LectureAnnuaire:
    """What a file of a directory holds; ``format_`` null, recognised by its content.

    ``departement``: the only one kept. ``communes``: names of communes, to tie records that have no code.

    Raises:
        EntreeInvalide: the file cannot be opened, is of no known format, or is cut.
    """
    kept = check_departement(departement) if departement is not None else None
    found = format_ or ("tableur" if correspondance else recognise(path))
    if found not in LECTEURS:
        known = ", ".join(list_formats())
        raise EntreeInvalide(f"Le format « {found} » n’est pas connu (formats : {known}).")
    recueil = Recueil(path, found, kept, communes or {})
    reader = LECTEURS[found]
    if found == "tableur":
        reader = partial(tableur.read, correspondance=correspondance)
    reader(path, recueil)
    return recueil.finish()


def recognise(path: Path) -> str:
    """The format of a file, by what its records hold.

    Raises:
        EntreeInvalide: none that is known.
    """
    names = list_names(path)
    folded = {fold(name) for name in names}
    for found, keys in CLES:
        if {fold(key) for key in keys} <= folded:
            return found
    told = ", ".join(sorted(names)[:12]) or "rien"
    fault = Faute(
        f"champs trouvés : {told}", path.name, que_faire="Dites le format (--format), ou une correspondance."
    )
    raise EntreeInvalide(f"Le format de {path.name} n’est pas reconnu.", (fault,))


def list_names(path: Path) -> set[str]:
    """The names of fields or columns that a file holds."""
    if is_json(path):
        return name_json(read_json(path))
    head = read_head(path)
    if head.startswith(b"PAR1"):
        try:
            return set(pl.read_parquet_schema(path))
        except pl.exceptions.PolarsError:
            return set()
    if head.startswith(b"PK") and is_export(path):
        return {"structure_id", "source", "id"}
    return set(read_sheet(path).entetes)


def is_export(path: Path) -> bool:
    """Whether a ZIP is an archive of JSON and Parquet files, and no workbook."""
    try:
        with zipfile.ZipFile(path) as box:
            names = box.namelist()
    except (zipfile.BadZipFile, OSError):
        return False
    workbook = {"content.xml", "xl/workbook.xml"} & set(names)
    return not workbook and any(name.lower().endswith(data_inclusion.MEMBRES) for name in names)


def name_json(document: Any) -> set[str]:
    """The names of the fields of a document's first records."""
    if isinstance(document, Mapping):
        if {"structures", "services"} & document.keys():
            return {"structure_id", "source", "id"}
        document = next((document[key] for key in ENVELOPPES if isinstance(document.get(key), list)), [])
    if not isinstance(document, list):
        return set()
    names: set[str] = set()
    for entry in document[:50]:
        if isinstance(entry, Mapping):
            inner = entry.get("fields")
            names |= {str(key) for key in (inner if isinstance(inner, Mapping) else entry)}
    return names
