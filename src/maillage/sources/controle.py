"""Checks on text cells: each finds every fault, says its row and column, and answers null where it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.dates import read_period
from maillage.catalogue.emprises import list_boxes
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.marques import is_mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from maillage.sources.fichiers import FeuilleLue

CODE_COMMUNE = r"^(\d{2}|2[AB])\d{3}$"
ABSURD = 1e15  # beyond, a float64 no longer counts one by one
EXEMPLES = 200  # faults listed per check; the count of the others is said


@dataclass
class Controle:
    """Collects the faults of one file; ``refuse`` raises once with all of them.

    ``vides``: its columns that hold nothing, once ``check_columns`` has seen them.
    """

    fichier: str
    fautes: list[Faute] = field(default_factory=list)
    avertissements: list[Faute] = field(default_factory=list)
    vides: tuple[str, ...] = ()

    def refuse(self, message: str | None = None) -> None:
        """Raise when a fault was found.

        Raises:
            EntreeInvalide: with every fault.
        """
        if self.fautes:
            raise EntreeInvalide(message or f"Le fichier {self.fichier} est refusé.", tuple(self.fautes))

    def add(
        self, quoi: str, ligne: int | None = None, colonne: str | None = None, que_faire: str | None = None
    ) -> None:
        """One fault."""
        self.fautes.append(Faute(quoi, self.fichier, ligne, colonne, que_faire))

    def warn(
        self, quoi: str, ligne: int | None = None, colonne: str | None = None, departement: str | None = None
    ) -> None:
        """One flaw set aside."""
        self.avertissements.append(Faute(quoi, self.fichier, ligne, colonne, departement=departement))

    def add_rows(
        self,
        frame: pl.DataFrame,
        colonne: str,
        quoi: str,
        que_faire: str | None = None,
        *,
        fatal: bool = True,
    ) -> None:
        """A fault for each row of ``frame``; ``{}`` in ``quoi`` is the cell's value."""
        report = partial(self.add, que_faire=que_faire) if fatal else self.warn
        for ligne, value in frame.select("_ligne", colonne).head(EXEMPLES).iter_rows():
            report(quoi.format(value), ligne, colonne)
        if frame.height > EXEMPLES:
            report(f"et {frame.height - EXEMPLES} autres lignes de même", None, colonne)


def check_columns(controle: Controle, feuille: FeuilleLue, wanted: Iterable[str]) -> None:
    """Every wanted column is there; raises at once, since nothing else can be read."""
    cells = feuille.cells
    controle.vides = tuple(name for name in cells.columns if cells.height and cells[name].is_null().all())
    for name in wanted:
        if name not in cells.columns:
            controle.add("colonne absente", 1, name)
    if not feuille.cells.height:
        controle.add("aucune ligne sous l'en-tête")
    controle.refuse()


def check_unknown_columns(controle: Controle, feuille: FeuilleLue, known: Iterable[str]) -> None:
    """A column that the format does not hold: another format or another vintage."""
    for name in sorted(set(feuille.entetes) - set(known)):
        controle.add("colonne inconnue", 1, name, "Le fichier est d'un autre format ou d'un autre millésime.")


def read_number(
    controle: Controle, cells: pl.DataFrame, colonne: str, *, minimum: float | None = None
) -> pl.Series:
    """Column as float64: decimal comma or point, thin spaces in thousands; secrets null; text is a fault.

    ``1 234,5 €`` is 1234.5.
    """
    raw = cells[colonne]
    if raw.dtype.is_numeric():
        value = raw.cast(pl.Float64).fill_nan(None)
    else:
        text = raw.cast(pl.String).str.replace_all(r"\s|€", "")
        text = text.set(is_mark(raw), None)
        value = text.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        bad = text.is_not_null() & (value.is_null() | ~value.is_finite().fill_null(value=True))
        controle.add_rows(cells.filter(bad), colonne, "« {} » n'est pas un nombre")
        value = value.set(value.is_finite().fill_null(value=True).not_(), None)
    absurd = (value.abs() > ABSURD).fill_null(value=False)
    controle.add_rows(cells.filter(absurd), colonne, "« {} » est hors de toute mesure")
    value = value.set(absurd, None)
    if minimum is not None:
        controle.add_rows(
            cells.filter((value < minimum).fill_null(value=False)),
            colonne,
            "valeur négative ({})" if minimum == 0 else f"valeur sous {minimum} ({{}})",
        )
    return value.alias(colonne)


