"""The atlas against the figures of the reference document (SDAASP du Nord 2025-2030)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from bench.tableaux import number, signed, table
from bench.temps_publies_tables import RARE, measure_gaps
from maillage.atlas.lecture.ouvert import Atlas
from maillage.francais import accord

# what, published, indicator of the département (factor), decimals, why it may differ
CHIFFRES = [
    ("Habitants en 2021", 2_611_293, "population_2021", 1, 0, "même source"),
    ("Densité (habitants par km²)", 454.7, "", 1, 1, "même population (2021), superficie publiée"),
    ("Équipements", 70_260, "nombre_equipements", 1, 0,
     "base de 2013 contre base plus récente du document ; {sans_ligne}"),
    ("Équipements pour 10 000 habitants", 269, "equipements_10000", 1, 0, "même raison"),
    ("Habitants d'une commune pôle de proximité (%)", 93, "part_pole_proximite", 100, 1,
     "gamme de proximité et millésime de la base"),
    ("France services (fixes et mobiles)", 52, "nombre_france_services", 1, 0, "liste de l'ANCT d'août 2024"),
    ("Personnes en illectronisme", 326_500, "illectronisme", 1, 0,
     "estimation : taux nationaux par âge, sans le revenu ni le diplôme"),
    ("Taux de pauvreté (%)", float("nan"), "taux_pauvrete", 1, 1,
     "moyenne des communes où il n'est pas secret : les petites, secrètes, sont moins pauvres"),
]  # fmt: skip
BASSINS = ("Avesnes-sur-Helpe", "Bavay", "Steenvoorde")


PUBLIE_LOIN = (10, 25)  # % of people of these basins beyond the threshold, as the document prints


def write(atlas: Atlas, sans_ligne: Sequence[str]) -> dict[str, str]:
    """What the chapter says, by its place in the model; ``sans_ligne``: communes without a row in 2013."""
    whole = atlas.indicateurs("departement").row(0, named=True)
    rows = []
    for nom, published, name, factor, decimals, why in CHIFFRES:
        ours = read_figure(whole, name, factor)
        gap = f"{number(100 * (ours / published - 1))} %" if np.isfinite(ours / published) else "–"
        reason = why.format(sans_ligne=count_missing(sans_ligne))
        rows.append([nom, number(published, decimals), number(ours, decimals), gap, reason])
    people = locate_people(atlas)
    return {
        "chiffres": table(["Chiffre", "Publié", "Calculé", "Écart", "Pourquoi"], rows),
        "bassins": write_bassins(atlas),
        "rangs": rank_bassins(atlas),
        "echelle": write_scale(people),
        "document_bas": str(PUBLIE_LOIN[0]),
        "document_haut": str(PUBLIE_LOIN[1]),
        "raccourcir": write_needed(people),
        **write_causes(atlas, people),
    }


def count_missing(codes: Sequence[str]) -> str:
    """« 2 communes sans ligne en 2013 (59001, 59002) »."""
    if not codes:
        return "aucune commune sans ligne en 2013"
    return f"{accord(len(codes), 'commune')} sans ligne en 2013 ({', '.join(codes)})"


ECHELLES = (1.0, 0.9, 0.8, 0.7)
LOIN_S = 420.0  # 7 minutes


def locate_people(atlas: Atlas) -> pl.DataFrame:
    """Fragments: the name of their basin (``nom``), ``population``, ``duree`` of the basket in seconds."""
    times = atlas.indicateurs("carreau").select(id="code", duree="duree_panier_quotidien")
    cells = atlas.carreaux().select("id").with_row_index("carreau").join(times, on="id", how="left")
    places = atlas.territoires("commune").unnest("parents").select(code_insee="code", code="bassin_vie")
    names = atlas.territoires("bassin_vie").select("code", "nom")
    people = atlas.fragments().with_columns(pl.col("carreau").cast(pl.UInt32)).join(cells, on="carreau")
    return people.join(places, on="code_insee").join(names, on="code")


def share_far(people: pl.DataFrame, name: str, factor: float) -> float:
    """Share beyond the threshold in a basin (or « Nord ») if every time were multiplied by ``factor``."""
    here = people if name == "Nord" else people.filter(pl.col("nom") == name)
    far = here.filter(pl.col("duree") * factor > LOIN_S)
    return float(far["population"].sum() / here["population"].sum())


def write_scale(people: pl.DataFrame) -> str:
    """The same shares if every time were shorter by one factor: a hint on times that reads no care."""
    rows = [
        [name, *(f"{number(100 * share_far(people, name, k), 0)} %" for k in ECHELLES)]
        for name in (*BASSINS, "Nord")
    ]
    shorter = [f"− {100 * (1 - k):.0f} %" for k in ECHELLES[1:]]
    return table(["Bassin de vie", "Durées estimées", *shorter], rows)


def find_needed(people: pl.DataFrame, name: str) -> int:
    """By how many whole per cent every time must shorten for the share to fall to the document's highest."""
    return next(
        percent
        for percent in range(100)
        if 100 * share_far(people, name, 1 - percent / 100) <= PUBLIE_LOIN[1]
    )


def write_needed(people: pl.DataFrame) -> str:
    """« 14 % à Avesnes-sur-Helpe, 22 % à Bavay »."""
    return ", ".join(f"{find_needed(people, name)} % à {name}" for name in BASSINS)


MEAN, NINTH = 0, 3  # of the four published statistics


