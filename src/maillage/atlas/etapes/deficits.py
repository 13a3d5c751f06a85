"""The stage that says which territories are in deficit, at every mesh: the table ``deficits``."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final, cast

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.access.catchment import classify_supply
from maillage.access.evaluation.registre import Variable, expand_all
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes.acces import COLLECTIFS, MODES
from maillage.atlas.etapes.portraits import write_portraits
from maillage.atlas.lecture.format import SUFFIXES
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.statistiques import list_statistics
from maillage.catalogue.types_service import list_types
from maillage.diagnostic.amas import Voisins
from maillage.diagnostic.ensemble import ChiffresMaille, Jugement, judge
from maillage.diagnostic.profil import Profil, choose_profil
from maillage.diagnostic.typologie import load_conditions

NIVEAUX: Final = ("commune", "epci", "canton", "bassin_vie", "arrondissement")
TOUCH_M: Final = 50.0
"""Generalised outlines leave slivers: territories this near touch."""

DEFICITS: Final[dict[str, Any]] = {
    "niveau": pl.String,
    "code": pl.String,
    "nom": pl.String,
    "profil": pl.String,
    "en_deficit": pl.Boolean,
    "decidable": pl.Boolean,
    "motifs": pl.List(pl.String),
    "rang": pl.Int32,
    "intensite": pl.Float64,
    "robustesse": pl.Float64,
    "stabilite": pl.String,
    "palier": pl.String,
    "palier_tenue": pl.Float64,
    "typologie": pl.String,
    "raisons": pl.List(pl.String),
    "amas": pl.String,
    "portrait": pl.String,
    "sous_dotes": pl.List(pl.String),
    "surconcentres": pl.List(pl.String),
}
EQUILIBRE: Final = "equilibre_"


def make_deficits(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The table ``deficits``: every territory of every mesh, judged by the profile of the parameters."""
    lieux, indicateurs = lots["lieux"], lots["indicateurs"]
    profil = choose_profil(parametres)
    territoires, contours = frame_of(lieux, "territoires"), frame_of(lieux, "contours")
    index, whole = frame_of(indicateurs, "index"), frame_of(indicateurs, "departement")
    if parametres["regle"]:
        refuse_unknown(profil, index)
    frames = [pl.DataFrame(schema=DEFICITS)]
    for niveau in NIVEAUX:
        if niveau not in indicateurs:
            continue
        wide = frame_of(indicateurs, niveau)
        places = wide.select("code").join(
            territoires.filter(pl.col("niveau") == niveau), on="code", how="left", maintain_order="left"
        )
        shapes = contours.filter(pl.col("niveau") == niveau)
        voisins = find_neighbours(places.join(shapes, on="code", how="left", maintain_order="left"))
        columns = read_columns(profil, wide, whole, index.filter(pl.col("niveau") == niveau))
        judged = judge(profil, columns, voisins, find_rankable(places))
        told = index.filter(pl.col("niveau") == niveau)
        texts = write_portraits(wide, whole, told, places["population"], niveau)
        table = tabulate(niveau, wide, profil, judged, texts).hstack(weigh_supply(wide))
        frames.append(table.select(pl.col(name).cast(kind) for name, kind in DEFICITS.items()))
    return {"deficits": pl.concat(frames)}


def tell_again(deficits: pl.DataFrame, lots: Mapping[str, Lot]) -> pl.DataFrame:
    """The table with its sentences and its supply told again, where nothing that was judged moved."""
    lieux, indicateurs = lots["lieux"], lots["indicateurs"]
    territoires, index = frame_of(lieux, "territoires"), frame_of(indicateurs, "index")
    whole, frames = frame_of(indicateurs, "departement"), [deficits.clear()]
    for niveau in (name for name in NIVEAUX if name in indicateurs):
        wide = frame_of(indicateurs, niveau)
        people = territoires.filter(pl.col("niveau") == niveau)["population"]
        own = index.filter(pl.col("niveau") == niveau)
        texts = write_portraits(wide, whole, own, people, niveau)
        told = pl.Series("portrait", texts, dtype=pl.String)
        rows = deficits.filter(pl.col("niveau") == niveau)
        frames.append(rows.with_columns(told, *weigh_supply(wide)))
    return pl.concat(frames)


def refuse_unknown(profil: Profil, index: pl.DataFrame) -> None:
    """Refuse a rule that reads a name which is no indicator's: it would silently judge on the others.

    An indicator that the catalogue knows and this atlas lacks is only unknown: see ``Motif.part_connue``.
    """
    known = sorted({*index["indicateur"], *list_possible()})
    fautes = []
    for critere in profil.criteres:
        if critere.indicateur not in known:
            close = get_close_matches(critere.indicateur, known, n=1)
            otherwise = "Voir maillage atlas info --indicateurs."
            advice = f"Vouliez-vous dire « {close[0]} » ?" if close else otherwise
            fautes.append(Faute(f"indicateur « {critere.indicateur} » inconnu", que_faire=advice))
    if fautes:
        raise EntreeInvalide(f"Le profil « {profil.nom} » lit des indicateurs inconnus.", tuple(fautes))


def list_possible() -> set[str]:
    """The indicators that some atlas may hold: those of the catalogue, for every type and statistic."""
    steps = load_seuils()["depassement_min"].valeur
    assert isinstance(steps, tuple)  # noqa: S101 - the catalogue's own file
    domains = {
        "type": [Variable(name, name) for name in list_types()],
        "m": [Variable(f"{step:g}", f"{step:g}") for step in steps],
        "mode": [Variable(name, name) for name in MODES],
        "sans_auto": [Variable(name, name) for name in COLLECTIFS],
    }
    domains |= dict.fromkeys(("horaire", "desservi"), domains["type"])
    return {*expand_all(domains), *list_statistics()}