def read_count(controle: Controle, cells: pl.DataFrame, colonne: str) -> pl.Series:
    """Column as int64 ≥ 0; a fraction is a fault."""
    value = read_number(controle, cells, colonne, minimum=0)
    fraction = ((value - value.round()).abs() > 1e-9).fill_null(value=False)
    controle.add_rows(cells.filter(fraction), colonne, "« {} » n'est pas un nombre entier")
    return value.round().cast(pl.Int64).alias(colonne)


def read_dates(controle: Controle, cells: pl.DataFrame, colonne: str) -> pl.Series:
    """Years, months or days as ISO text (AAAA, AAAA-MM, AAAA-MM-JJ), written so or in French (31/12/2026).

    Others are faults, null.
    """
    values: list[str | None] = []
    for ligne, text in cells.select("_ligne", colonne).iter_rows():
        try:
            values.append(read_period(text) if text else None)
        except ValueError as error:
            controle.add(f"date illisible : {error}", ligne, colonne)
            values.append(None)
    return pl.Series(colonne, values, pl.String)


def is_code(text: str) -> bool:
    """Whether a text has the form of a commune's INSEE code.

    >>> is_code("2A004"), is_code("5935")
    (True, False)
    """
    return re.fullmatch(CODE_COMMUNE, text) is not None


def check_codes(controle: Controle, cells: pl.DataFrame, colonne: str, *, optional: bool = False) -> None:
    """Five-character INSEE codes of communes; a leading zero lost by a spreadsheet is named."""
    code = cells[colonne].cast(pl.String)
    short = code.str.contains(r"^\d{4}$").fill_null(value=False)
    controle.add_rows(cells.filter(short), colonne, "code « {} » : le zéro initial est perdu")
    bad = ~code.str.contains(CODE_COMMUNE).fill_null(value=optional) & ~short
    controle.add_rows(cells.filter(bad), colonne, "« {} » n'est pas un code de commune (5 caractères)")


def check_unique(
    controle: Controle, cells: pl.DataFrame, colonne: str, quoi: str = "« {} » en double"
) -> None:
    """Each value once; every repetition is named."""
    repeated = cells.filter(cells[colonne].is_not_null() & ~cells[colonne].is_first_distinct())
    controle.add_rows(repeated, colonne, quoi)


def in_france(lon: pl.Series, lat: pl.Series) -> pl.Series:
    """Whether each point falls in a box of France, overseas included; null where unknown."""
    inside = pl.repeat(value=False, n=len(lon), eager=True)
    for box in list_boxes():
        inside = inside | (lon.is_between(box.ouest, box.est) & lat.is_between(box.sud, box.nord))
    return inside.set(lon.is_null() | lat.is_null(), None)


def check_points(
    controle: Controle, cells: pl.DataFrame, lon: pl.Series, lat: pl.Series, colonne: str
) -> None:
    """Points in France; longitude and latitude swapped are said to be so."""
    outside = (~in_france(lon, lat)).fill_null(value=False)
    swapped = outside & in_france(lat, lon).fill_null(value=False)
    marked = cells.with_columns(
        pl.format("{} ; {}", pl.Series("_lon", lon), pl.Series("_lat", lat)).alias(colonne)
    )
    controle.add_rows(marked.filter(swapped), colonne, "longitude et latitude inversées ({})")
    controle.add_rows(marked.filter(outside & ~swapped), colonne, "point hors de France ({})")
