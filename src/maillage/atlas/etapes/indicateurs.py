"""The stage ``indicateurs``: every figure of the catalogue at every niveau, and their index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import DE_TERRITOIRE
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.horloge import Horloge, TempsPanier
from maillage.access.evaluation.mailles import Mailles
from maillage.access.evaluation.registre import Evaluation, IndicateurNomme, Variable, expand_all
from maillage.access.evaluation.reserve import Recette, Reserve
from maillage.access.evaluation.valeurs import Valeurs
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import acces, grandeurs, grandeurs_lieux, temps
from maillage.atlas.etapes.chiffres import INDEX, compute_wide, describe
from maillage.atlas.etapes.collectifs import HorairesEssayes
from maillage.atlas.etapes.horloge import make_horloge
from maillage.atlas.etapes.secret import hide_secrets
from maillage.atlas.etapes.zones import QPV
from maillage.atlas.lecture.format import NIVEAUX
from maillage.atlas.reseau.lot import make_times, of_lot
from maillage.catalogue.groupes_lieux import list_groups
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.temps_estimes import load_residus
from maillage.network.travel_times import TravelTimes


def make_indicateurs(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The wide table of every niveau, ``index``, and ``secret``: what was hidden."""
    calcul = Calcul(lots, parametres)
    tables: dict[str, pl.DataFrame] = {}
    index = [pl.DataFrame(schema=INDEX)]
    for niveau in calcul.niveaux:
        tables[niveau], described = calcul.tabulate(niveau)
        index.append(described)
    lot = {**tables, "index": pl.concat(index)}
    return hide_secrets(lot, frame_of(lots["lieux"], "communes"), calcul.nommes)