def weigh_supply(wide: pl.DataFrame) -> list[pl.Series]:
    """The services of which each territory receives too little, and too much: ids of the balanced model.

    Strictly beyond the tolerance around the département's mean (``tolerance_equilibre``): both sides of one
    measure, so that what is lacking here is seen to be in excess there.
    """
    tolerance = cast("float", load_seuils()["tolerance_equilibre"].valeur)
    names = [name for name in wide.columns if name.startswith(EQUILIBRE) and not name.endswith(SUFFIXES)]
    columns = [to_array(wide, name) for name in names]
    classes = [classify_supply(np.nan_to_num(column, nan=1.0), 1.0, tolerance) for column in columns]
    services = [name.removeprefix(EQUILIBRE) for name in names]
    found = []
    for column, side in (("sous_dotes", -1), ("surconcentres", 1)):
        lists = [
            [name for name, one in zip(services, classes, strict=True) if one[row] == side]
            for row in range(wide.height)
        ]
        found.append(pl.Series(column, lists, dtype=pl.List(pl.String)))
    return found


def list_judged(profil: Profil) -> set[str]:
    """The indicators that a territory is judged on: those of the profile and of the typology."""
    wanted = {critere.indicateur for critere in profil.criteres}
    for condition in load_conditions().values():
        wanted |= {name for name in (condition.indicateur, condition.repli) if name}
    return wanted


def read_columns(
    profil: Profil, wide: pl.DataFrame, whole: pl.DataFrame, index: pl.DataFrame
) -> dict[str, ChiffresMaille]:
    """The indicators that the profile and the typology read, where this atlas has them."""
    wanted, columns = list_judged(profil), {}
    for row in index.filter(pl.col("indicateur").is_in(wanted)).iter_rows(named=True):
        name = row["indicateur"]
        reference = to_array(whole, name)[0] if whole.height and name in whole.columns else np.nan
        columns[name] = ChiffresMaille(
            row["nom"],
            row["unite"],
            to_array(wide, name),
            to_array(wide, f"{name}_bas"),
            to_array(wide, f"{name}_haut"),
            float(reference),
            row["arrondi"],
            (wide[f"{name}_fiabilite"] == "impute").fill_null(value=False).to_numpy(),
        )
    return columns


def to_array(frame: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """A column as float64, null as NaN; all NaN when there is no such column."""
    if name not in frame.columns:
        return np.full(frame.height, np.nan)
    values: NDArray[np.float64] = frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return values


def find_rankable(places: pl.DataFrame) -> NDArray[np.bool_]:
    """Territories whole, and with few people near the border, beyond which supply is partly unknown."""
    limit = cast("float", load_seuils()["frontiere_part"].valeur)
    whole = ~pl.col("partiel").fill_null(value=False) if "partiel" in places.columns else pl.lit(value=True)
    kept = whole & ~(pl.col("part_frontiere") > limit).fill_null(value=False)
    rankable: NDArray[np.bool_] = places.select(kept=kept)["kept"].to_numpy()
    return rankable


def find_neighbours(places: pl.DataFrame) -> Voisins:
    """Territories whose outlines touch (``wkb``, WGS 84), as CSR rows; one without outline has none."""
    shapes = shapely.from_wkb(places["wkb"].to_numpy())
    latitude = float(np.nanmean(to_array(places, "lat"))) if places.height else 0.0
    scale = np.array([np.cos(np.radians(latitude)), 1.0]) * DEGREE_M
    metres = shapely.transform(shapes, lambda xy: xy * scale)
    tree = shapely.STRtree(metres)
    known = np.flatnonzero(~shapely.is_missing(metres))
    here, there = tree.query(metres[known], predicate="dwithin", distance=TOUCH_M)
    here = known[here]
    pairs = np.unique(np.column_stack([here, there])[here != there], axis=0).reshape(-1, 2)
    counts = np.bincount(pairs[:, 0].astype(np.int64), minlength=places.height)
    return Voisins(np.concatenate([[0], np.cumsum(counts)]), pairs[:, 1].astype(np.int32))


def tabulate(
    niveau: str, wide: pl.DataFrame, profil: Profil, judged: Jugement, portraits: list[str]
) -> pl.DataFrame:
    """The judgement of one mesh as a table; rank, stability and motives are null outside the list."""
    listed = judged.classement.en_deficit
    motifs = [
        [motif.nom for motif, holds in zip(profil.motifs, row, strict=True) if holds]
        for row in judged.classement.motifs
    ]
    return wide.select("code", "nom").with_columns(
        niveau=pl.lit(niveau),
        profil=pl.lit(profil.id),
        en_deficit=pl.Series(listed),
        decidable=pl.Series(judged.classement.decidable),
        motifs=pl.Series(motifs, dtype=pl.List(pl.String)),
        rang=pl.Series([int(r) or None for r in judged.rang], dtype=pl.Int32),
        intensite=pl.Series(judged.classement.intensite, nan_to_null=True),
        robustesse=pl.Series(judged.robustesse),
        stabilite=pl.Series(judged.stabilite, dtype=pl.String),
        palier=pl.Series(
            [profil.paliers[tier].id if tier >= 0 else None for tier in judged.palier], dtype=pl.String
        ),
        palier_tenue=pl.Series(judged.palier_tenue, nan_to_null=True),
        typologie=pl.Series([t.nom for t in judged.typologie], dtype=pl.String),
        raisons=pl.Series(judged.raisons, dtype=pl.List(pl.String)),
        amas=pl.Series(judged.amas, dtype=pl.String),
        portrait=pl.Series(portraits, dtype=pl.String),
    )
