"""ARCEP's open files by commune: premises by technology, and mobile sites by operator.

« Ma connexion internet », statistics by commune and technology (``commune_techno.csv``), described field by
field at https://github.com/ARCEP-dev/data.arcep.fr (``fixe/statistiques.html``). « Mon réseau mobile », list
of the sites opened by operators (``<quarter>_sites_Metropole.csv``), of data.arcep.fr/mobile/sites. The maps
of coverage by operator are polygons of several hundred megabytes each, which are not read: an antenna in a
commune says nothing of who receives it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from maillage.catalogue.plausibilite import get_unit_bound
from maillage.catalogue.statistiques import list_columns
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import read_sheet
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.plausibilite import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

FIXE, MOBILE = "arcep_fixe", "arcep_mobile"
TOUS: Final = "all"
"""The rows of all premises, beside those of dwellings (``log``) and of professional ones (``loc``)."""
SITES: Final = ("code_op", "nom_op", "num_site", "insee_com", "site_4g")
OPERATEURS: Final = {
    "20801": "antennes_4g_orange",
    "20810": "antennes_4g_sfr",
    "20815": "antennes_4g_free",
    "20820": "antennes_4g_bouygues",
}


def read_fixed(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Premises of each commune, and how many of them fibre, cable and copper can reach.

    Raises:
        EntreeInvalide: with every fault; more premises reached than premises is one.
    """
    path = single(paths)
    columns = {c.colonne: c for c in list_columns(FIXE)}
    wanted = ["code_insee", "type", "date", *columns]
    feuille = read_sheet(path, wanted)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, wanted)
    cells = feuille.cells.filter(pl.col("type") == TOUS)
    if not cells.height:
        controle.add("aucune ligne « all » (tous les locaux)", None, "type")
        controle.refuse()
    ctl.check_codes(controle, cells, "code_insee")
    ctl.check_unique(controle, cells, "code_insee", "commune {} en double")
    dates = ctl.read_dates(controle, cells, "date")
    figures = {
        c.id: read_bounded(controle, cells, name, get_unit_bound(c.unite)).alias(c.id)
        for name, c in columns.items()
    }
    for name, c in columns.items():
        beyond = (figures[c.id] > figures["locaux"]).fill_null(value=False)
        controle.add_rows(cells.filter(beyond), name, "plus de locaux éligibles que de locaux ({})")
    controle.refuse()
    frame = pl.DataFrame([cells["code_insee"], *figures.values()])
    newest = dates.drop_nulls().cast(pl.String).max()
    year = str(newest)[:4] if newest is not None else None
    provenance = build_provenance(FIXE, path, millesime=year)
    units = {c.id: c.unite for c in columns.values()}
    vintages = dict.fromkeys(units, provenance.millesime)
    return (build_table("statistiques", frame, provenance, controle, unites=units, millesimes=vintages),)


def read_mobile(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Sites with 4G of each commune: all, by operator, and how many operators have one there.

    A site that several operators share counts once for each. The list is whole: ``recense``.

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path, SITES)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, SITES)
    cells = feuille.cells.with_columns(pl.col("code_op", "insee_com").cast(pl.String))
    nowhere = cells.filter(pl.col("insee_com").is_null())
    controle.add_rows(nowhere, "num_site", "site « {} » sans commune, laissé de côté", fatal=False)
    cells = cells.drop_nulls("insee_com")
    ctl.check_codes(controle, cells, "insee_com")
    has_4g = ctl.read_number(controle, cells, "site_4g", minimum=0)
    odd = (has_4g > 1).fill_null(value=False)
    controle.add_rows(cells.filter(odd), "site_4g", "« {} » : 0 ou 1 attendu")
    controle.refuse()
    sites = cells.select("code_op", code_insee="insee_com").with_columns(quatre=has_4g.fill_null(0) == 1)
    units = {c.id: c.unite for c in list_columns(MOBILE)}
    counted = sites.group_by("code_insee").agg(
        antennes_4g=pl.col("quatre").sum(),
        operateurs_4g=pl.col("code_op").filter("quatre").n_unique(),
        **{name: (pl.col("quatre") & (pl.col("code_op") == code)).sum() for code, name in OPERATEURS.items()},
    )
    frame = counted.sort("code_insee").select(
        "code_insee", *(pl.col(name).cast(pl.Float64) for name in units)
    )
    provenance = build_provenance(MOBILE, path)
    vintages = dict.fromkeys(units, provenance.millesime)
    table = build_table("statistiques", frame, provenance, controle, unites=units, millesimes=vintages)
    return (replace(table, recense=True),)