@dataclass
class Calcul:
    """Every indicator at every niveau from the lots of a build or of an atlas, computed when asked and kept.

    Reads of the lots: ``lieux``, ``entrees`` (statistiques), ``offre``, ``durees`` and ``reseau``; of the
    parameters: ``convention``, ``panier``, ``relief``, ``natures``, ``colonnes``, ``simulees``. ``essai``:
    timetables tried instead of the lot's.
    """

    lots: Mapping[str, Lot]
    parametres: Mapping[str, Any]
    essai: HorairesEssayes | None = None
    _evaluations: dict[str, Evaluation] = field(default_factory=dict)
    _types: dict[str, frozenset[str]] = field(default_factory=dict)

    def tabulate(self, niveau: str, ids: Iterable[str] | None = None) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The wide table of one niveau and its rows of the index; of the indicators ``ids`` only, if said."""
        wanted = self.list_ids(niveau) if ids is None else ids
        chosen = [self.nommes[name] for name in wanted]
        wide, figures = compute_wide(
            self.codes(niveau), self.evaluation(niveau), chosen, self.origines.simulees, self._grade(niveau)
        )
        return wide, describe(niveau, self.nommes, figures)

    def list_ids(self, niveau: str) -> list[str]:
        """The indicators of a niveau: at carreaux, only those that are made there."""
        return [
            name
            for name, nomme in self.nommes.items()
            if (nomme.entree.niveau == "carreau" or niveau != "carreau")
            and (nomme.entree.niveau != niveau or not says_nothing_at_home(nomme))
        ]

    def types(self, name: str) -> frozenset[str]:
        """The types of places that an indicator is made from, at whatever niveau."""
        if name not in self._types:
            cells, communes = self._reserves
            leaves = self.evaluation("commune").leaves(name) | self.evaluation("departement").leaves(name)
            found = (cells.types(leaf) | communes.types(leaf) for leaf in leaves)
            self._types[name] = frozenset().union(*found)
        return self._types[name]

    @cached_property
    def niveaux(self) -> list[str]:
        """The niveaux that have territories."""
        known = set(self._territoires["niveau"])
        return [niveau for niveau in NIVEAUX if niveau == "carreau" or niveau in known]

    def codes(self, niveau: str) -> pl.DataFrame:
        """``code`` and ``nom`` of the territories of a niveau, in their order."""
        if niveau == "carreau":
            return self._cells.select(code="id", nom="id")
        return self._territoires.filter(pl.col("niveau") == niveau).select("code", "nom")

    def evaluation(self, niveau: str) -> Evaluation:
        """The evaluation of one niveau."""
        if niveau not in self._evaluations:
            self._evaluations[niveau] = self._evaluate(niveau)
        return self._evaluations[niveau]

    def _evaluate(self, niveau: str) -> Evaluation:
        at_cells, at_communes = self._reserves
        if niveau == "carreau":
            constants = list_constants(self.lots["durees"], self.parametres["relief"])
            return Evaluation(self.nommes, at_cells, {}, constants)
        cells = self.evaluation("carreau")
        if niveau == "commune":
            return self._mailles.evaluate_communes(at_communes, cells)
        communes, n = self.evaluation("commune"), self.codes(niveau).height
        if niveau == "zone":
            members = frame_of(self.lots["lieux"], "zones_communes")
            links = grandeurs.make_mesh(frame_of(self.lots["lieux"], "zones"), n, self._cells.height)
            both = members["commune"].to_numpy(), members["zone"].to_numpy()
            return self._mailles.evaluate_zones(links, both, cells, communes)
        territory = grandeurs.find_territory(self.origines.communes, niveau, self.codes(niveau))
        return self._mailles.evaluate(territory, n, cells, communes)

    def _grade(self, niveau: str) -> NDArray[np.uint8] | None:
        """How good the figures of each territory are at best."""
        if niveau != "zone":
            return None
        return grade_zones(frame_of(self.lots["lieux"], "zones_communes"), self.codes(niveau).height)

    @cached_property
    def nommes(self) -> dict[str, IndicateurNomme]:
        """Every indicator that this atlas may hold."""
        domains = grandeurs.make_domains(self.origines.choix["type"], self.origines.colonnes)
        domains |= acces.make_domains(self._acces)
        domains |= grandeurs_lieux.make_domains(self._places)
        if self._districts.height:
            domains["groupe"] = (*domains["groupe"], Variable("qpv", "quartiers prioritaires", "qpv"))
        return expand_all(domains)

    @cached_property
    def origines(self) -> grandeurs.Origines:
        """What all meshes share."""
        return grandeurs.Origines(
            frame_of(self.lots["lieux"], "communes"),
            frame_of(self.lots["entrees"], "statistiques"),
            frame_of(self.lots["offre"], "choix"),
            self.parametres["natures"],
            self.parametres["colonnes"],
            frozenset(self.parametres["simulees"]),
        )

    @cached_property
    def times(self) -> TravelTimes:
        """Times by car from the département's carreaux."""
        return make_times(self._cells, frame_of(self.lots["lieux"], "carreaux"), of_lot(self.lots["reseau"]))

    @cached_property
    def _acces(self) -> acces.Acces:
        return acces.Acces(self.lots, self.parametres, lambda: self.times, self.essai)

    @cached_property
    def _mailles(self) -> Mailles:
        return grandeurs.make_mailles(self.lots["lieux"])

    @cached_property
    def _cells(self) -> pl.DataFrame:
        return frame_of(self.lots["lieux"], "carreaux").filter("dans_departement")

    @cached_property
    def _territoires(self) -> pl.DataFrame:
        return frame_of(self.lots["lieux"], "territoires")

    @cached_property
    def _places(self) -> pl.DataFrame:
        return frame_of(self.lots["offre"], "implantations")

    @cached_property
    def _districts(self) -> pl.DataFrame:
        return link_districts(self.lots["lieux"])

    @cached_property
    def _clock(self) -> Horloge:
        return make_horloge(
            self.lots["durees"], self._places, self.origines.inventories, self.origines.simulees
        )

    @cached_property
    def _reserves(self) -> tuple[Reserve, Reserve]:
        """The grandeurs of the carreaux and of the communes."""
        made, recipes = grandeurs.make_commune_grandeurs(
            self.origines, frame_of(self.lots["offre"], "effectifs"), frame_of(self.lots["offre"], "totaux")
        )
        recipes |= grandeurs_lieux.make_place_recipes(self._places, self.origines)
        recipes["temps_panier_commune"] = Recette(
            lambda rest: None if rest else self._time_basket("panier_commune"),
            lambda _: self._acces.basket_types,
        )
        at_cells = grandeurs.make_cell_grandeurs(self.origines, self._cells)
        if self._districts.height:
            people = at_cells["population"]
            there = grandeurs_lieux.count_in_zones(self._districts, people.valeurs)
            at_cells["qpv"] = replace(people, valeurs=there)
        waits = grandeurs.recall(
            lambda: grandeurs_lieux.find_waits(self._places, self._clock, self.origines), "delai_proche_"
        )
        cell_recipes = {
            "temps_panier": Recette(
                lambda rest: self._time_basket(f"panier{rest or '_' + self.parametres['convention']}"),
                lambda _: self._acces.basket_types,
            ),
            "panier_ancien": Recette(self._date_basket, lambda _: self._acces.basket_types),
            "temps_": Recette(self._time, list_timed),
            acces.PREFIXE: Recette(self._acces.find, self._acces.types),
            "delai_proche_": Recette(waits, lambda kind: (kind,)),
        }
        return Reserve(at_cells, cell_recipes), Reserve(made, recipes)

    def _time(self, kind: str) -> Valeurs | None:
        return self._clock.times(kind)

    def _time_basket(self, name: str) -> Valeurs | None:
        """Times to the basket under a convention; null when this atlas knows no basket."""
        conventions = [f"panier_{convention}" for convention in (*CONVENTIONS, "commune")]
        if "panier_offre" not in self.lots["offre"] or name not in conventions:
            return None
        seconds = np.asarray(self.lots["durees"][name])
        grade = (
            np.full(len(seconds), FIABILITES.index("impute"), np.uint8)
            if name == "panier_commune"
            else np.asarray(self.lots["durees"][f"{name}_fiabilite"], np.uint8)
        )
        origin = temps.origin_of(frame_of(self.lots["offre"], "panier_offre"))
        return self._clock.basket(TempsPanier(seconds, grade, origin.millesime, origin.sources))

    def _date_basket(self, rest: str) -> Valeurs | None:
        """``panier_ancien`` [n, services]: 1 where a service is old beside the newest population."""
        supply = self.lots["offre"]
        if rest or "panier_offre" not in supply:
            return None
        basket, inventaire = list_baskets()[self.parametres["panier"]], frame_of(supply, "panier_inventaire")
        year = max(grandeurs.list_populations(self.origines), default=None)
        old = np.array(temps.find_old_services(basket, inventaire, year), np.float64)
        origin = temps.origin_of(frame_of(supply, "panier_offre"))
        n = self._cells.height
        return replace(
            origin, valeurs=np.tile(old, (n, 1)), couverture=np.ones(n), fiabilite=np.zeros(n, np.uint8)
        )


