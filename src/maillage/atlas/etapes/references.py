"""The stage ``references``: the same figures for the region, the départements of like density, the country.

A reference is summed only from a file that holds the larger territory whole; otherwise the row says, by its
``source`` and without value, which file would give it. Nothing is carried over from the département. Sums are
exactly rounded (``fsum``): a set of départements comes in no order, and the bytes do not depend on one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any, Final

import polars as pl

from maillage.atlas.construction.stages import Lot, frame_of
from maillage.catalogue.constantes import MOYENNES
from maillage.catalogue.departements import EchelleDeReference, list_all, list_scales, population_year
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.statistiques import list_statistics
from maillage.diagnostic.millesimes import is_old, years_of

REFERENCES: Final = {
    "indicateur": pl.String,
    "echelle": pl.String,
    "code": pl.String,
    "nom": pl.String,
    "valeur": pl.Float64,
    "millesime": pl.String,
    "source": pl.String,
}
CATALOGUE: Final = "departements"
"""The source of what the catalogue says of départements (``references.toml``)."""
TEMPS: Final = "temps_acces_departements"
FRANCE: Final = "FR"
Ligne = tuple[str, str, str, str, float | None, str, str]


@dataclass(frozen=True)
class Populations:
    """People by département and their year; of the communes' own list where it is national."""

    habitants: Mapping[str, float]
    millesime: str
    source: str

    def of(self, scale: EchelleDeReference) -> float:
        """The people of a scale."""
        return fsum(self.habitants[code] for code in scale.departements)


