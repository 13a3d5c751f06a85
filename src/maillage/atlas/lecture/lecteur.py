"""The reader of an atlas: typed rows and numpy columns, whatever the atlas lacks.

An atlas never changes: what is read from one is kept with it. Times are in minutes and texts are typeset, as
people read them (``Definition.facteur`` says by what a figure of the files was multiplied).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.lecture.carreaux import Carreaux, read_carreaux, read_communes_des_carreaux
from maillage.atlas.lecture.chiffres import Chiffre, Colonne
from maillage.atlas.lecture.deficits import Deficit, read_deficit
from maillage.atlas.lecture.definitions import Definition, nom_de_type, read_definition, unknown
from maillage.atlas.lecture.lieux import ComplementLu, Implantation, read_implantation
from maillage.atlas.lecture.ouvert import Atlas, Durees, Manifest, open_atlas, read_build_date
from maillage.atlas.lecture.references import Reference, read_reference
from maillage.atlas.lecture.territoires import NIVEAUX, Territoire, read_territoires
from maillage.catalogue.departements import list_all
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.services_disparus import list_gone
from maillage.diagnostic.frontiere import AuDela, explain_border
from maillage.diagnostic.paliers import Palier
from maillage.diagnostic.profil import Profil, choose_profil
from maillage.francais import typeset

# An id that ends with a year is an older vintage of an indicator that also exists without it.
VINTAGE = re.compile(r"_(19|20)\d\d$")
POPULATION = "population_municipale"
PARTIES = ("fiabilite", "couverture", "bas", "haut")
COLONNES_OCTETS = 8 * 2**20
"""What the columns kept of one mesh weigh at most: those asked longest ago are read again."""
COLONNES_MIN = 4
CHIFFRE_OCTETS = 40
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Lecteur:
    """An open atlas. ``id`` is its folder's name; ``empreinte`` changes when any of its tables does."""

    tables: Atlas = field(repr=False)
    _memoire: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.dossier.name

    @property
    def dossier(self) -> Path:
        """Where it is."""
        return self.tables.dossier

    @property
    def manifeste(self) -> Manifest:
        """What it says of itself."""
        return self.tables.manifest

    @property
    def empreinte(self) -> str:
        """Hash of the manifest, which holds the hash of every table."""
        return self.manifeste.empreinte[:16]

    @cached_property
    def construit_le(self) -> date | None:
        """The day it was built; null when its journal does not say."""
        said = read_build_date(self.dossier)
        return date.fromisoformat(said[:10]) if said else None

    @cached_property
    def construit_a(self) -> datetime | None:
        """The instant it was built, in UTC; midnight when its journal says a day alone."""
        said = read_build_date(self.dossier)
        if not said:
            return None
        instant = datetime.fromisoformat(said)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)

    @property
    def jeu_essai(self) -> bool:
        """Whether a part of it is invented."""
        return self.manifeste.jeu_essai

    @property
    def sur_routes(self) -> bool:
        """Whether times were computed on a road network, which the atlas then holds."""
        return any(name.startswith("reseau/") for name in self.manifeste.tables)

    @property
    def temps_estimes(self) -> bool:
        """Whether times come from the formula: there are some, and no road network."""
        return bool(self.tables.modes) and not self.sur_routes

    @property
    def fiabilite_temps(self) -> str | None:
        """How its travel times were made: observe, estime or simule; None for an atlas without times."""
        if not self.tables.modes:
            return None
        return "simule" if self.jeu_essai else "observe" if self.sur_routes else "estime"

    @cached_property
    def departement(self) -> Territoire | None:
        """The département itself."""
        rows = self.territoires("departement")
        return rows[0] if rows else None

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Every indicator by id, in the order of the index."""
        found: dict[str, Definition] = {}
        rows = self._table("indicateurs/index").rows(named=True)
        people = next((row["millesime"] for row in rows if row["indicateur"] == POPULATION), "")
        for row in rows:
            found.setdefault(row["indicateur"], read_definition(row, people or ""))
        return found

    @property
    def code_departement(self) -> str:
        """The code of the département, as its manifest gives it."""
        return self.manifeste.departement

    @property
    def nom(self) -> str:
        """The name of the département; its code when the atlas has none."""
        return self.departement.nom if self.departement else self.code_departement

    def definition(self, indicateur: str) -> Definition:
        """What an indicator is; one the atlas does not hold keeps its id for name."""
        return self.definitions.get(indicateur) or unknown(indicateur)

    def nom_source(self, source: str) -> str:
        """A source in words: name and vintage; its id when the manifest does not describe it."""
        known = self.manifeste.sources.get(source)
        return f"{known['nom']}, {known['millesime']}" if known else source

    def mesures(self, niveau: str) -> dict[str, dict[str, str]]:
        """What can be asked of each service at this mesh: measure → service → indicator."""
        return self._keep(("mesures", niveau), lambda: self._mesures(niveau))

    def _mesures(self, niveau: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for definition in map(self.definition, self.indicateurs(niveau)):
            if definition.service and definition.service not in list_gone():
                found.setdefault(definition.mesure, {})[definition.service] = definition.id
        return found

    def generaux(self, niveau: str) -> list[Definition]:
        """The indicators that are not about one service, the superseded vintages left out."""
        return list(self._keep(("generaux", niveau), lambda: self._generaux(niveau)))

    def _generaux(self, niveau: str) -> list[Definition]:
        held = map(self.definition, self.indicateurs(niveau))
        return [d for d in held if not d.service and not VINTAGE.search(d.id)]

    def niveaux(self) -> tuple[str, ...]:
        """The meshes this atlas holds, in reading order."""
        return tuple(niveau for niveau in NIVEAUX if self.territoires(niveau))

    def territoires(self, niveau: str) -> tuple[Territoire, ...]:
        """The territories of one mesh, by code."""
        return self._territoires().get(niveau, ())

    def territoire(self, niveau: str, code: str) -> Territoire | None:
        """One territory, or None."""
        return self._keep("par_cle", self._par_cle).get((niveau, code))

    def _par_cle(self) -> dict[tuple[str, str], Territoire]:
        return {(t.niveau, t.code): t for rows in self._territoires().values() for t in rows}

    def _territoires(self) -> dict[str, tuple[Territoire, ...]]:
        return self._keep(
            "territoires",
            lambda: read_territoires(self._table("territoires").sort("niveau", "code").iter_rows(named=True)),
        )

    def types_de_zones(self) -> list[str]:
        """The kinds of zones in the words of who drew them, sorted."""
        return sorted({t.type_zone for t in self.territoires("zone") if t.type_zone})

    def contours(self, niveau: str) -> dict[str, bytes]:
        """Code → outline (WKB, WGS 84) of one mesh."""
        table = self._table("contours")
        if table.is_empty():
            return {}
        rows = table.filter(pl.col("niveau") == niveau)
        return dict(zip(rows["code"].to_list(), rows["wkb"].to_list(), strict=True))

    def types_de_lieux(self) -> list[str]:
        """The types of the implantations, sorted; those that a text ended are in the archive only."""
        table = self._table("implantations")
        types = [] if table.is_empty() else table["type"].unique().sort().to_list()
        return [name for name in types if name not in list_gone()]

    def implantations(self, type_service: str | None = None) -> tuple[Implantation, ...]:
        """The implantations of one type, or all, in the order of the file; none when the atlas has none."""
        table = self._table("implantations")
        if table.is_empty():
            return ()
        rows = table if type_service is None else table.filter(pl.col("type") == type_service)
        return tuple(map(read_implantation, rows.iter_rows(named=True)))

    def lieux_nommes(self) -> tuple[Implantation, ...]:
        """The implantations that have a name, in the order of the file."""
        table = self._table("implantations")
        rows = table if table.is_empty() else table.filter(pl.col("nom").is_not_null())
        return tuple(map(read_implantation, rows.iter_rows(named=True)))

    def lieux_jauges(self) -> tuple[Implantation, ...]:
        """The implantations that tell their activity and a capacity, not zero; in the order of the file."""
        table = self._table("implantations")
        if not {"activite", "capacite"} <= set(table.columns):
            return ()
        rows = table.filter(pl.col("activite").is_not_null() & (pl.col("capacite") > 0))
        return tuple(map(read_implantation, rows.iter_rows(named=True)))

    def complements(self) -> tuple[ComplementLu, ...]:
        """The lines of partners that its build read, in the order of their file."""
        table = self._table("complements")
        names = list(ComplementLu.__dataclass_fields__)
        return () if table.is_empty() else tuple(ComplementLu(*row) for row in table.select(names).rows())

    def autres_noms(self) -> list[tuple[str, str]]:
        """(Commune, another name, former code or postcode of it) that the sources give."""
        table = self._table("noms")
        return [] if table.is_empty() else table.select("code_insee", "nom").rows()

    def carreaux(self) -> Carreaux | None:
        """The département's cells; None without a grid."""
        return self._keep("carreaux", lambda: read_carreaux(self.tables))

    def commune_du_carreau(self, carreau: str) -> str | None:
        """The commune where most of a cell's people live."""
        kept = self._keep("communes_des_carreaux", lambda: read_communes_des_carreaux(self.tables))
        return kept.get(carreau)

    def durees(self, mode: str = "voiture") -> Durees:
        """Times to the nearest implantation of each type; :class:`EntreeInvalide` for a mode without any."""
        return self.tables.durees(mode)

    def references(self, indicateur: str) -> tuple[Reference, ...]:
        """The same figure for larger territories; those without value name the file that would give it."""
        return self._keep("references", self._references).get(indicateur, ())

    def _references(self) -> dict[str, tuple[Reference, ...]]:
        table = self._table("references")
        found: dict[str, list[Reference]] = {}
        for row in table.iter_rows(named=True):
            factor = self.definition(row["indicateur"]).facteur
            found.setdefault(row["indicateur"], []).append(read_reference(row, factor))
        return {name: tuple(rows) for name, rows in found.items()}

    def explain_border(self, territoire: Territoire, services: Sequence[str]) -> tuple[str, ...]:
        """What the figures of these services know of the other side of the border, near it."""
        table = self._table("frontiere")
        if table.is_empty() or territoire.part_frontiere is None:
            return ()
        facts = {row["type"]: row for row in table.iter_rows(named=True)}
        known = [
            AuDela(typeset(nom_de_type(name)), facts[name]["voisins"], facts[name]["etranger"])
            for name in services
            if name in facts
        ]
        pays = list_all()[self.manifeste.departement].pays_voisins
        return explain_border(territoire.part_frontiere, known, pays)

    def deficit(self, niveau: str, code: str) -> Deficit | None:
        """What the default rule says of a territory; None when it was not judged."""
        return self._deficits().get((niveau, code))

    @property
    def paliers(self) -> tuple[Palier, ...]:
        """The tiers of the rule that this atlas was judged by, the most serious first."""
        return self.regle.paliers

    @property
    def regle(self) -> Profil:
        """The rule of deficits that this atlas was judged by."""
        return choose_profil(self.manifeste.parametres)

    def deficits(self, niveau: str) -> dict[str, Deficit]:
        """Code → what the default rule says, of every territory judged at one mesh."""
        return {code: found for (mesh, code), found in self._deficits().items() if mesh == niveau}

    def _deficits(self) -> dict[tuple[str, str], Deficit]:
        return self._keep(
            "deficits",
            lambda: {
                (row["niveau"], row["code"]): read_deficit(row)
                for row in self._table("deficits").iter_rows(named=True)
            },
        )

    def indicateurs(self, niveau: str) -> tuple[str, ...]:
        """Ids of the indicators known at this mesh, in the order of the file."""
        return tuple(self._indicateurs(niveau))

    def a(self, niveau: str, indicateur: str) -> bool:
        """Whether this mesh holds this indicator."""
        return indicateur in self._indicateurs(niveau)

    def _indicateurs(self, niveau: str) -> dict[str, None]:
        return self._keep(("indicateurs", niveau), lambda: self._list_indicateurs(niveau))

    def _list_indicateurs(self, niveau: str) -> dict[str, None]:
        columns = dict.fromkeys(self._colonnes(niveau))
        return {name: None for name in columns if f"{name}_fiabilite" in columns}

    def colonne(self, niveau: str, indicateur: str) -> Colonne:
        """One indicator over one mesh, read once; :class:`EntreeInvalide` when the atlas does not hold it."""
        if not self.a(niveau, indicateur):
            raise EntreeInvalide(f"L’indicateur « {indicateur} » n’existe pas au niveau {niveau}.")
        return self._lire_colonne(niveau)(indicateur)

    def _lire_colonne(self, niveau: str) -> Callable[[str], Colonne]:
        """What reads the columns of a mesh and keeps some: an atlas has thousands, and its cells are many."""

        def make() -> Callable[[str], Colonne]:
            room = COLONNES_OCTETS // (CHIFFRE_OCTETS * max(1, len(self._codes(niveau)[0])))
            return lru_cache(max(COLONNES_MIN, room))(partial(self._read_colonne, niveau))

        return self._keep(("lire", niveau), make)

    def _codes(self, niveau: str) -> tuple[tuple[str, ...], dict[str, int]]:
        """The codes of a mesh in the order of its table, and the row of each."""

        def read() -> tuple[tuple[str, ...], dict[str, int]]:
            (column,) = self._read_columns(niveau, ["code"])
            codes = tuple(_as(column, pl.String()).to_list())
            return codes, {code: row for row, code in enumerate(codes)}

        return self._keep(("codes", niveau), read)

    def chiffre(self, niveau: str, code: str, indicateur: str) -> Chiffre:
        """One figure; unknown (never an error) when the atlas does not hold it."""
        if not self.a(niveau, indicateur):
            return Chiffre(self.definition(indicateur), None)
        return self.colonne(niveau, indicateur).chiffre(code)

    def reference(self, indicateur: str) -> Chiffre:
        """The figure of the département, to which all others are compared."""
        code = self.departement.code if self.departement else ""
        return self.chiffre("departement", code, indicateur)

    def chiffres(self, niveau: str, code: str) -> list[Chiffre]:
        """Every figure of one territory, in the order of the file, read off its row."""
        if not self.indicateurs(niveau):
            return []
        row = self._codes(niveau)[1].get(code)
        told = {} if row is None else self._large(niveau).row(row, named=True)
        return [self._read_chiffre(name, told) for name in self.indicateurs(niveau)]

    def _read_chiffre(self, indicateur: str, row: Mapping[str, Any]) -> Chiffre:
        definition, value = self.definition(indicateur), row.get(indicateur)
        if value is None or math.isnan(value):
            return Chiffre(definition, None)
        grade, coverage, *bounds = [row.get(f"{indicateur}_{part}") for part in PARTIES]
        low, high = [None if b is None or math.isnan(b) else b * definition.facteur for b in bounds]
        return Chiffre(definition, value * definition.facteur, grade, coverage, low, high)

    def _read_colonne(self, niveau: str, indicateur: str) -> Colonne:
        held = self._keep(("noms", niveau), lambda: frozenset(self._colonnes(niveau)))
        names = [indicateur, *(n for p in PARTIES if (n := f"{indicateur}_{p}") in held)]
        table = dict(zip(names, self._read_columns(niveau, names), strict=True))
        definition = self.definition(indicateur)

        def floats(name: str, factor: float) -> NDArray[np.float64] | None:
            if name not in table:
                return None
            return _as(table[name], pl.Float64()).to_numpy() * factor

        values = floats(indicateur, definition.facteur)
        covered = floats(f"{indicateur}_couverture", 1.0)
        assert values is not None  # noqa: S101 - the mesh holds the indicator
        return Colonne(
            definition,
            *self._codes(niveau),
            values,
            _share(_as(table[f"{indicateur}_fiabilite"], pl.String()).to_list()),
            np.full(len(values), np.nan) if covered is None else covered,
            floats(f"{indicateur}_bas", definition.facteur),
            floats(f"{indicateur}_haut", definition.facteur),
        )

    def _read_columns(self, niveau: str, names: list[str]) -> list[pl.Series]:
        """Columns of a wide table. It is read whole once, except by cell: reading its thousands of column
        headers costs more than reading the figures."""
        if niveau == "carreau":
            return self.tables.columns("indicateurs/carreau", names).get_columns()
        return [self._large(niveau).get_column(name) for name in names]

    def _large(self, niveau: str) -> pl.DataFrame:
        return self.tables.table(f"indicateurs/{niveau}")

    def _colonnes(self, niveau: str) -> tuple[str, ...]:
        if niveau != "carreau" and niveau not in NIVEAUX:
            return ()
        return self._keep(("colonnes", niveau), lambda: self.tables.names(f"indicateurs/{niveau}"))

    def _table(self, name: str) -> pl.DataFrame:
        """A table whole; empty when the atlas has none."""
        return self.tables.table(name) if self.tables.exists(name) else pl.DataFrame()

    def _keep(self, key: object, read: Callable[[], T]) -> T:
        if key not in self._memoire:
            self._memoire[key] = read()
        found: T = self._memoire[key]
        return found


def _as(column: pl.Series, kind: pl.DataType) -> pl.Series:
    """A column of that kind: a cast, even to what it already is, costs more than reading it."""
    return column if column.dtype == kind else column.cast(kind)


def _share(grades: list[str | None]) -> tuple[str | None, ...]:
    """The same words, each written once in memory."""
    once: dict[str | None, str | None] = {}
    return tuple([once.setdefault(grade, grade) for grade in grades])


def open_lecteur(dossier: Path) -> Lecteur:
    """The atlas of a folder; :class:`EntreeInvalide` when it is none, or of another format."""
    return Lecteur(open_atlas(dossier))
