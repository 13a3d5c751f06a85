"""The stage ``offre``: the explicit list of who offers what where, and what follows from it.

The list is made from the sources, or given (``--offre``). A place that a convention seats keeps its seat
when another closes: nothing is seated again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from maillage.access.accueil import load_accueils
from maillage.access.apl import load_professions
from maillage.atlas.construction.parametres import CONVENTIONS
from maillage.atlas.construction.stages import Lot, frame_of
from maillage.atlas.etapes import inventaires as offre
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.frontiere import describe_border, gather_beyond
from maillage.atlas.etapes.inventaires import LIEU, PANIER, PLACES, STATISTIQUE
from maillage.catalogue.paniers import list_baskets

FIXES: Final = ("inventaires", "restes", "panier_inventaire")
"""Tables of the lot that no edit of the list changes."""


def make_offre(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """The list of places of the sources, or the one given, and the tables that follow: see :func:`derive`."""
    found = survey(lots, parametres)
    given = frame_of(lots["entrees"], "places")
    listed = derive(replace_places(frame_of(found, "places"), given), found, lots["lieux"], parametres)
    return listed | {"frontiere": frame_of(found, "frontiere")}


def survey(lots: Mapping[str, Lot], parametres: Mapping[str, Any]) -> Lot:
    """What the sources say: ``places``, their list, and the tables of :data:`FIXES`.

    ``inventaires``: the source of each type (``lieux``: located; ``fixe``, ``horaires``: it has a fixed
    place, one with hours). ``restes``: facilities of the broadest inventory that are not in the list.
    ``panier_inventaire``: the source of each type of the basket. ``frontiere``: see :func:`describe_border`.
    """
    entrees, lieux = lots["entrees"], lots["lieux"]
    communes, carreaux = frame_of(lieux, "communes"), frame_of(lieux, "carreaux")
    here = communes["departement"][0]
    nearby = offre.keep_nearby(frame_of(entrees, "implantations"), carreaux, here)
    points = offre.locate(nearby, communes, frame_of(entrees, "contours"))
    counts = frame_of(entrees, "offre")
    choice = offre.choose_inventories(points, counts)
    inhabited = offre.list_places(frame_of(lieux, "fragments"), carreaux)
    convention = parametres["convention"]
    places = offre.make_implantations(
        points, counts, choice, {"communes": communes, "lieux": inhabited}, convention
    )
    basket = temps.choose_basket(list_baskets()[parametres["panier"]], counts, choice)
    apart = basket.join(choice, on=list(temps.INVENTAIRE), how="anti")
    alone = counts.join(apart, on=list(temps.INVENTAIRE), how="semi").filter(pl.col("nombre") > 0)
    heads = list_heads(frame_of(entrees, "statistiques"), parametres["colonnes"])
    seats = [
        offre.seat(rows, usage, convention, communes, inhabited)
        for usage, rows in ((PANIER, alone), (STATISTIQUE, heads))
    ]
    beyond = gather_beyond(entrees, choice, carreaux)
    added = locate_added(frame_of(entrees, "ajouts"), lieux, frame_of(entrees, "contours"), here)
    own = [rows.with_columns(usage=pl.lit(LIEU)) for rows in (places, added, beyond)]
    every = [*own, *seats]
    fixed = offre.fixed(pl.concat([places, added]))
    timed = fixed.drop_nulls("horaires")["type"].unique().implode()
    return {
        "places": pl.concat([offre.fit(rows, PLACES) for rows in every]),
        "inventaires": choice.with_columns(
            fixe=pl.col("type").is_in(fixed["type"].unique().implode()), horaires=pl.col("type").is_in(timed)
        ),
        "restes": list_rest(offre.total_broadest(counts), choice, offre.count_by_commune(places)),
        "frontiere": describe_border(entrees, choice, beyond, parametres["departement"]),
        "panier_inventaire": basket,
    }


def locate_added(ajouts: pl.DataFrame, lieux: Lot, contours: pl.DataFrame, here: str) -> pl.DataFrame:
    """The places that partners add to the inventories, located as those of lists; none replaces another."""
    nearby = offre.keep_nearby(ajouts, frame_of(lieux, "carreaux"), here)
    located = offre.locate(nearby, frame_of(lieux, "communes"), contours)
    in_commune = pl.col("precision") == "commune"
    graded = pl.when(in_commune).then(pl.lit("impute")).otherwise(pl.lit("observe"))
    return offre.fit(located.with_columns(fiabilite=graded))


def list_heads(statistiques: pl.DataFrame, colonnes: Mapping[str, tuple[str, str]]) -> pl.DataFrame:
    """Head counts by commune (doctors, childminders…): ``type`` is the statistic; those that are not nil."""
    wanted = [profession.statistique for profession in load_professions().values()]
    wanted += [name for accueil in load_accueils().values() for name in accueil.statistiques]
    schema = {
        "code_insee": pl.String,
        "nombre": pl.Int64,
        **dict.fromkeys(("type", "source", "millesime"), pl.String),
    }
    frames = [pl.DataFrame(schema=schema)]
    for name in dict.fromkeys(wanted):
        if name and name in colonnes and name in statistiques.columns:
            source, millesime = colonnes[name]
            frames.append(
                statistiques.select(
                    "code_insee",
                    nombre=pl.col(name).round().cast(pl.Int64),
                    type=pl.lit(name),
                    source=pl.lit(source),
                    millesime=pl.lit(millesime),
                ).drop_nulls("nombre")
            )
    return pl.concat(frames)


def list_rest(totaux: pl.DataFrame, choice: pl.DataFrame, effectifs: pl.DataFrame) -> pl.DataFrame:
    """The totals by commune of the broadest inventory, less the facilities of the types that are listed."""
    listed = sum_listed(totaux, choice, effectifs)
    joined = totaux.join(listed, on="code_insee", how="left", maintain_order="left")
    return joined.with_columns(nombre=pl.col("nombre").cast(pl.Int64) - pl.col("effectif").fill_null(0)).drop(
        "effectif"
    )


def sum_listed(totaux: pl.DataFrame, choice: pl.DataFrame, effectifs: pl.DataFrame) -> pl.DataFrame:
    """Facilities by commune of the types whose inventory is that of ``totaux``."""
    types = choice.join(totaux, on=["source", "millesime"], how="semi").filter(~pl.col("lieux"))
    return effectifs.join(types, on="type", how="semi").group_by("code_insee").agg(pl.col("effectif").sum())


def replace_places(known: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """The list with the usages that ``given`` holds as it gives them, the others as they are known."""
    kept = known.filter(~pl.col("usage").is_in(given["usage"].unique().implode()))
    return pl.concat([kept, given.sort("usage", "type", "id")]) if given.height else known


def derive(
    places: pl.DataFrame, fixes: Lot, lieux: Lot, parametres: Mapping[str, Any]
) -> dict[str, pl.DataFrame]:
    """All that follows from the list of places and from what no edit changes (``fixes``: :func:`survey`).

    ``implantations``, ``sieges`` (the other usages), ``choix`` (the inventory of each type), ``effectifs``
    and ``totaux`` by commune, ``panier_offre`` (the basket's counts), ``panier_<convention>`` (its places).
    """
    is_place = pl.col("usage") == LIEU
    implantations = offre.fit(places.filter(is_place)).sort("type", "id")
    sieges = offre.fit(places.filter(~is_place), PLACES).sort("usage", "type", "id")
    effectifs = offre.count_by_commune(implantations)
    choix = add_types(frame_of(fixes, "inventaires"), implantations)
    restes = frame_of(fixes, "restes")
    lot = {
        **{name: frame_of(fixes, name) for name in FIXES},
        "implantations": implantations,
        "sieges": sieges,
        "choix": choix,
        "effectifs": effectifs,
        "totaux": add_up(restes, sum_listed(restes, choix, effectifs)),
    }
    return lot | seat_basket(lot, lieux, parametres["convention"])


def add_types(inventaires: pl.DataFrame, implantations: pl.DataFrame) -> pl.DataFrame:
    """The inventory of each type, those that only the list knows included: of the source it says."""
    new = (
        implantations.join(inventaires, on="type", how="anti")
        .unique("type", keep="first", maintain_order=True)
        .select("type", "source", "millesime", lieux=pl.lit(value=True))
    )
    known = inventaires.select("type", "source", "millesime", "lieux")
    return pl.concat([known, new]).sort("type")


def add_up(restes: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    """Totals by commune: the rest, and the facilities that are listed."""
    if restes.is_empty():
        return restes
    source, millesime = restes.select("source", "millesime").row(0)
    both = [restes.select("code_insee", "nombre"), listed.select("code_insee", nombre="effectif")]
    return (
        pl.concat(both)
        .group_by("code_insee")
        .agg(pl.col("nombre").sum())
        .select("code_insee", source=pl.lit(source), millesime=pl.lit(millesime), nombre="nombre")
        .sort("code_insee")
    )


def seat_basket(lot: Mapping[str, pl.DataFrame], lieux: Lot, convention: str) -> dict[str, pl.DataFrame]:
    """The basket's places under each convention, and the counts by commune that they make.

    A type whose inventory is the basket's too is at its implantations; the others have seats of their own.
    Only the atlas's own convention keeps seats: another one is a comparison, seated from the counts.
    """
    inventaire, communes = lot["panier_inventaire"], frame_of(lieux, "communes")
    if inventaire.is_empty():
        return {}
    both = inventaire.join(lot["choix"], on=["type", "source", "millesime"], how="semi")
    shared = offre.fixed(lot["implantations"]).join(both, on="type", how="semi")
    own = lot["sieges"].filter(pl.col("usage") == PANIER)
    columns = ("type", "lon", "lat", "code_insee", "effectif", "fiabilite")
    spots = pl.concat([shared.select(columns), own.select(columns)])
    counts = (
        offre.count_by_commune(spots)
        .filter(pl.col("code_insee").is_in(communes["code_insee"].implode()))
        .rename({"effectif": "nombre"})
        .join(inventaire, on="type", maintain_order="left")
    )
    inhabited = offre.list_places(frame_of(lieux, "fragments"), frame_of(lieux, "carreaux"))
    found = {"panier_offre": counts, f"panier_{convention}": spots}
    for other in set(CONVENTIONS) - {convention}:
        seated = offre.place_counts(counts, other, communes, inhabited)
        found[f"panier_{other}"] = seated.with_columns(fiabilite=pl.lit("impute"))
    return found


def find_touched(before: pl.DataFrame, after: pl.DataFrame) -> frozenset[str]:
    """What differs between two lists of places: types, ``panier:<type>``, ``statistique:<id>``."""
    gone = before.join(after, on=list(PLACES), how="anti", nulls_equal=True)
    come = after.join(before, on=list(PLACES), how="anti", nulls_equal=True)
    return list_keys(pl.concat([gone, come]))


def list_keys(places: pl.DataFrame) -> frozenset[str]:
    """The keys of a list of places: types, ``panier:<type>``, ``statistique:<id>``."""
    return frozenset(name_keys(places))


def name_keys(places: pl.DataFrame) -> Iterable[str]:
    """The key of each row: its type, after its usage when it is a seat."""
    for usage, kind in places.select("usage", "type").unique().iter_rows():
        yield kind if usage == LIEU else f"{usage}:{kind}"
