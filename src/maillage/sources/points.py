"""France Travail agencies, health establishments, stations, conseillers numériques: points."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from maillage.catalogue.plausibilite import get_place_bound
from maillage.sources import controle as ctl
from maillage.sources.cog import single
from maillage.sources.fichiers import FeuilleLue, read_sheet
from maillage.sources.implantations import finish, read_points
from maillage.sources.lieux import (
    get_departement,
    get_departement_of_name,
    get_departement_of_postcode,
    mend_postcodes,
)
from maillage.sources.plausibilite import check_figure, read_bounded

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

FRANCE_TRAVAIL = ("nom", "siret", "adresse", "code_postal", "ville", "departement", "longitude", "latitude")
GARES = ("code_uic", "libelle", "commune", "departement", "longitude", "latitude")
GARES_ACTUELLES = ("nom", "codes_uic", "codeinsee", "position_geographique")
CONSEILLERS = (
    "raison_sociale",
    "siret",
    "insee_com",
    "code_postal_bis",
    "adresse",
    "nb_cnfs",
    "france_services",
    "qpv",
    "zrr",
    "latitude",
    "longitude",
)
SANTE = (
    "id",
    "hospital_name",
    "site_name",
    "lat",
    "lon",
    "geo_qual",
    "street",
    "house_number",
    "postcode",
    "city",
    "cc",
    "country",
    "cap_beds",
    "cap_prac",
    "cap_rooms",
    "emergency",
    "facility_type",
    "public_private",
    "list_specs",
    "tel",
    "email",
    "url",
    "ref_date",
    "pub_date",
    "comments",
)


def open_sheet(paths: tuple[Path, ...], columns: tuple[str, ...]) -> tuple[Path, ctl.Controle, FeuilleLue]:
    """The only file, its checks begun: exactly these columns."""
    path = single(paths)
    feuille = read_sheet(path, columns)
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, columns)
    ctl.check_unknown_columns(controle, feuille, columns)
    return path, controle, feuille


def check_present(controle: ctl.Controle, cells: pl.DataFrame, colonne: str) -> None:
    """No empty cell."""
    controle.add_rows(cells.filter(pl.col(colonne).is_null()), colonne, "cellule vide")


def read_france_travail(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations of type ``france_travail``.

    Raises:
        EntreeInvalide: with every fault.
    """
    path, controle, feuille = open_sheet(paths, FRANCE_TRAVAIL)
    cells = feuille.cells
    check_present(controle, cells, "nom")
    frame = read_points(controle, cells, "longitude", "latitude").select(
        "_ligne", "nom", "lon", "lat", "adresse", "ville",
        code_postal=mend_postcodes(cells["code_postal"]),
        id=pl.format("france_travail:{}", pl.col("_ligne") - 1),
        type=pl.lit("france_travail"),
        departement=pl.col("departement").cast(pl.String).str.zfill(2),
    )  # fmt: skip
    return finish("france_travail", path, frame, controle)


