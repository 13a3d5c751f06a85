"""A road network as an input of a build: where its roads come from, what stays off them, its copy."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from maillage.atlas.construction.entrees import Entrees
from maillage.atlas.construction.stages import Lot
from maillage.atlas.reseau.osm import FOLDER, ReseauOsm


def add_network(entrees: Entrees, reseau: ReseauOsm | None) -> Entrees:
    """The inputs, with where the roads come from."""
    if reseau is None:
        return entrees
    return replace(entrees, provenances=entrees.provenances | reseau.manifest.sources)


def warn_off_road(durees: Lot) -> list[str]:
    """How many places are off the road, in French."""
    alone = durees.get("sans_route")
    if not isinstance(alone, pl.DataFrame) or not alone.height:
        return []
    carreaux = alone.filter(pl.col("quoi") == "carreau")
    people = round(float(carreaux["population"].sum()))
    who = f"{carreaux.height} carreaux ({people} habitants) et {alone.height - carreaux.height} implantations"
    return [f"{who} trop loin de toute route : aucun temps n'en part ou n'y mène (table sans_route)"]


def copy_network(folder: Path, reseau: ReseauOsm | None) -> dict[str, Any]:
    """The network within the atlas, so that its times can be explained; its entries for the manifest."""
    if reseau is None:
        return {}
    shutil.copytree(reseau.dossier / FOLDER, folder / FOLDER)
    return {name: entry for name, entry in reseau.manifest.tables.items() if name.startswith(f"{FOLDER}/")}
