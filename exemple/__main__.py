"""``make example``: write the embedded example again, to the same bytes."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import polars as pl
import polars.selectors as cs
import shapely
from numpy.typing import NDArray

from exemple.codes_postaux import write_postcodes
from exemple.communes import Communes, read_communes
from exemple.gtfs import write_transports
from exemple.numerique import FIXE, SITES, draw_fixed, draw_sites
from exemple.offre import FIXED, MOBILE, choose_communes, draw_counts, draw_hours
from exemple.places import draw_capacities, draw_places
from exemple.reseau import Routes, draw_roads
from exemple.terrain import CELL_M, TO_WGS84, Grille, Terrain, draw_terrain, populate, simulate_classes
from exemple.zones import draw_basin, draw_sector
from maillage.catalogue.lecture import read_csv
from maillage.sources.saisies import CAPACITES, PLACES

HERE = Path(__file__).parent
PACKAGE = HERE / "node_modules" / "@etalab" / "decoupage-administratif" / "data"
OUT = HERE.parent / "src" / "maillage" / "sources" / "jeu_essai"
TIMETABLES = OUT.with_name("jeu_essai_transports")
SEED = 59
NAME = "jeu d'essai"
SECRET_BELOW = 1000  # inhabitants: invented, as the real threshold is on households
COLUMNS = tomllib.loads((HERE / "colonnes.toml").read_text("utf-8"))


def main(out: Path = OUT, timetables: Path = TIMETABLES) -> None:
    """Draw the ground, the people, the offer and the roads, in this order, from one seed, into ``out``.

    ``timetables``: where those of public transport go, which are read apart.
    """
    rng = np.random.default_rng(SEED)
    communes = read_communes(PACKAGE, rng)
    terrain = draw_terrain(communes.lonlat)
    grille = populate(terrain, communes.population, rng)
    out.mkdir(exist_ok=True)
    write_notice(out, communes)
    write_communes(out, communes, terrain)
    write_contours(out, communes, terrain)
    write_carreaux(out, grille)
    write_statistics(out, communes, terrain, rng)
    write_counts(out, communes, rng)
    write_france_services(out, communes, terrain, rng)
    write_roads(out, simulate_roads(communes, terrain, grille, rng))
    write_zones(out, communes, terrain)
    write_places(out, communes, np.random.default_rng([SEED, 1]))
    write_digital(out, communes, np.random.default_rng([SEED, 3]))
    timetables.mkdir(exist_ok=True)
    write_transports(timetables, communes, terrain, grille, np.random.default_rng([SEED, 2]))


def write_csv(out: Path, name: str, header: list[str], rows: list[list[Any]], comma: str = ",") -> None:
    """A comma-separated file; absent values are empty."""
    with (out / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", delimiter=comma)
        writer.writerow(header)
        writer.writerows(rows)


def write_notice(out: Path, communes: Communes) -> None:
    """The file that makes everything read from this folder a « jeu d'essai », with what is real in it."""
    text = f"""# Ce dossier est un jeu d'essai : tout ce qui en est tiré porte cette mention.
titre = "Jeu d'essai : communes réelles, chiffres simulés"
graine = {SEED}
reel = [
  "noms, codes, populations, EPCI, arrondissements des communes (découpage administratif, Licence Ouverte)",
  "coordonnées de {int(communes.nommee.sum())} communes sur {len(communes.rows)} (GeoNames, CC BY 4.0)",
]
simule = [
  "contours",
  "carreaux",
  "offre de services",
  "statistiques",
  "réseau routier",
  "zones",
  "capacité et activité des France services, places d'accueil du jeune enfant",
  "locaux que chaque technologie peut atteindre, antennes mobiles",
  "coordonnées des autres communes",
]
"""
    (out / "jeu_essai.toml").write_text(text, encoding="utf-8")


def write_communes(out: Path, communes: Communes, terrain: Terrain) -> None:
    """The communes, in the columns of the COG table Maillage reads; what the package lacks stays empty."""
    classes = simulate_classes(communes.population, area_km2(terrain))
    rows = [
        [row["code"], row["nom"], row["arrondissement"], row["siren"], row["population"], code, nom]
        + [None] * 6
        + [lon, lat, None, classe]
        for row, (code, nom), (lon, lat), classe in zip(
            communes.rows, communes.epci, communes.lonlat, classes, strict=True
        )
    ]
    write_csv(out, "communes_jeu_essai.csv", COLUMNS["communes"], rows)


