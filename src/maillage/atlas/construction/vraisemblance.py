"""Figures that only the people of their commune show to be mistakes: refused before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.plausibilite import (
    ParHabitant,
    get_type_bound,
    list_rates,
    read_facility_rate,
    read_hall_bound,
)
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types
from maillage.francais import nombre
from maillage.sources.base import Table

EXEMPLES: Final = 200  # faults said; the number of the others is said
POINT: Final = "Vérifiez ses coordonnées, ou videz-les : elles seront inconnues."
VERIFIER: Final = "Vérifiez le chiffre et le code de la commune dans ce fichier."


def refuse_implausible(communes: pl.DataFrame, tables: Iterable[Table]) -> None:
    """Raise when a commune would hold more than its people allow.

    ``communes``: ``code_insee, population`` (null: nothing is said of it).

    Raises:
        EntreeInvalide: with every such figure: commune, value, people, bound.
    """
    people = communes.select("code_insee", "population").drop_nulls().unique("code_insee")
    fautes = [faute for table in tables for faute in find_excess(table, people)]
    if fautes:
        more = len(fautes) - EXEMPLES
        others = (Faute(f"et {more} autres de même"),) if more > 0 else ()
        raise EntreeInvalide("Des chiffres sont invraisemblables.", (*fautes[:EXEMPLES], *others))


def refuse_far_halls(communes: pl.DataFrame, contours: pl.DataFrame, fichier: str) -> None:
    """Raise when a town hall is far from its own outline: a row slipped, a point of another place.

    ``communes``: ``code_insee, lon, lat`` (degrees or null); ``contours``: ``code_insee, wkb``, in WGS 84.

    Raises:
        EntreeInvalide: with every such commune, and how far.
    """
    held = communes.drop_nulls(["lon", "lat"]).join(contours, on="code_insee").sort("code_insee")
    lon, lat = held["lon"].to_numpy(), held["lat"].to_numpy()
    outlines, halls = shapely.from_wkb(held["wkb"].to_list()), shapely.points(lon, lat)
    near = shapely.get_coordinates(shapely.shortest_line(halls, outlines)).reshape(-1, 2, 2)[:, 1]
    km = DEGREE_M / 1000 * np.hypot((near[:, 0] - lon) * np.cos(np.radians(lat)), near[:, 1] - lat)
    limites = read_hall_bound()
    fautes = tuple(
        Faute(
            f"commune {code} : son chef-lieu est à {nombre(far)} km de son contour",
            fichier,
            None,
            None,
            POINT,
        )
        for code, far in zip(held["code_insee"], km, strict=True)
        if far > limites.maximum
    )
    if fautes:
        raise EntreeInvalide("Des chefs-lieux sont loin de leur commune.", fautes[:EXEMPLES])


def find_excess(table: Table, people: pl.DataFrame) -> list[Faute]:
    """The figures of one table that are beyond their bound."""
    if table.nature == "statistiques":
        long = list_counted(table)
    elif table.nature in {"offre_commune", "implantations"}:
        long = count_facilities(table)
    else:
        return []
    allowed = pl.min_horizontal("absolu", pl.col("plancher") + pl.col("taux") * pl.col("population"))
    held = long.join(people, on="code_insee").with_columns(borne=allowed)
    beyond = held.filter(pl.col("valeur") > pl.col("borne")).sort("code_insee", "nom")
    return [tell(row, table.provenance.fichier) for row in beyond.iter_rows(named=True)]


def tell(row: dict[str, Any], fichier: str) -> Faute:
    """One figure in words."""
    people = f"{nombre(row['valeur'])} pour {nombre(row['population'])} habitants"
    quoi = f"commune {row['code_insee']}, « {row['nom']} » : {people}, invraisemblable"
    return Faute(f"{quoi} ({nombre(row['borne'])} au plus)", fichier, que_faire=VERIFIER)


def count_facilities(table: Table) -> pl.DataFrame:
    """``code_insee, valeur, nom, absolu, plancher, taux``: the facilities of each type in each commune."""
    column = "nombre" if table.nature == "offre_commune" else "effectif"
    held = table.frame.drop_nulls("code_insee").group_by("code_insee", id="type")
    counted = held.agg(valeur=pl.col(column).sum().cast(pl.Float64))
    known, rate = list_types(), read_facility_rate()
    rules = [
        (name, known[name].libelle_pluriel if name in known else name, get_type_bound(name).maximum, rate)
        for name in counted["id"].unique()
    ]
    return judge(counted, rules)


def list_counted(table: Table) -> pl.DataFrame:
    """Same columns for the statistics that count people or households."""
    rates, known = list_rates(), list_statistics()
    told = {name: unit for name, unit in table.unites.items() if unit in rates}
    figures = table.frame.select("code_insee", *(pl.col(name).cast(pl.Float64) for name in told))
    long = figures.unpivot(index="code_insee", variable_name="id", value_name="valeur")
    labels = {name: known[name].libelle if name in known else name.replace("_", " ") for name in told}
    return judge(long, [(name, labels[name], float("inf"), rates[unit]) for name, unit in told.items()])


def judge(long: pl.DataFrame, rules: list[tuple[str, str, float, ParHabitant]]) -> pl.DataFrame:
    """The figures (``code_insee, id, valeur``) beside the rule of each."""
    rows = [(name, nom, absolu, taux.plancher, taux.par_habitant) for name, nom, absolu, taux in rules]
    schema = {"id": pl.String, "nom": pl.String, **dict.fromkeys(("absolu", "plancher", "taux"), pl.Float64)}
    return long.join(pl.DataFrame(rows, schema=schema, orient="row"), on="id")
