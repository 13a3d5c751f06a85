"""The atlas against the figures of the reference document (SDAASP du Nord 2025-2030)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from maillage.atlas.lecture.ouvert import Atlas

# what, published, indicator of the département (factor), decimals, why it may differ
CHIFFRES = [
    ("Habitants en 2021", 2_611_293, "population_2021", 1, 0, "même source"),
    ("Densité (habitants par km²)", 454.7, "", 1, 1, "même population (2021), superficie publiée"),
    ("Équipements", 70_260, "nombre_equipements", 1, 0,
     "base de 2013 contre base plus récente du document ; 25 communes sans ligne en 2013"),
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


def write(atlas: Atlas, make_table: Callable[..., str], fr: Callable[..., str]) -> dict[str, str]:
    """The tables of the chapter, by their place in the model."""
    whole = atlas.indicateurs("departement").row(0, named=True)
    rows = []
    for nom, published, name, factor, decimals, why in CHIFFRES:
        ours = read_figure(whole, name, factor)
        gap = f"{fr(100 * (ours / published - 1), 1)} %" if np.isfinite(ours / published) else "–"
        rows.append([nom, fr(published, decimals), fr(ours, decimals), gap, why])
    head = ["Chiffre", "Publié", "Calculé", "Écart", "Pourquoi"]
    return {
        "chiffres": make_table(head, rows),
        "bassins": write_bassins(atlas, make_table, fr),
        "rangs": rank_bassins(atlas),
        "echelle": write_scale(atlas, make_table, fr),
    }


ECHELLES = (1.0, 0.9, 0.8, 0.7)
LOIN_S = 420.0  # 7 minutes


def write_scale(atlas: Atlas, make_table: Callable[..., str], fr: Callable[..., str]) -> str:
    """The same shares if every time were shorter by one factor: a hint on times that reads no care."""
    times = atlas.indicateurs("carreau").select(id="code", duree="duree_panier_quotidien")
    cells = atlas.carreaux().select("id").with_row_index("carreau").join(times, on="id", how="left")
    places = atlas.territoires("commune").unnest("parents").select(code_insee="code", code="bassin_vie")
    names = atlas.territoires("bassin_vie").select("code", "nom")
    people = atlas.fragments().with_columns(pl.col("carreau").cast(pl.UInt32)).join(cells, on="carreau")
    people = people.join(places, on="code_insee").join(names, on="code")
    rows = []
    for name in (*BASSINS, "Nord"):
        here = people if name == "Nord" else people.filter(pl.col("nom") == name)
        total = here["population"].sum()
        far = [here.filter(pl.col("duree") * k > LOIN_S)["population"].sum() / total for k in ECHELLES]
        rows.append([name, *(f"{fr(100 * share, 0)} %" for share in far)])
    shorter = [f"− {100 * (1 - k):.0f} %" for k in ECHELLES[1:]]
    return make_table(["Bassin de vie", "Durées estimées", *shorter], rows)


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


def write_bassins(atlas: Atlas, make_table: Callable[..., str], fr: Callable[..., str]) -> str:
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
    table = pl.concat([basins, atlas.indicateurs("departement")], how="diagonal_relaxed")
    known = [column for column in columns if column in table.columns]
    rows = [
        [row["nom"], *(f"{fr(100 * row[c], 1)} %" if row[c] is not None else "–" for c in known)]
        for row in table.select("nom", *known).iter_rows(named=True)
    ]
    heads = ("Part", "Bas", "Haut", "Répartis", "À la mairie", "De commune à commune")
    shown = [head for head, column in zip(heads, columns, strict=True) if column in known]
    return make_table(["Bassin de vie", *shown], rows)