def write_contours(out: Path, communes: Communes, terrain: Terrain) -> None:
    """Voronoi outlines as GeoJSON, five decimals."""
    outline = shapely.transform(terrain.outline, lambda xy: np.column_stack(TO_WGS84.transform(*xy.T)))
    features = [
        {
            "type": "Feature",
            "properties": {"code": row["code"], "nom": row["nom"]},
            "geometry": round_coordinates(shapely.geometry.mapping(shape)),
        }
        for row, shape in zip(communes.rows, outline, strict=True)
    ]
    write_geojson(out / "contours_jeu_essai.geojson", features)


def write_zones(out: Path, communes: Communes, terrain: Terrain) -> None:
    """Two invented zones, one in each form that a département may give: communes, a polygon."""
    members = draw_sector(communes.population, terrain.centre_m)
    rows = [
        ["SECTEUR-ESSAI", "Secteur rural d’essai", "secteur rural", communes.rows[i]["code"]] for i in members
    ]
    write_csv(out, "zone_communes_jeu_essai.csv", ["code_zone", "nom_zone", "type_zone", "code_insee"], rows)
    basin = draw_basin(communes.population, terrain.centre_m)
    shape = shapely.transform(basin, lambda xy: np.column_stack(TO_WGS84.transform(*xy.T)))
    properties = {"code": "BASSIN-ESSAI", "nom": "Bassin d’essai", "type": "bassin"}
    geometry = round_coordinates(shapely.geometry.mapping(shape))
    write_geojson(
        out / "zone_jeu_essai.geojson", [{"type": "Feature", "properties": properties, "geometry": geometry}]
    )


def write_geojson(path: Path, features: list[dict[str, Any]]) -> None:
    """A collection marked as an example."""
    content = {"type": "FeatureCollection", "name": NAME, "features": features}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_text(text + "\n", encoding="utf-8")


def round_coordinates(geometry: dict[str, Any]) -> dict[str, Any]:
    """The same geometry with four decimals (some ten metres)."""

    def rounded(part: Any) -> Any:
        return [rounded(piece) for piece in part] if isinstance(part, list | tuple) else round(part, 4)

    return {**geometry, "coordinates": rounded(geometry["coordinates"])}


def write_carreaux(out: Path, grille: Grille) -> None:
    """The grid, in the columns of the Eurostat 1 km table."""
    between = grille.population - grille.moins_15 - grille.plus_65
    columns = {
        "x_3035": grille.x,
        "y_3035": grille.y,
        "population": grille.population,
        "hommes": grille.hommes,
        "femmes": grille.population - grille.hommes,
        "moins_15": grille.moins_15,
        "de_15_a_64": between,
        "plus_65": grille.plus_65,
        "population_confidentielle": np.zeros(len(grille.x), np.int64),
        "dans_le_nord": np.ones(len(grille.x), bool),
    }
    pl.DataFrame(columns).write_parquet(out / "carreaux_1km_jeu_essai.parquet", statistics=False)


def area_km2(terrain: Terrain) -> NDArray[np.float64]:
    """Area of the simulated outlines, float64[communes]."""
    area: NDArray[np.float64] = np.round(shapely.area(terrain.outline) / 1e6, 2)
    return area


def write_statistics(out: Path, communes: Communes, terrain: Terrain, rng: np.random.Generator) -> None:
    """Area and population as INSEE's table gives them; invented incomes, poverty and benefits."""
    codes = [row["code"] for row in communes.rows]
    people = communes.population.astype(float)
    populations = {"sup": area_km2(terrain), "pmun2021": people, "pmun2022": people, "po_ptot": people}
    write_statistics_of(out, "sup_jeu_essai.parquet", "populations", codes, populations)
    income = np.round(rng.normal(22_000, 2_200, len(codes)), -1)
    poverty = np.round(np.clip(38 - income / 1000 + rng.normal(0, 2.5, len(codes)), 5, 45))
    incomes = {
        "nbpersmenfisc21": hide(people, np.zeros(len(codes), bool)),
        "med21": hide(income, np.zeros(len(codes), bool)),
        "tp6021": hide(poverty, communes.population < SECRET_BELOW),
    }
    write_statistics_of(out, "filo_jeu_essai.parquet", "revenus", codes, incomes)
    benefits = np.rint(people * poverty / 100 * rng.uniform(0.15, 0.3, len(codes)))
    write_statistics_of(out, "rsa_jeu_essai.parquet", "rsa", codes, {"rsa_2023": benefits})


