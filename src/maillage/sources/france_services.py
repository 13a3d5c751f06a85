"""France services (ANCT): one row per structure, 24 columns, hours by day, five formats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.horaires.regles import HoraireIllisible
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.horaires import INCONNU, JOURS, convert_day, convert_week
from maillage.sources.implantations import finish, read_points
from maillage.sources.lieux import mend_postcodes

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

COLONNES = (
    "id_fs", "insee_dep", "lib_fs", "adresse", "complement_adresse", "insee_com", "code_postal", "lib_com",
    "latitude", "longitude", "mail", "telephone", "h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi",
    "h_samedi", "prise_rdv", "commentaire", "type_fs", "format_fs", "groupe_fs", "labellisation_fs",
)  # fmt: skip
FORMATS = {
    "Fixe": "fixe",
    "Fixe_antenne(s)": "fixe_antenne",
    "Multisites": "multisites",
    "Itinérante": "itinerante",
    "Bus_équivalent": "bus",
}
MOBILES = ("itinerante", "bus")
OUI_NON = {"Oui": True, "Non": False}
JOURS_PUBLIES = tuple(day for day in JOURS if day in COLONNES)


def read(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations of type ``france_services``; mobile ones: ``precision = base_mobile``, ``itinerant``.

    After the common columns: ``adresse``, ``code_postal``, ``telephone``, ``mail``, ``h_lundi`` to
    ``h_samedi`` (OSM ranges, ``unknown`` where unreadable), ``rdv``, ``format``, ``antenne``, ``groupe``,
    ``commentaire``, ``label``.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path, COLONNES)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, COLONNES)
    ctl.check_unknown_columns(controle, feuille, COLONNES)
    cells = feuille.cells.with_columns(pl.col("insee_com", "id_fs").cast(pl.String))
    ctl.check_unique(controle, cells, "id_fs", "structure {} en double")
    ctl.check_codes(controle, cells, "insee_com")
    check_values(controle, cells, "format_fs", FORMATS)
    check_values(controle, cells, "prise_rdv", OUI_NON)
    hours = [read_hours(controle, cells, day) for day in JOURS_PUBLIES]
    frame = read_points(controle, cells, "longitude", "latitude").with_columns(hours)
    frame = shape(frame)
    return finish("france_services", path, frame, controle)


def check_values(
    controle: ctl.Controle,
    cells: pl.DataFrame,
    colonne: str,
    known: dict[str, object] | dict[str, str] | dict[str, bool],
) -> None:
    """Only the published values; null passes."""
    unknown = cells.filter(pl.col(colonne).is_not_null() & ~pl.col(colonne).is_in(list(known)))
    controle.add_rows(unknown, colonne, "valeur inconnue « {} »")


def read_hours(controle: ctl.Controle, cells: pl.DataFrame, colonne: str) -> pl.Series:
    """A day's column as OSM ranges; an unreadable day is unknown, not closed, with a warning."""
    values: list[str | None] = []
    for ligne, text in cells.select("_ligne", colonne).iter_rows():
        try:
            values.append(convert_day(text))
        except HoraireIllisible:
            controle.warn(f"horaire illisible « {text} », laissé inconnu", ligne, colonne)
            values.append(INCONNU)
    return pl.Series(colonne, values, pl.String)


def shape(frame: pl.DataFrame) -> pl.DataFrame:
    """The common columns, then what France services publish besides."""
    weeks = [convert_week(days) for days in frame.select(JOURS_PUBLIES).iter_rows(named=True)]
    formats = pl.col("format_fs").replace_strict(FORMATS, default=None)
    mobile = formats.is_in(MOBILES)
    return frame.select(
        "_ligne",
        "lon",
        "lat",
        *JOURS_PUBLIES,
        "adresse",
        "telephone",
        "mail",
        "commentaire",
        id=pl.format("france_services:{}", "id_fs"),
        type=pl.lit("france_services"),
        nom=pl.col("lib_fs"),
        code_postal=mend_postcodes(frame["code_postal"]),
        code_insee=pl.col("insee_com"),
        departement=pl.col("insee_dep").cast(pl.String).str.zfill(2),
        horaires=pl.Series(weeks, dtype=pl.String),
        itinerant=mobile,
        precision=pl.when(mobile).then(pl.lit("base_mobile")).otherwise(pl.lit("adresse")),
        rdv=pl.col("prise_rdv").replace_strict(OUI_NON, default=None, return_dtype=pl.Boolean),
        format=formats,
        antenne=pl.col("type_fs") == "Antenne",
        groupe=pl.col("groupe_fs"),
        label=pl.col("labellisation_fs"),
    )
