"""A table that a partner proposes: one of the models of the département, read by the atlas's own readers.

``capacites`` and ``lieux`` (``saisies``) and ``complements`` say the same things of places; each becomes
fields of places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maillage.catalogue.complements import AJOUT, FERME, POSITION, list_champs, write_known
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.complements import SOURCE
from maillage.sources.decouverte import recognise
from maillage.sources.fichiers import read_sheet
from maillage.sources.registre import read

if TYPE_CHECKING:
    from pathlib import Path

LISIBLES: Final = ("capacites", "lieux_departement", SOURCE)
LUS: Final = tuple(name for name in list_champs() if name not in {AJOUT, FERME})


@dataclass(frozen=True)
class ChampLu:
    """One field of one place, as a row of a file says it; texts that the file does not give are empty.

    ``ligne``: the row where its place is first named. ``date``: AAAA, AAAA-MM or AAAA-MM-JJ.
    """

    ligne: int
    id: str
    type: str
    nom: str
    code_insee: str
    champ: str
    valeur: str
    date: str
    source: str = ""
    lien: str = ""


@dataclass(frozen=True)
class TableauLu:
    """What a file proposes, field by field, and what its reader set aside."""

    modele: str
    champs: tuple[ChampLu, ...]
    avertissements: tuple[Faute, ...]


def read_tableau(path: Path) -> TableauLu:
    """The fields that a file of one of the three models says.

    Raises:
        EntreeInvalide: none of the three models, or every fault of the file.
    """
    modele = recognise(path)
    if modele not in LISIBLES:
        advice = "Partez d’un modèle : capacités d’un type de lieux, lieux du département, ou compléments."
        raise EntreeInvalide(
            f"Le fichier {path.name} n’est d’aucun modèle connu.",
            (Faute("colonnes non reconnues", path.name, 1, que_faire=advice),),
        )
    (table,) = read(modele, path)
    rows = number_ids(path)
    found = (one for row in table.frame.iter_rows(named=True) for one in split(modele, row, rows))
    return TableauLu(modele, tuple(found), table.avertissements)


def number_ids(path: Path) -> dict[str, int]:
    """Id of a place → the row of the file that names it first."""
    found: dict[str, int] = {}
    cells = read_sheet(path, ("id",)).cells
    for ident, ligne in cells.select("id", "_ligne").drop_nulls().iter_rows():
        found.setdefault(str(ident), int(ligne))
    return found


def split(modele: str, row: Mapping[str, Any], rows: Mapping[str, int]) -> Iterator[ChampLu]:
    """The fields of one row of a table."""
    ident = row["id"]
    named = {name: str(row.get(name) or "") for name in ("type", "nom", "code_insee")}
    when = str(row.get("date" if modele == SOURCE else "maj") or "")
    if modele == SOURCE:
        told = [(row["champ"], row["valeur"])]
        origin = {"source": row["source"] or "", "lien": row["lien"] or ""}
    else:
        told, origin = list_told(row), {}
    for champ, valeur in told:
        yield ChampLu(rows.get(ident, 0), ident, champ=champ, valeur=valeur, date=when, **named, **origin)


def list_told(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a place of the models says; « itinérant » only when it is, since a blank there means no."""
    found = [(champ, write_known(champ, row)) for champ in LUS if champ != POSITION or row.get("lon")]
    kept = [(champ, value) for champ, value in found if value and (champ, value) != ("itinerant", "non")]
    commune = [(AJOUT, str(row["code_insee"]))] if row.get("code_insee") else []
    return commune + kept