def write_statistics_of(out: Path, name: str, source: str, codes: list[str], known: dict[str, Any]) -> None:
    """A table with all the columns its source publishes; those not simulated are secret or empty."""
    published = [row["colonne"] for row in read_csv("statistiques.csv") if row["source"] == source]
    text = isinstance(next(iter(known.values())), list)
    columns = {column: known.get(column, ["ND" if text else None] * len(codes)) for column in published}
    frame = pl.DataFrame({"code_insee": codes, **columns})
    frame.with_columns(cs.by_dtype(pl.Null).cast(pl.Float64)).write_parquet(out / name, statistics=False)


def hide(values: NDArray[np.float64], secret: NDArray[np.bool_]) -> list[str]:
    """Whole numbers as text, « ND » where statistical secrecy would hide them."""
    return ["ND" if hidden else f"{value:.0f}" for value, hidden in zip(values, secret, strict=True)]


def write_counts(out: Path, communes: Communes, rng: np.random.Generator) -> None:
    """The offer by commune, in the columns of BPE 2013."""
    rows = [[communes.rows[i]["code"], label, n] for i, label, n in draw_counts(communes.population, rng)]
    write_csv(out, "bpe_jeu_essai.csv", ["depcom", "equipement", "nb"], sorted(rows))


def write_france_services(out: Path, communes: Communes, terrain: Terrain, rng: np.random.Generator) -> None:
    """Fifty-two France services in the columns ANCT publishes, seven of them mobile."""
    rows = []
    for rank, i in enumerate(choose_communes(communes.population, terrain.centre_m, FIXED + MOBILE)):
        commune = communes.rows[i]
        lon, lat = np.round(communes.lonlat[i] + rng.normal(0, 0.004, 2), 5)
        values = {
            "id_fs": f"JE{rank + 1}",
            "insee_dep": "59",
            "lib_fs": f"France services de {commune['nom']} ({NAME})",
            "insee_com": commune["code"],
            "code_postal": commune["codesPostaux"][0],
            "lib_com": commune["nom"],
            "latitude": lat,
            "longitude": lon,
            **draw_hours(rng),
            "prise_rdv": "Non",
            "type_fs": "Principal",
            "format_fs": "Fixe" if rank < FIXED else "Itinérante",
        }
        rows.append([values.get(column) for column in COLUMNS["france_services"]])
    write_csv(out, "france_services_jeu_essai.csv", COLUMNS["france_services"], rows)


def write_places(out: Path, communes: Communes, rng: np.random.Generator) -> None:
    """What a département enters of its places: capacity and activity, places in early childhood."""
    with (out / "france_services_jeu_essai.csv").open(encoding="utf-8") as file:
        fixed = [row["id_fs"] for row in csv.DictReader(file) if row["format_fs"] == "Fixe"]
    write_csv(out, "capacites_jeu_essai.csv", list(CAPACITES), draw_capacities(fixed, rng))
    codes = [str(row["code"]) for row in communes.rows]
    write_csv(out, "places_jeu_essai.csv", list(PLACES), draw_places(codes, communes.population, rng))


def write_digital(out: Path, communes: Communes, rng: np.random.Generator) -> None:
    """Premises by technology and mobile sites, in the columns that ARCEP publishes."""
    write_csv(out, "arcep_fixe_jeu_essai.csv", list(FIXE), draw_fixed(communes, rng), ";")
    write_csv(out, "arcep_mobile_jeu_essai.csv", list(SITES), draw_sites(communes, rng), ";")


def simulate_roads(communes: Communes, terrain: Terrain, grille: Grille, rng: np.random.Generator) -> Routes:
    """A node in each inhabited cell and at the centre of each commune, joined by roads."""
    cells = np.column_stack([grille.x, grille.y]) + rng.uniform(0.2, 0.8, (len(grille.x), 2)) * CELL_M
    points = np.vstack([terrain.centre_m, cells])
    lonlat = np.round(np.column_stack(TO_WGS84.transform(*points.T)), 5)
    return draw_roads(points, lonlat, np.arange(len(communes.rows)), communes.population)


def write_roads(out: Path, routes: Routes) -> None:
    """The roads as an OpenStreetMap extract, marked on every way."""
    path = out / "reseau_jeu_essai.osm.pbf"
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(str(path)) as writer:
        for i, (lon, lat) in enumerate(routes.lonlat.tolist(), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=i, location=(lon, lat)))
        for i, (ends, classe) in enumerate(
            zip((routes.ends + 1).tolist(), routes.classe, strict=True), start=1
        ):
            tags = (
                {"highway": classe, "name": f"Route {i} ({NAME})"}
                if classe != "unclassified"
                else {"highway": classe}
            )
            writer.add_way(osmium.osm.mutable.Way(id=i, nodes=ends, tags=tags))


if __name__ == "__main__":
    main()
    write_postcodes(PACKAGE)
