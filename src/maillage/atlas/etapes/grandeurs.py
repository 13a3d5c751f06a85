"""The figures that indicators start from: arrays by name, at carreaux, communes and every other mesh."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import Maille
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.horloge import Horloge
from maillage.access.evaluation.publics import PREFIXE, count_public, make_domain
from maillage.access.evaluation.registre import Base, Evaluation, Variable
from maillage.access.evaluation.reserve import Reserve, Sommes
from maillage.access.evaluation.valeurs import Valeurs
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.catalogue.constantes import AGES, MOYENNES
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types

Floats = NDArray[np.float64]
YEAR = re.compile(r"\d{4}")


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


def find_year(millesime: str) -> int | None:
    """The year in a vintage.

    >>> find_year("COG 2026"), find_year("2024-08"), find_year("")
    (2026, 2024, None)
    """
    found = YEAR.search(millesime)
    return int(found[0]) if found else None


def list_populations(contexte: Origines) -> dict[int, tuple[str, str]]:
    """By year, where a population of communes stands: (table, column)."""
    found = {
        int(name.removeprefix("population_")): ("statistiques", name)
        for name in contexte.statistiques.columns
        if re.fullmatch(r"population_\d{4}", name)
    }
    year = newest_year(contexte)
    return found if year is None else found | {year: ("communes", "population")}


def newest_year(contexte: Origines) -> int | None:
    """The census year of the communes' own population: that of their vintage less the legal delay."""
    year = find_year(contexte.natures["communes"][1])
    delay = load_seuils()["population_legale_decalage_ans"].valeur
    return None if year is None else year - int(delay)  # type: ignore[arg-type]


def population_near(contexte: Origines, millesime: str) -> Valeurs:
    """The communes' population of the year nearest to a vintage; the older of two as near (rule 10)."""
    years = list_populations(contexte)
    wanted = find_year(millesime)
    if not years or wanted is None:
        return population_newest(contexte)
    year = min(years, key=lambda candidate: (abs(candidate - wanted), candidate))
    table, column = years[year]
    if table == "communes":
        return population_newest(contexte)
    values = contexte.statistiques[column].cast(pl.Float64).to_numpy()
    return contexte.observe(values, contexte.colonnes[column][0], str(year))


def population_newest(contexte: Origines) -> Valeurs:
    """The communes' newest population, with the census year it is of."""
    year = newest_year(contexte)
    people = contexte.communes["population"].cast(pl.Float64).to_numpy()
    return contexte.observe(people, contexte.natures["communes"][0], str(year or ""))


def make_commune_grandeurs(contexte: Origines, effectifs: pl.DataFrame, totaux: pl.DataFrame) -> Reserve:
    """Grandeurs of the communes, in the order of ``contexte.communes``.

    ``habitants``, ``population`` (the weight of what is carried from communes), ``superficie_m2``,
    ``effectif_<type>``, ``effectifs_gamme_<gamme>`` [n, types], ``habitants_<type>``,
    ``effectif_equipements``, and each statistic as ``stat_<id>``.
    """
    people = population_newest(contexte)
    area = contexte.communes["superficie_km2"].to_numpy() * 1e6
    faites = {
        "habitants": people,
        "population": people,
        "superficie_m2": observe_area(contexte, area),
    }
    faites |= total_equipment(contexte, totaux)
    vintages = {
        row[0]: (row[1], row[2]) for row in contexte.choix.select("type", "source", "millesime").iter_rows()
    }
    by_type = {str(key[0]): rows for key, rows in effectifs.group_by("type")}

    def count(name: str) -> Valeurs | None:
        if name not in vintages:
            return None
        rows = by_type.get(name, effectifs.clear())
        joined = contexte.communes.select("code_insee").join(
            rows, on="code_insee", how="left", maintain_order="left"
        )
        source, millesime = vintages[name]
        return contexte.observe(joined["effectif"].fill_null(0).to_numpy(), source, millesime)

    def people_of(name: str) -> Valeurs | None:
        return population_near(contexte, vintages[name][1]) if name in vintages else None

    def statistic(name: str) -> Valeurs | None:
        if name not in contexte.colonnes:
            return None
        return contexte.observe(
            contexte.statistiques[name].cast(pl.Float64).to_numpy(), *contexte.colonnes[name]
        )

    recettes = {
        "effectif_": count,
        "effectifs_gamme_": lambda gamme: stack_range(gamme, count),
        "habitants_": people_of,
        "stat_": statistic,
        PREFIXE: lambda public: count_public(public, statistic),
    }
    return Reserve(faites, recettes)


def stack_range(gamme: str, count: Callable[[str], Valeurs | None]) -> Valeurs | None:
    """Counts of every type of a range, [n, types]; NaN in the column of a type that no source knows."""
    columns = [count(name) for name, kind in list_types().items() if kind.gamme == gamme]
    known = [column for column in columns if column]
    if not known:
        return None
    blank = np.full(len(known[0].valeurs), np.nan)
    return Valeurs(
        np.column_stack([column.valeurs if column else blank for column in columns]),
        np.minimum.reduce([column.couverture for column in known]),
        np.maximum.reduce([column.fiabilite for column in known]),
        "-".join(sorted({column.millesime for column in known})),
        frozenset().union(*(column.sources for column in known)),
    )


