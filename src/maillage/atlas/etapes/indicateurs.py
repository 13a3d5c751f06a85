"""The stage ``indicateurs``: every figure of the catalogue at every niveau, and their index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import DE_TERRITOIRE
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.registre import Evaluation, IndicateurNomme, Variable, expand_all
from maillage.access.evaluation.reserve import Reserve
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import acces, grandeurs, grandeurs_lieux
from maillage.atlas.etapes.chiffres import INDEX, compute_wide, describe
from maillage.atlas.etapes.horloge import make_horloge
from maillage.atlas.etapes.secret import hide_secrets
from maillage.atlas.etapes.zones import QPV
from maillage.atlas.lecture.format import TERRITOIRES
from maillage.catalogue.temps_estimes import load_residus


def make_indicateurs(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The wide table of every niveau, and ``index``."""
    lieux = lots["lieux"]
    communes, carreaux = frame_of(lieux, "communes"), frame_of(lieux, "carreaux")
    context = make_context(lots, parametres)
    domains = grandeurs.make_domains(context.choix["type"], context.colonnes)
    domains |= acces.make_domains(lots["acces"]) | grandeurs_lieux.make_domains(
        frame_of(lots["offre"], "implantations")
    )
    if link_districts(lieux).height:
        domains["groupe"] = (*domains["groupe"], Variable("qpv", "quartiers prioritaires", "qpv"))
    nommes = expand_all(domains)
    at_cells, at_communes = make_grandeurs(lots, parametres, context)
    constants = list_constants(lots["durees"], parametres["relief"])
    cells = Evaluation(nommes, at_cells, {}, constants)
    mesh = grandeurs.Mailles(communes, carreaux, frame_of(lieux, "fragments"))
    base = mesh.cells(mesh.each_commune(), communes.height, cells)
    by_commune = Evaluation(nommes, at_communes, {"carreau": base}, constants)
    tables = Tableaux(nommes, context.simulees)
    inside = carreaux.filter("dans_departement").select(code="id", nom="id")
    tables.add("carreau", inside, cells)
    territoires = frame_of(lieux, "territoires")
    for niveau in TERRITOIRES:
        codes = territoires.filter(pl.col("niveau") == niveau).select("code", "nom")
        if codes.height and niveau == "commune":
            tables.add(niveau, codes, by_commune)
        elif codes.height and niveau == "zone":
            links = {name: frame_of(lieux, name) for name in ("zones", "zones_communes")}
            zones = mesh.evaluate_zones(links, codes.height, cells, by_commune)
            tables.add(niveau, codes, zones, grade_zones(links["zones_communes"], codes.height))
        elif codes.height:
            tables.add(niveau, codes, mesh.evaluate(niveau, codes, cells, by_commune))
    return hide_secrets(tables.as_lot(), communes, nommes)


@dataclass
class Tableaux:
    """The wide tables and their index, filled niveau by niveau."""

    nommes: Mapping[str, IndicateurNomme]
    simulees: frozenset[str] = frozenset()
    wide: dict[str, pl.DataFrame] = field(default_factory=dict)
    index: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        niveau: str,
        codes: pl.DataFrame,
        evaluation: Evaluation,
        grade: NDArray[np.uint8] | None = None,
    ) -> None:
        """Compute one niveau: at carreaux, only the indicators that are made there.

        ``grade``: uint8[territories], how good its figures are at best.
        """
        every = list(self.nommes.values())
        here = [x for x in every if x.entree.niveau != niveau or not says_nothing_at_home(x)]
        which = [x for x in here if x.entree.niveau == "carreau"] if niveau == "carreau" else here
        self.wide[niveau], figures = compute_wide(codes, evaluation, which, self.simulees, grade)
        self.index.append(describe(niveau, self.nommes, figures))

    def as_lot(self) -> Lot:
        """Everything, by name."""
        return {**self.wide, "index": pl.concat([pl.DataFrame(schema=INDEX), *self.index])}


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


def make_context(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> grandeurs.Origines:
    """What all meshes share."""
    return grandeurs.Origines(
        frame_of(lots["lieux"], "communes"),
        frame_of(lots["entrees"], "statistiques"),
        frame_of(lots["offre"], "choix"),
        parametres["natures"],
        parametres["colonnes"],
        frozenset(parametres["simulees"]),
    )


def make_grandeurs(
    lots: Mapping[str, Lot], parametres: Mapping[str, Any], context: grandeurs.Origines
) -> tuple[Reserve, Reserve]:
    """The grandeurs of the carreaux and of the communes."""
    supply, durees = lots["offre"], lots["durees"]
    sources = {
        row[0]: (row[1], row[2]) for row in context.choix.select("type", "source", "millesime").iter_rows()
    }
    clock = make_horloge(durees, frame_of(supply, "implantations"), sources, context.simulees)
    inside = frame_of(lots["lieux"], "carreaux").filter("dans_departement")
    at_cells = grandeurs.make_cell_grandeurs(context, inside, clock)
    at_communes = grandeurs.make_commune_grandeurs(
        context, frame_of(supply, "effectifs"), frame_of(supply, "totaux")
    )
    at_cells.faites |= acces.read_figures(lots["acces"], context.simulees)
    at_communes.faites |= grandeurs_lieux.count_places(frame_of(supply, "implantations"), context)
    at_cells.faites |= grandeurs_lieux.find_waits(frame_of(supply, "implantations"), clock, context)
    districts = link_districts(lots["lieux"])
    if districts.height:
        people = at_cells["population"]
        there = grandeurs_lieux.count_in_zones(districts, np.nan_to_num(people.valeurs))
        at_cells.faites["qpv"] = replace(people, valeurs=there)
    if "panier_offre" in supply:
        origin = frame_of(supply, "panier_offre").select("source", "millesime").row(0)
        for convention in CONVENTIONS:
            name = f"panier_{convention}"
            at_cells.faites[f"temps_{name}"] = clock.basket(np.asarray(durees[name]), origin)
        at_cells.faites["temps_panier"] = at_cells.faites[f"temps_panier_{parametres['convention']}"]
        at_communes.faites["temps_panier_commune"] = clock.basket(
            np.asarray(durees["panier_commune"]), origin
        )
    return at_cells, at_communes


def list_constants(durees: Lot, relief: Literal["plaine", "tout"]) -> dict[str, object]:
    """The laws of error of estimated times; none for times that are observed."""
    level = FIABILITES[int(np.asarray(durees["fiabilite"])[0])]
    if level != "estime":
        return {}
    return {"residus": load_residus(relief, "plus_proche"), "residus_panier": load_residus(relief, "panier")}