def write_causes(atlas: Atlas, people: pl.DataFrame) -> dict[str, str]:
    """How many points each cause can take off, by basin: the convention, or times as long as measured.

    Times are measured on all comparable services, and on those of many places, which the basket is made of.
    """
    whole, common = measure_gaps("present"), measure_gaps("present", rare=False)
    shortened = [whole[MEAN], whole[NINTH], common[NINTH]]
    points = np.array(
        [
            [
                measure_convention(atlas, name),
                *(measure_shortening(people, name, float(g)) for g in shortened),
            ]
            for name in BASSINS
        ]
    )
    rows = [[name, *map(number, row)] for name, row in zip(BASSINS, points, strict=True)]
    heads = [f"durées − {number(100 * gap / (1 + gap), 0)} %" for gap in shortened]
    first = (points[:, :1] > points[:, 1:]).sum(axis=0)
    return {
        "causes_bassins": table(["Bassin de vie (points)", "de commune à commune", *heads], rows),
        "premiere_moyenne": f"{first[0]} bassins sur {len(BASSINS)}",
        "premiere_decile9": f"{first[1]} sur {len(BASSINS)}",
        "premiere_courants": f"{first[2]} sur {len(BASSINS)}",
        "encore_loin": list_above(atlas),
        "courants_lieux": str(RARE),
        **write_gaps(),
    }


def write_gaps() -> dict[str, str]:
    """Mean and ninth decile beside the published ones: all services, then common ones; as we know the supply
    beyond the border, then at the other extreme (``_au_dela``).
    """
    words = {}
    for name, rare in (("temps", None), ("courants", False)):
        for suffix, column in (("", "present"), ("_au_dela", "present_au_dela")):
            gaps = measure_gaps(column, rare=rare)
            for statistic, k in (("moyenne", MEAN), ("decile9", NINTH)):
                words[f"{name}_{statistic}{suffix}"] = f"{signed(100 * gaps[k], 0)} %"
    return words


def list_above(atlas: Atlas) -> str:
    """Basins that stay above the document's highest from commune to commune: « Bavay (36,8 %) »."""
    shares = {name: 100 * read_share(atlas, name, "commune_a_commune") for name in BASSINS}
    above = [f"{name} ({number(share)} %)" for name, share in shares.items() if share > PUBLIE_LOIN[1]]
    return ", ".join(above) or "aucun"


def read_share(atlas: Atlas, name: str, convention: str) -> float:
    """Share of a basin beyond the threshold under a convention."""
    row = atlas.indicateurs("bassin_vie").filter(pl.col("nom") == name).row(0, named=True)
    return float(row[f"part_panier_plus_7min_{convention}"])


def measure_convention(atlas: Atlas, name: str) -> float:
    """Points that counting from commune to commune takes off."""
    return 100 * (read_share(atlas, name, "reparti") - read_share(atlas, name, "commune_a_commune"))


def measure_shortening(people: pl.DataFrame, name: str, gap: float) -> float:
    """Points that times shortened by a measured gap take off."""
    return 100 * (share_far(people, name, 1.0) - share_far(people, name, 1 / (1 + gap)))


def rank_bassins(atlas: Atlas) -> str:
    """Where the basins that the document names stand among those that lie wholly in the département."""
    places = atlas.territoires("bassin_vie").select("code", "partiel")
    ranked = atlas.indicateurs("bassin_vie").join(places, on="code")
    ranked = ranked.filter(~pl.col("partiel").fill_null(value=False))
    ranked = ranked.sort("part_panier_plus_7min", "nom", descending=[True, False])
    rank = {name: k + 1 for k, name in enumerate(ranked["nom"])}
    named = sorted(BASSINS, key=lambda name: rank[name])
    listed = ", ".join(f"{name} ({'1er' if rank[name] == 1 else f'{rank[name]}e'})" for name in named)
    return f"{listed}, sur {ranked.height} bassins situés tout entiers dans le Nord"


def read_figure(whole: dict[str, float | None], name: str, factor: float) -> float:
    """A figure of the département; NaN when this atlas does not have it."""
    if name == "illectronisme":
        share, people = whole.get("illectronisme_estime"), whole.get("population_15_plus")
        return share * people if share is not None and people is not None else float("nan")
    if not name:
        people, area = whole.get("population_2021"), whole.get("superficie_km2")
        return people / area if people and area else float("nan")
    value = whole.get(name)
    return float("nan") if value is None else value * factor


def write_bassins(atlas: Atlas) -> str:
    """The share beyond 7 minutes in the basins the document names, and in the whole."""
    name = "part_panier_plus_7min"
    columns = [
        name,
        f"{name}_bas",
        f"{name}_haut",
        f"{name}_reparti",
        f"{name}_mairie",
        f"{name}_commune_a_commune",
    ]
    basins = atlas.indicateurs("bassin_vie").filter(pl.col("nom").is_in(BASSINS))
    both = pl.concat([basins, atlas.indicateurs("departement")], how="diagonal_relaxed")
    known = [column for column in columns if column in both.columns]
    rows = [
        [row["nom"], *(f"{number(100 * row[c])} %" if row[c] is not None else "–" for c in known)]
        for row in both.select("nom", *known).iter_rows(named=True)
    ]
    heads = ("Part", "Bas", "Haut", "Répartis", "À la mairie", "De commune à commune")
    shown = [head for head, column in zip(heads, columns, strict=True) if column in known]
    return table(["Bassin de vie", *shown], rows)