def read_sante(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations of type ``etablissement_sante`` (Eurostat healthcare services); no bed figure is null.

    Raises:
        EntreeInvalide: with every fault.
    """
    path, controle, feuille = open_sheet(paths, SANTE)
    cells = feuille.cells
    ctl.check_unique(controle, cells, "id", "établissement {} en double")
    check_present(controle, cells, "hospital_name")
    beds = read_bounded(controle, cells, "cap_beds", get_place_bound("lits"))
    years = cells["ref_date"].cast(pl.String).str.extract(r"(\d{4})").drop_nulls().unique().sort()
    frame = read_points(controle, cells, "lon", "lat").with_columns(capacite=beds)
    frame = frame.select(
        "_ligne", "lon", "lat", "capacite",
        id=pl.format("etablissements_sante:{}", "id"),
        type=pl.lit("etablissement_sante"),
        nom=pl.coalesce(pl.col("site_name").cast(pl.String), "hospital_name"),
        departement=get_departement_of_postcode(cells["postcode"]),
        categorie=pl.col("facility_type"),
        statut=pl.col("public_private"),
        urgences=pl.col("emergency").cast(pl.String),
        code_postal=mend_postcodes(cells["postcode"]),
        ville=pl.col("city"),
    )  # fmt: skip
    vintage = (
        "-".join(years.to_list()[:1] + years.to_list()[-1:])
        if len(years) > 1
        else (years.to_list() or [None])[0]
    )
    return finish("etablissements_sante", path, frame, controle, vintage)


def read_gares(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations of type ``gare``: passenger stations, in two layouts: the older one (code_uic, commune in
    capitals) and the present one (codes_uic, codeinsee, position_geographique "lat, lon").

    Raises:
        EntreeInvalide: with every fault.
    """
    path = single(paths)
    feuille = read_sheet(path, (*GARES, *GARES_ACTUELLES))
    controle = ctl.Controle(path.name)
    present = "position_geographique" in feuille.entetes
    frame = read_present_stations(controle, feuille) if present else read_older_stations(controle, feuille)
    return finish("gares", path, frame, controle)


def read_older_stations(controle: ctl.Controle, feuille: FeuilleLue) -> pl.DataFrame:
    """Stations of the layout without INSEE codes."""
    ctl.check_columns(controle, feuille, GARES)
    ctl.check_unknown_columns(controle, feuille, GARES)
    cells = feuille.cells
    ctl.check_unique(controle, cells, "code_uic", "gare {} en double")
    check_present(controle, cells, "libelle")
    departement = get_departement_of_name(cells["departement"])
    controle.add_rows(cells.filter(departement.is_null()), "departement", "département inconnu « {} »")
    return read_points(controle, cells, "longitude", "latitude").select(
        "_ligne", "lon", "lat",
        id=pl.format("gare:{}", "code_uic"),
        type=pl.lit("gare"),
        nom=pl.col("libelle"),
        ville=pl.col("commune"),
        departement=departement,
    )  # fmt: skip


def read_present_stations(controle: ctl.Controle, feuille: FeuilleLue) -> pl.DataFrame:
    """Stations of the present layout."""
    ctl.check_columns(controle, feuille, GARES_ACTUELLES)
    cells = feuille.cells
    ctl.check_unique(controle, cells, "codes_uic", "gare {} en double")
    check_present(controle, cells, "nom")
    ctl.check_codes(controle, cells, "codeinsee", optional=True)
    pair = (
        cells["position_geographique"]
        .str.split_exact(",", 1)
        .struct.rename_fields(["lat", "lon"])
        .struct.unnest()
    )
    placed = read_points(controle, cells.with_columns(pair), "lon", "lat")
    return placed.select(
        "_ligne", "lon", "lat", "nom",
        id=pl.format("gare:{}", "codes_uic"),
        type=pl.lit("gare"),
        code_insee=pl.col("codeinsee"),
        departement=get_departement(cells["codeinsee"]),
    )  # fmt: skip


def read_conseillers(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """Implantations of type ``conseiller_numerique``: host organisations; ``capacite``: conseillers.

    Raises:
        EntreeInvalide: with every fault.
    """
    path, controle, feuille = open_sheet(paths, CONSEILLERS)
    cells = feuille.cells.with_columns(pl.col("insee_com", "code_postal_bis").cast(pl.String))
    ctl.check_codes(controle, cells, "insee_com", optional=True)
    posts = ctl.read_count(controle, cells, "nb_cnfs")
    check_figure(controle, cells, "nb_cnfs", posts, get_place_bound("conseillers"))
    name = pl.when(pl.col("raison_sociale") == "0").then(None).otherwise("raison_sociale")
    frame = read_points(controle, cells, "longitude", "latitude").with_columns(posts.cast(pl.Float64))
    place = [
        get_departement(cells["insee_com"]),
        get_departement_of_postcode(cells["code_postal_bis"]).alias("d2"),
    ]
    frame = frame.with_columns(place).select(
        "_ligne", "lon", "lat",
        id=pl.format("conseillers_numeriques:{}", pl.col("_ligne") - 1),
        type=pl.lit("conseiller_numerique"),
        nom=name,
        code_insee=pl.col("insee_com"),
        departement=pl.coalesce("departement", "d2"),
        capacite=pl.col("nb_cnfs"),
        code_postal=mend_postcodes(cells["code_postal_bis"]),
    )  # fmt: skip
    return finish("conseillers_numeriques", path, frame, controle)