def observe_area(contexte: Origines, area_m2: Floats) -> Valeurs:
    """Areas as published; measured on outlines (``impute``) where the source has none."""
    measured = contexte.communes["superficie_imputee"].to_numpy()
    origin = "superficie_km2" if "superficie_km2" in contexte.colonnes else ""
    source = contexte.colonnes[origin] if origin else contexte.natures.get("contours", ("", ""))
    figure = contexte.observe(area_m2, *source)
    grade = worst(figure.fiabilite, np.where(measured, np.uint8(FIABILITES.index("impute")), np.uint8(0)))
    return replace(figure, fiabilite=grade.astype(np.uint8))


def total_equipment(contexte: Origines, totaux: pl.DataFrame) -> dict[str, Valeurs]:
    """All the facilities of the broadest inventory by commune, and the population of its year."""
    if totaux.is_empty():
        return {}
    source, millesime = totaux.select("source", "millesime").row(0)
    joined = contexte.communes.select("code_insee").join(
        totaux, on="code_insee", how="left", maintain_order="left"
    )
    return {
        "effectif_equipements": contexte.observe(joined["nombre"].fill_null(0).to_numpy(), source, millesime),
        "habitants_equipements": population_near(contexte, millesime),
    }


def list_means() -> frozenset[str]:
    """The grandeurs that are averaged when carried to a coarser mesh."""
    return frozenset(f"stat_{name}" for name, column in list_statistics().items() if column.unite in MOYENNES)


def list_thresholds() -> dict[str, int]:
    """The count below which each statistic under secrecy is not published, by grandeur."""
    columns = list_statistics().items()
    return {f"stat_{name}": column.secret_sous for name, column in columns if column.secret_sous}


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


@dataclass(frozen=True)
class Mailles:
    """How every mesh cuts the carreaux and the communes, through the fragments."""

    communes: pl.DataFrame
    carreaux: pl.DataFrame
    fragments: pl.DataFrame

    def each_commune(self) -> NDArray[np.int32]:
        """Each commune as its own territory."""
        return np.arange(self.communes.height, dtype=np.int32)

    def find_territory(self, niveau: str, codes: pl.DataFrame) -> NDArray[np.int32]:
        """The row in ``codes`` of each commune's territory, -1 for none: int32[communes]."""
        order = {code: row for row, code in enumerate(codes["code"])}
        column = self.communes[niveau].replace_strict(order, default=-1, return_dtype=pl.Int32)
        return column.fill_null(-1).to_numpy()

    def cells(self, territory: NDArray[np.int32], n: int, evaluation: Evaluation) -> Base:
        """The carreaux as a base of territories made of communes."""
        rows = territory[self.fragments["commune"].to_numpy()]
        lieu = self.fragments["carreau"].to_numpy()
        people = self.carreaux["population"].fill_null(0).to_numpy()[lieu]
        part = np.divide(
            self.fragments["population"].to_numpy(), people, out=np.zeros(len(lieu)), where=people > 0
        )
        kept = rows >= 0
        inside = int(self.carreaux["dans_departement"].sum())
        maille = Maille(lieu[kept], rows[kept], part[kept], n, inside)
        return Base(evaluation, maille)

    def evaluate_zones(
        self, lieux: Mapping[str, pl.DataFrame], n: int, cells: Evaluation, communes: Evaluation
    ) -> Evaluation:
        """The evaluation of ``n`` zones: only those made of communes have what is known by commune."""
        inside = int(self.carreaux["dans_departement"].sum())
        bases = {"carreau": Base(cells, make_mesh(lieux["zones"], n, inside))}
        members = lieux["zones_communes"]
        if members.is_empty():
            return Evaluation(cells.nommes, Reserve(), bases, cells.constantes)
        return self._gather(members["commune"].to_numpy(), members["zone"].to_numpy(), n, bases, communes)

    def evaluate(
        self, niveau: str, codes: pl.DataFrame, cells: Evaluation, communes: Evaluation
    ) -> Evaluation:
        """The evaluation of a mesh whose territories are made of whole communes."""
        territory = self.find_territory(niveau, codes)
        whole = np.flatnonzero(territory >= 0).astype(np.int32)
        bases = {"carreau": self.cells(territory, codes.height, cells)}
        return self._gather(whole, territory[whole], codes.height, bases, communes)

    def _gather(
        self,
        commune: NDArray[np.int32],
        territory: NDArray[np.int32],
        n: int,
        bases: Mapping[str, Base],
        communes: Evaluation,
    ) -> Evaluation:
        """The evaluation of ``n`` territories made of whole communes: int32[f] each, row numbers."""
        base = Base(communes, Maille(commune, territory, np.ones(len(commune)), n, self.communes.height))
        grandeurs = Sommes(Reserve(), base, list_means(), list_thresholds())
        return Evaluation(communes.nommes, grandeurs, {**bases, "commune": base}, communes.constantes)


def worst(*levels: NDArray[np.uint8] | str) -> Any:
    """The worst of reliabilities, element by element; a name stands for all."""
    return np.maximum.reduce([np.uint8(FIABILITES.index(x)) if isinstance(x, str) else x for x in levels])


def make_cell_grandeurs(context: Origines, cells: pl.DataFrame, clock: Horloge) -> Reserve:
    """Grandeurs of the département's carreaux: people, ages, ``temps_<type>`` (s)."""
    source, millesime = context.natures.get("carreaux", context.natures["communes"])
    faites = {
        name: context.observe(cells[name].to_numpy(), source, millesime) for name in ("population", *AGES)
    }
    return Reserve(faites, {"temps_": clock.times})


def make_mesh(links: pl.DataFrame, n_zones: int, n_cells: int) -> Maille:
    """How the zones cut the carreaux."""
    cell, zone, part = (links[name].to_numpy() for name in ("carreau", "zone", "part"))
    return Maille(cell, zone, part, n_zones, n_cells)
