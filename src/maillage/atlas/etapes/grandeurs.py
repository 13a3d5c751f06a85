"""The figures that indicators start from: tables of lots to arrays by name, at carreaux and communes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import Maille
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.grades import worst
from maillage.access.evaluation.grandeurs import list_means, list_range, list_thresholds, stack_range
from maillage.access.evaluation.mailles import Mailles, Morceaux
from maillage.access.evaluation.populations import census_year, population_near
from maillage.access.evaluation.publics import PREFIXE, count_public, make_domain
from maillage.access.evaluation.registre import Variable
from maillage.access.evaluation.reserve import Recette
from maillage.access.evaluation.valeurs import Valeurs
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.catalogue.constantes import AGES
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types

Floats = NDArray[np.float64]
EQUIPEMENTS = "equipements"


@dataclass(frozen=True)
class Origines:
    """What all meshes share: the tables they read, the vintages, and which sources are invented.

    ``choix``: the inventory of each type. ``natures``: the source (id, vintage) of each nature of table.
    ``colonnes``: the source and vintage of each statistic.
    """

    communes: pl.DataFrame
    statistiques: pl.DataFrame
    choix: pl.DataFrame
    natures: Mapping[str, tuple[str, str]]
    colonnes: Mapping[str, tuple[str, str]]
    simulees: frozenset[str]

    def observe(self, values: object, source: str, millesime: str, fiabilite: str = "observe") -> Valeurs:
        """A figure of one source; one of an invented source is ``simule``."""
        level = "simule" if source in self.simulees else fiabilite
        return Valeurs.observe(values, millesime, source, fiabilite=level)

    def by_commune(self, rows: pl.DataFrame) -> pl.DataFrame:
        """A table by ``code_insee``, in the order of the communes."""
        return self.communes.select("code_insee").join(
            rows, on="code_insee", how="left", maintain_order="left"
        )

    def statistic(self, name: str) -> Valeurs | None:
        """A statistic by commune; null when this atlas lacks it."""
        if name not in self.colonnes:
            return None
        return self.observe(self.statistiques[name].cast(pl.Float64).to_numpy(), *self.colonnes[name])

    def inventory(self, kind: str) -> tuple[str, str] | None:
        """The source and vintage of a type's inventory; null when nobody knows of it."""
        return self.inventories.get(kind)

    @property
    def inventories(self) -> dict[str, tuple[str, str]]:
        """Source and vintage by type."""
        return {row[0]: (row[1], row[2]) for row in self.choix.select("type", "source", "millesime").rows()}


def population_newest(origines: Origines) -> Valeurs:
    """The communes' newest population, with the census year it is of."""
    year = census_year(origines.natures["communes"][1])
    people = origines.communes["population"].cast(pl.Float64).to_numpy()
    return origines.observe(people, origines.natures["communes"][0], str(year or ""))


def list_populations(origines: Origines) -> dict[int, Valeurs]:
    """The populations of the communes by census year, the newest included."""
    found = {}
    for name in origines.statistiques.columns:
        if re.fullmatch(r"population_\d{4}", name):
            year = name.removeprefix("population_")
            people = origines.statistiques[name].cast(pl.Float64).to_numpy()
            found[int(year)] = origines.observe(people, origines.colonnes[name][0], year)
    newest = census_year(origines.natures["communes"][1])
    return found if newest is None else found | {newest: population_newest(origines)}


def make_commune_grandeurs(
    origines: Origines, effectifs: pl.DataFrame, totaux: pl.DataFrame
) -> tuple[dict[str, Valeurs], dict[str, Recette]]:
    """Grandeurs of the communes, in the order of ``origines.communes``: some made, others to make.

    ``habitants``, ``population`` (the weight of what is carried from communes), ``superficie_m2``,
    ``effectif_<type>``, ``effectifs_gamme_<gamme>`` [n, types], ``habitants_<type>``,
    ``effectif_equipements``, and each statistic as ``stat_<id>``.
    """
    newest = population_newest(origines)
    populations = list_populations(origines)
    inventories = origines.inventories
    by_type = {str(key[0]): rows for key, rows in effectifs.group_by("type")}
    total = totaux.select("source", "millesime").row(0) if totaux.height else None

    @cache
    def count(name: str) -> Valeurs | None:
        """A commune that an inventory does not list has none there."""
        if name == EQUIPEMENTS and total:
            return origines.observe(origines.by_commune(totaux)["nombre"].fill_null(0).to_numpy(), *total)
        if name not in inventories:
            return None
        rows = by_type.get(name, effectifs.clear())
        return origines.observe(
            origines.by_commune(rows)["effectif"].fill_null(0).to_numpy(), *inventories[name]
        )

    def people_of(name: str) -> Valeurs | None:
        origin = total if name == EQUIPEMENTS else inventories.get(name)
        return population_near(populations, newest, origin[1]) if origin else None

    def counted(name: str) -> Iterable[str]:
        if name != EQUIPEMENTS:
            return (name,)
        return [kind for kind, origin in inventories.items() if origin == total]

    made = {
        "habitants": newest,
        "population": newest,
        "superficie_m2": observe_area(origines, origines.communes["superficie_km2"].to_numpy() * 1e6),
    }
    return made, {
        "effectif_": Recette(count, counted),
        "effectifs_gamme_": Recette(lambda gamme: stack_range(gamme, count), list_range),
        "habitants_": Recette(people_of),
        "stat_": Recette(origines.statistic),
        PREFIXE: Recette(lambda public: count_public(public, origines.statistic)),
    }


