"""Communes: a communal table (one row per commune with its zonings), the INSEE COG file, or the npm JSON.

The INSEE file (v_commune, COG) holds no population, EPCI or coordinates: those columns are null.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from maillage.catalogue.arrondissements import list_arrondissements
from maillage.catalogue.communes import list_mergers
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.plausibilite import get_unit_bound
from maillage.sources import controle as ctl
from maillage.sources.fichiers import read_entries, read_json, read_sheet
from maillage.sources.lecture import build_provenance, build_table
from maillage.sources.lieux import get_departement
from maillage.sources.plausibilite import check_figure
from maillage.sources.schemas import MOUVEMENTS

if TYPE_CHECKING:
    from pathlib import Path

    from maillage.sources.base import Table

TABLE = {
    "code": "code_insee",
    "nom": "nom",
    "arrondissement": "arrondissement",
    "epci": "epci",
    "epci_nom": "epci_nom",
    "CANOV": "canton",
    "BV2022": "bassin_vie",
    "bv2022_nom": "bassin_vie_nom",
    "niveau_densite": "densite_classe",
    "niveau_ruralite": "ruralite",
}
TABLE_AUTRES = ("siren", "population", "ZE2020", "UU2020", "AAV2020", "cheflieu_lon", "cheflieu_lat")
INSEE = {
    "COM": "code_insee",
    "LIBELLE": "nom",
    "DEP": "departement",
    "ARR": "arrondissement",
    "CAN": "canton",
}
INSEE_AUTRES = ("TYPECOM", "REG", "CTCD", "TNCC", "NCC", "NCCENR", "COMPARENT")


def read_communes(paths: tuple[Path, ...], source: str = "cog") -> tuple[Table, ...]:
    """The communes of one communal table.

    Raises:
        EntreeInvalide: with every fault; among them two files at once (mixed vintages).
    """
    path = single(paths)
    feuille = read_sheet(path, [*TABLE, *TABLE_AUTRES])
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, [*TABLE, "population", "cheflieu_lon", "cheflieu_lat"])
    ctl.check_unknown_columns(controle, feuille, [*TABLE, *TABLE_AUTRES])
    cells = feuille.cells
    check_identity(controle, cells, "code")
    frame = cells.select("_ligne", **{new: pl.col(old) for old, new in TABLE.items()}).with_columns(
        population=ctl.read_count(controle, cells, "population"),
        lon=ctl.read_number(controle, cells, "cheflieu_lon"),
        lat=ctl.read_number(controle, cells, "cheflieu_lat"),
        departement=get_departement(cells["code"]),
    )
    ctl.check_points(controle, cells, frame["lon"], frame["lat"], "cheflieu_lon")
    check_retired(controle, cells, "code")
    check_population(controle, cells.with_columns(frame["population"]))
    frame = name_arrondissements(frame)
    frame = repair_names(frame, controle)
    return (build_table("communes", frame, build_provenance(source, path), controle),)


def check_identity(controle: ctl.Controle, cells: pl.DataFrame, code: str) -> None:
    """Well-formed, distinct codes."""
    ctl.check_codes(controle, cells, code)
    ctl.check_unique(controle, cells, code, "commune {} en double")


def check_population(controle: ctl.Controle, cells: pl.DataFrame) -> None:
    """No population, or one larger than any commune's."""
    controle.add_rows(cells.filter(pl.col("population").is_null()), "population", "population absente")
    check_figure(controle, cells, "population", cells["population"], get_unit_bound("habitants"))


def check_retired(controle: ctl.Controle, cells: pl.DataFrame, code: str) -> None:
    """A commune that no longer exists: figures are carried to present communes, the list must hold them."""
    codes = set(cells[code].to_list())
    for fusion in (f for f in list_mergers() if f.ancien in codes):
        (ligne,) = cells.filter(pl.col(code) == fusion.ancien)["_ligne"].head(1).to_list()
        quoi = f"la commune {fusion.ancien} a rejoint {fusion.nouveau} le {fusion.date_effet}"
        advice = "Prenez une liste de communes plus récente : les données y sont ramenées."
        controle.add(quoi, ligne, code, advice)