def list_timed(name: str) -> tuple[str, ...]:
    """The types that ``temps_<name>`` is about: those of a group of places, else itself."""
    groups = list_groups()
    return groups[name].types if name in groups else (name,)


def link_districts(lieux: Lot) -> pl.DataFrame:
    """The links from carreaux to zones that are priority districts (QPV)."""
    zones = frame_of(lieux, "territoires").filter(pl.col("niveau") == "zone")
    kept = [row for row, kind in enumerate(zones["type_zone"].to_list()) if kind == QPV]
    return frame_of(lieux, "zones").filter(pl.col("zone").is_in(kept))


def grade_zones(members: pl.DataFrame, n: int) -> NDArray[np.uint8]:
    """At best ``impute`` for a zone drawn by polygon, whose people are spread by area: uint8[n]."""
    grade = np.full(n, FIABILITES.index("impute"), dtype=np.uint8)
    grade[members["zone"].to_numpy()] = 0
    return grade


def says_nothing_at_home(nomme: IndicateurNomme) -> bool:
    """Whether a figure means nothing where it is computed: an inequality, or everybody's for one group."""
    return nomme.entree.agregation in DE_TERRITOIRE or "{" in nomme.entree.groupe


def list_constants(durees: Lot, relief: Literal["plaine", "tout"]) -> dict[str, object]:
    """The laws of error of estimated times; none for times that are observed."""
    level = FIABILITES[int(np.asarray(durees["fiabilite"])[0])]
    if level != "estime":
        return {}
    return {"residus": load_residus(relief, "plus_proche"), "residus_panier": load_residus(relief, "panier")}