def make_references(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The table ``references``: the indicators of the département that larger territories have too."""
    entrees, offre = lots["entrees"], lots["offre"]
    index = frame_of(lots["indicateurs"], "index").filter(pl.col("niveau") == "departement")
    asked = set(index["indicateur"])
    scales = list_scales(parametres["departement"])
    people = read_populations(frame_of(entrees, "populations_departements"), parametres["natures"])
    rows = [
        *count_services(entrees, offre, scales, people),
        *average(frame_of(entrees, "statistiques_departements"), parametres["colonnes"], scales, people),
        *repeat_times(frame_of(entrees, "temps_publies"), parametres, scales, people),
        *describe_people(scales, people),
    ]
    kept = [row for row in rows if row[0] in asked]
    table = pl.DataFrame(kept, schema=REFERENCES, orient="row")
    return {"references": table.sort("indicateur", "echelle", "code")}


def read_populations(known: pl.DataFrame, natures: Mapping[str, tuple[str, str]]) -> Populations:
    """The communes' own populations where they hold every département, else the catalogue's."""
    whole = known.filter(pl.col("inconnues") == 0)
    if set(list_all()) <= set(whole["departement"]):
        source, millesime = natures["communes"]
        return Populations(dict(whole.select("departement", "population").iter_rows()), millesime, source)
    return Populations({code: d.population for code, d in list_all().items()}, population_year(), CATALOGUE)


def is_national(departements: set[str]) -> bool:
    """Whether a file that holds these départements is of the whole country.

    Σ population of the metropolitan ones ≥ ``fichier_national.part`` of all: a rare service lacks in some.
    """
    metropole = {code: d.population for code, d in list_all().items() if d.metropolitain}
    held = sum(people for code, people in metropole.items() if code in departements)
    part: float = read_toml("references.toml")["fichier_national"]["part"]
    return held >= part * sum(metropole.values())


def count_services(
    entrees: Lot, offre: Lot, scales: tuple[EchelleDeReference, ...], people: Populations
) -> Iterator[Ligne]:
    """``nombre_<type>``, ``taux_<type>_10000`` of the inventory of each type, and all facilities together."""
    points = frame_of(entrees, "implantations").drop_nulls("departement")
    keys = ["departement", "type", "source", "millesime"]
    counts = pl.concat(
        [
            points.group_by(keys).agg(nombre=pl.col("effectif").sum()),
            frame_of(entrees, "offre_departements").select(*keys, "nombre"),
        ]
    )
    for name, source, year in frame_of(offre, "choix").select("type", "source", "millesime").iter_rows():
        sums = sum_national(counts, source, year, name)
        yield from say_counts(f"nombre_{name}", f"taux_{name}_10000", sums, (source, year), scales, people)
    for source, year in frame_of(offre, "totaux").select("source", "millesime").unique().rows():
        sums, origin = sum_national(counts, source, year), (source, year)
        yield from say_counts("nombre_equipements", "equipements_10000", sums, origin, scales, people)


def sum_national(
    counts: pl.DataFrame, source: str, millesime: str, name: str | None = None
) -> dict[str, int] | None:
    """Facilities (of one type) by département in a file; null when the file is not national."""
    file = counts.filter((pl.col("source") == source) & (pl.col("millesime") == millesime))
    if not is_national(set(file["departement"])):
        return None
    found = file if name is None else file.filter(pl.col("type") == name)
    return dict(found.group_by("departement").agg(pl.col("nombre").sum()).iter_rows())


def say_counts(
    total: str,
    rate: str,
    sums: Mapping[str, int] | None,
    origin: tuple[str, str],
    scales: tuple[EchelleDeReference, ...],
    people: Populations,
) -> Iterator[Ligne]:
    """A count and its rate per 10,000 people at each scale; null values where the file is not national.

    No rate when people and facilities are more than ``chiffre_ancien_ans`` apart.
    """
    source, millesime = origin
    apart = (
        is_old(millesime, people.millesime) or is_old(people.millesime, millesime) or not years_of(millesime)
    )
    for scale in scales:
        place = (scale.echelle, scale.code, scale.nom)
        number = None if sums is None else float(sum(sums.get(code, 0) for code in scale.departements))
        yield (total, *place, number, millesime, source)
        share = None if number is None or apart else 1e4 * number / people.of(scale)
        yield (rate, *place, share, millesime, source)


def average(
    known: pl.DataFrame,
    colonnes: Mapping[str, tuple[str, str]],
    scales: tuple[EchelleDeReference, ...],
    people: Populations,
) -> Iterator[Ligne]:
    """Each statistic of the communes: summed, or averaged over people, where it is known for most of them."""
    part: float = read_toml("references.toml")["fichier_national"]["part"]
    statistics = list_statistics()
    for (name,), rows in known.group_by("statistique"):
        if name not in statistics or name not in colonnes:
            continue
        source, millesime = colonnes[str(name)]
        for scale in scales:
            held = rows.filter(pl.col("departement").is_in(list(scale.departements)))
            weight = float(held["poids"].sum())
            enough = weight >= part * people.of(scale)
            total = float(held["somme"].sum())
            value = total / weight if statistics[str(name)].unite in MOYENNES and weight else total
            yield (
                str(name),
                scale.echelle,
                scale.code,
                scale.nom,
                value if enough else None,
                millesime,
                source,
            )


def repeat_times(
    published: pl.DataFrame,
    parametres: Mapping[str, Any],
    scales: tuple[EchelleDeReference, ...],
    people: Populations,
) -> Iterator[Ligne]:
    """``duree_<type>``: published means (s): of the country (FR), and over people of several départements.

    The département's own published mean is there too (``echelle`` departement): another convention than ours.
    """
    code, millesime = parametres["departement"], parametres["millesimes"].get(TEMPS, "")
    for (name,), rows in published.group_by("type"):
        means = dict(rows.drop_nulls("moyenne_s").select("departement", "moyenne_s").iter_rows())
        indicateur = f"duree_{name}"
        if code in means:
            yield (indicateur, "departement", code, list_all()[code].nom, means[code], millesime, TEMPS)
        for scale in scales:
            whole = scale.echelle == "france"
            place = (scale.echelle, scale.code, "France" if whole else scale.nom)
            value = means.get(FRANCE) if whole else weigh(means, scale, people)
            yield (indicateur, *place, value, millesime, TEMPS)


def weigh(means: Mapping[str, float], scale: EchelleDeReference, people: Populations) -> float | None:
    """The mean of the départements' means over their people; null unless every one is known."""
    if not scale.departements <= set(means):
        return None
    return fsum(means[code] * people.habitants[code] for code in scale.departements) / people.of(scale)


def describe_people(scales: tuple[EchelleDeReference, ...], people: Populations) -> Iterator[Ligne]:
    """``population_municipale`` and ``densite`` of each scale."""
    for scale in scales:
        place = (scale.echelle, scale.code, scale.nom)
        area_km2 = fsum(list_all()[code].superficie_km2 for code in scale.departements)
        yield ("population_municipale", *place, people.of(scale), people.millesime, people.source)
        yield ("densite", *place, people.of(scale) / area_km2, people.millesime, people.source)
