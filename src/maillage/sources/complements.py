"""What partners said of places, line by line, once accepted: ``complements.csv`` (docs/guide/completer.md).

A line says one field of one place, who says it, from what, and when it was checked. Whether it still fits the
lists is found when the tables meet (``atlas.construction.complements``).
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

import polars as pl

from maillage.catalogue.complements import AJOUT, FERME, PREFIXE, list_champs, read_valeur
from maillage.horaires.semaine import is_readable
from maillage.sources import controle as ctl
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.saisies import check_filled, check_types, find_vintage, open_model

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

SOURCE: Final = "complements"
COLONNES: Final = (
    "proposition", "id", "type", "nom", "champ", "valeur", "avant", "source", "lien", "date", "organisme",
)  # fmt: skip
DITES: Final = ("id", "type", "champ", "valeur", "source", "date", "organisme")


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The lines, each value as the catalogue keeps it.

    Raises:
        EntreeInvalide: with every fault: an unknown field, a value that is none, two lines on one field.
    """
    path, controle, cells = open_model(paths, COLONNES)
    check_filled(controle, cells, *DITES)
    check_types(controle, cells.filter(pl.col("id").str.starts_with(PREFIXE)))
    dates = ctl.read_dates(controle, cells, "date")
    values = [read_line(controle, *row) for row in cells.select("_ligne", "champ", "valeur").iter_rows()]
    check_places(controle, cells)
    frame = cells.with_columns(pl.Series("valeur", values, pl.String), dates)
    provenance = build_provenance(SOURCE, path, millesime=find_vintage(dates))
    return (build_table("complements", frame, provenance, controle),)


def read_line(controle: ctl.Controle, ligne: int, champ: str | None, text: str | None) -> str | None:
    """The value of one line; null, and a fault, when its field or itself is none."""
    if champ is None or text is None:
        return None
    if champ not in list_champs():
        close = get_close_matches(champ, list_champs(), n=1)
        known = f"Champs possibles : {', '.join(list_champs())}."
        advice = f"Vouliez-vous dire « {close[0]} » ?" if close else known
        controle.add(f"champ inconnu « {champ} »", ligne, "champ", advice)
        return None
    try:
        return check_valeur(champ, text)
    except ValueError as error:
        controle.add(str(error), ligne, "valeur")
        return None


def check_valeur(champ: str, text: str) -> str:
    """The value as it is kept; a text of hours is one that can be read.

    >>> check_valeur("horaires", "Mo-Fr 09:00-12:00")
    'Mo-Fr 09:00-12:00'

    Raises:
        ValueError: in French, why it is none.
    """
    value = read_valeur(champ, text)
    if list_champs()[champ].sorte == "horaires" and not is_readable(value):
        raise ValueError(f"« {value} » : horaires illisibles ; écrivez Mo-Fr 09:00-12:00,14:00-17:00")
    if list_champs()[champ].sorte == "ajout" and not ctl.is_code(value):
        raise ValueError(f"« {value} » n’est pas un code de commune (5 caractères)")
    return value


def check_places(controle: ctl.Controle, cells: pl.DataFrame) -> None:
    """One line a field of a place; a place to add has its commune, its name and a type of the catalogue."""
    twice = cells.filter(~pl.struct("id", "champ").is_first_distinct())
    controle.add_rows(twice, "champ", "« {} » est dit deux fois du même lieu")
    added = pl.col("id").str.starts_with(PREFIXE)
    named = cells.filter(pl.col("champ") == AJOUT)["id"].implode()
    orphans = cells.filter(added & ~pl.col("id").is_in(named)).unique("id", maintain_order=True)
    controle.add_rows(orphans, "id", "« {} » : un lieu à ajouter sans sa ligne « ajout »")
    wrong = cells.filter(~added & (pl.col("champ") == AJOUT))
    controle.add_rows(wrong, "id", f"« {{}} » : l’identifiant d’un lieu à ajouter commence par {PREFIXE}")
    controle.add_rows(
        cells.filter(added & (pl.col("champ") == FERME)), "id", "« {} » : un lieu à ajouter n’est pas fermé"
    )
    controle.add_rows(cells.filter(added & pl.col("nom").is_null()), "nom", "cellule vide")