def observe_area(origines: Origines, area_m2: Floats) -> Valeurs:
    """Areas as published; measured on outlines (``impute``) where the source has none."""
    measured = origines.communes["superficie_imputee"].to_numpy()
    origin = "superficie_km2" if "superficie_km2" in origines.colonnes else ""
    source = origines.colonnes[origin] if origin else origines.natures.get("contours", ("", ""))
    figure = origines.observe(area_m2, *source)
    imputed = np.where(measured, np.uint8(FIABILITES.index("impute")), np.uint8(0))
    return replace(figure, fiabilite=worst(figure.fiabilite, imputed))


def make_cell_grandeurs(origines: Origines, cells: pl.DataFrame) -> dict[str, Valeurs]:
    """Grandeurs of the département's carreaux: people and ages."""
    source, millesime = origines.natures.get("carreaux", origines.natures["communes"])
    return {
        name: origines.observe(cells[name].to_numpy(), source, millesime) for name in ("population", *AGES)
    }


def make_domains(types: Iterable[str], colonnes: Mapping[str, object]) -> dict[str, tuple[Variable, ...]]:
    """The values that the variables of indicator names take in this atlas."""
    labels = list_types()
    steps = load_seuils()["depassement_min"].valeur
    assert isinstance(steps, tuple)  # noqa: S101 - the catalogue's own file
    return {
        "type": tuple(Variable(name, labels[name].libelle, name) for name in sorted(types) if name in labels),
        "m": tuple(Variable(f"{step:g}", f"{step:g}", float(step)) for step in steps),
        "statistique": tuple(
            Variable(name, column.libelle, name, column.unite)
            for name, column in list_statistics().items()
            if name in set(colonnes) - {"superficie_km2"}
        ),
        "convention": tuple(Variable(name, texte, name) for name, texte in CONVENTIONS.items()),
    } | make_domain(colonnes)


def make_mailles(lieux: Lot) -> Mailles:
    """How the meshes of a lot cut its carreaux and communes."""
    carreaux, fragments = frame_of(lieux, "carreaux"), frame_of(lieux, "fragments")
    people = carreaux.filter("dans_departement")["population"].cast(pl.Float64).fill_null(float("nan"))
    pieces = Morceaux(*(fragments[name].to_numpy() for name in ("carreau", "commune", "population")))
    return Mailles(
        people.to_numpy(), frame_of(lieux, "communes").height, pieces, list_means(), list_thresholds()
    )


def find_territory(communes: pl.DataFrame, niveau: str, codes: pl.DataFrame) -> NDArray[np.int32]:
    """The row in ``codes`` of each commune's territory, -1 for none: int32[communes]."""
    order = {code: row for row, code in enumerate(codes["code"])}
    column = communes[niveau].replace_strict(order, default=-1, return_dtype=pl.Int32)
    return column.fill_null(-1).to_numpy()


def make_mesh(links: pl.DataFrame, n_zones: int, n_cells: int) -> Maille:
    """How the zones cut the carreaux."""
    cell, zone, part = (links[name].to_numpy() for name in ("carreau", "zone", "part"))
    return Maille(cell, zone, part, n_zones, n_cells)


def recall(make: Callable[[], Mapping[str, Valeurs]], prefix: str = "") -> Callable[[str], Valeurs | None]:
    """A recipe that finds a figure among many made together, the first time that one is asked."""
    made = cache(make)
    return lambda name: made().get(prefix + name)