def repair_names(frame: pl.DataFrame, controle: ctl.Controle) -> pl.DataFrame:
    """A basin's name with a lost character is that of the commune whose code the basin bears."""
    names = dict(frame.select("code_insee", "nom").iter_rows())
    broken = frame.filter(pl.col("bassin_vie_nom").str.contains(r"[?\ufffd]").fill_null(value=False))
    controle.add_rows(broken, "bassin_vie_nom", "nom abîmé « {} », repris du nom de la commune", fatal=False)
    proper = pl.col("bassin_vie").replace_strict(names, default=None, return_dtype=pl.String)
    is_broken = pl.col("bassin_vie_nom").str.contains(r"[?\ufffd]")
    return frame.with_columns(bassin_vie_nom=pl.when(is_broken).then(proper).otherwise("bassin_vie_nom"))


def name_arrondissements(frame: pl.DataFrame) -> pl.DataFrame:
    """Names of arrondissements from the catalogue where known."""
    names = pl.col("arrondissement").replace_strict(
        list_arrondissements(), default=None, return_dtype=pl.String
    )
    return frame.with_columns(arrondissement_nom=names)


def read_insee(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The communes of the INSEE file ``v_commune``: actual communes only (TYPECOM = COM)."""
    path = single(paths)
    feuille = read_sheet(path, [*INSEE, *INSEE_AUTRES])
    controle = ctl.Controle(path.name)
    ctl.check_columns(controle, feuille, [*INSEE, "TYPECOM"])
    ctl.check_unknown_columns(controle, feuille, [*INSEE, *INSEE_AUTRES])
    cells = feuille.cells.filter(pl.col("TYPECOM") == "COM")
    if not cells.height:
        controle.add("aucune commune actuelle (TYPECOM = COM)", colonne="TYPECOM")
    check_identity(controle, cells, "COM")
    frame = cells.select("_ligne", **{new: pl.col(old) for old, new in INSEE.items()})
    frame = name_arrondissements(frame)
    table = build_table("communes", frame, build_provenance("cog_insee", path), controle)
    return (replace(table, noms=list_parts(feuille.cells)),)


def list_parts(cells: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """(Commune, name or code) of its associated and delegated communes and municipal arrondissements."""
    if "COMPARENT" not in cells.columns:
        return ()
    parts = cells.filter(pl.col("COMPARENT").is_not_null())
    named = parts.select("COMPARENT", nom="LIBELLE")
    codes = parts.filter(pl.col("COM") != pl.col("COMPARENT")).select("COMPARENT", nom="COM")
    return tuple(pl.concat([named, codes]).drop_nulls().unique(maintain_order=True).rows())


def read_npm(paths: tuple[Path, ...]) -> tuple[Table, ...]:
    """The communes of the JSON files of npm ``@etalab/decoupage-administratif``.

    ``communes.json`` is required; ``epci.json`` and ``arrondissements.json`` beside it add EPCI and names.
    """
    documents = {kind: path for path in paths if (kind := find_kind(read_json(path)))}
    if "communes" not in documents:
        raise EntreeInvalide("communes.json manque parmi les fichiers du découpage administratif.")
    path = documents["communes"]
    controle = ctl.Controle(path.name)
    feuille = read_sheet(path)
    ctl.check_columns(controle, feuille, ["code", "nom", "type", "departement", "population"])
    cells = feuille.cells.filter(pl.col("type") == "commune-actuelle")
    check_identity(controle, cells, "code")
    arrondissement = (
        pl.col("arrondissement") if "arrondissement" in cells.columns else pl.lit(None, pl.String)
    )
    frame = cells.select(
        "_ligne", "nom", "departement", code_insee="code", arrondissement=arrondissement
    ).with_columns(population=ctl.read_count(controle, cells, "population"))
    check_figure(controle, cells, "population", frame["population"], get_unit_bound("habitants"))
    frame = add_epci(frame, documents.get("epci"))
    frame = add_arrondissement_names(frame, documents.get("arrondissements"))
    provenance = build_provenance("cog_npm", *documents.values())
    former = pl.DataFrame(list_former_codes(read_entries(path, "code")), schema=MOUVEMENTS, orient="row")
    communes = build_table("communes", frame, provenance, controle)
    communes = replace(communes, noms=list_npm_names(read_entries(path, "code")))
    return (communes, build_table("mouvements", former, provenance, controle))


def list_former_codes(records: list[dict[str, Any]]) -> list[tuple[str, str, None, None]]:
    """Codes that present communes had before (``anciensCodes``); the file has neither date nor nature."""
    present = [
        r for r in records if r.get("type") == "commune-actuelle" and isinstance(r.get("anciensCodes"), list)
    ]
    return [(str(old), str(r["code"]), None, None) for r in present for old in r["anciensCodes"]]


def list_npm_names(records: list[dict[str, Any]]) -> tuple[tuple[str, str], ...]:
    """(Commune, name, code or postcode): its parts (``chefLieu``) and its ``codesPostaux``."""
    parts = [(str(r["chefLieu"]), str(r["nom"])) for r in records if r.get("chefLieu") and r.get("nom")]
    posts = [
        (str(r["code"]), str(post))
        for r in records
        if r.get("type") == "commune-actuelle" and isinstance(r.get("codesPostaux"), list)
        for post in r["codesPostaux"]
    ]
    return tuple(dict.fromkeys(parts + posts))


def find_kind(document: object) -> str | None:
    """Which file of the package this is, by the keys of its first object."""
    first = document[0] if isinstance(document, list) and document else None
    if not isinstance(first, dict):
        return None
    if "membres" in first:
        return "epci" if first.get("type") != "EPT" else None
    if "codesPostaux" in first or "rangChefLieu" in first:
        return "communes"
    return "arrondissements" if {"chefLieu", "departement", "region"} <= set(first) else None


def add_epci(frame: pl.DataFrame, path: Path | None) -> pl.DataFrame:
    """EPCI code and name of each commune from the members of ``epci.json``; null without the file."""
    if path is None:
        return frame
    members = [
        (str(member["code"]), str(epci["code"]), str(epci["nom"]))
        for epci in read_entries(path, "code", "nom", "membres")
        for member in list_objects(epci["membres"])
        if member.get("code")
    ]
    table = pl.DataFrame(
        members, schema=dict.fromkeys(("code_insee", "epci", "epci_nom"), pl.String), orient="row"
    )
    return frame.join(
        table.unique("code_insee", keep="first"), on="code_insee", how="left", maintain_order="left"
    )


def list_objects(value: object) -> list[dict[str, Any]]:
    """The objects of a JSON list; nothing when it is not one."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def add_arrondissement_names(frame: pl.DataFrame, path: Path | None) -> pl.DataFrame:
    """Names from ``arrondissements.json``, else from the catalogue."""
    if path is None:
        return name_arrondissements(frame)
    names = {str(a["code"]): str(a["nom"]) for a in read_entries(path, "code", "nom")}
    column = pl.col("arrondissement").replace_strict(names, default=None, return_dtype=pl.String)
    return frame.with_columns(arrondissement_nom=column)


def single(paths: tuple[Path, ...]) -> Path:
    """The only file; several files of one source are mixed vintages."""
    if len(paths) == 1:
        return paths[0]
    fautes = tuple(Faute("fichier de même nature que les autres", path.name) for path in paths)
    message = "Plusieurs fichiers décrivent la même source : les millésimes ne se mélangent pas."
    raise EntreeInvalide(message, fautes)
