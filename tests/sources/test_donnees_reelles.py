"""Each reader on its real file; expected facts come from the data's own description."""

from pathlib import Path

import polars as pl
import pytest
import shapely
from opening_hours import OpeningHours

from maillage.sources import Table, find_sources, find_unknown, read, read_all

pytestmark = pytest.mark.filterwarnings("error")


def read_one(donnees: Path, source: str, nature: str | None = None) -> Table:
    tables = read(source, *find_sources(donnees)[source])
    return next(t for t in tables if nature is None or t.nature == nature)


def test_each_known_file_is_recognised_by_its_content(donnees: Path) -> None:
    found = {path.name: source for source, paths in find_sources(donnees).items() for path in paths}
    assert found["communes_59.csv"] == "cog"
    assert found["communes_59.geojson"] == "contours"
    assert found["all.parquet"] == "prestations_caf"
    assert found["saint_barthelemy.osm.pbf"] == "osm"
    unknown = {path.name for path in find_unknown(donnees)}
    assert {"indices.parquet", "glossaire.csv", "communes_isere.geojson"} <= unknown


def test_communes(donnees: Path) -> None:
    frame = read_one(donnees, "cog").frame
    assert frame.height == 647
    assert frame["population"].sum() == 2_615_635
    assert set(frame["arrondissement_nom"].unique()) == {
        "Avesnes-sur-Helpe", "Cambrai", "Douai", "Dunkerque", "Lille", "Valenciennes",
    }  # fmt: skip
    names = frame.filter(pl.col("bassin_vie") == "59011")["bassin_vie_nom"].unique().to_list()
    assert names == ["Annœullin"]
    assert frame["lon"].null_count() == 0


def test_contours_hold_their_town_hall(donnees: Path) -> None:
    outlines = read_one(donnees, "contours").frame
    communes = read_one(donnees, "cog").frame.sort("code_insee")
    assert outlines["code_insee"].to_list() == communes["code_insee"].to_list()
    polygons = shapely.from_wkb(outlines["wkb"].to_list())
    halls = shapely.points(communes["lon"].to_numpy(), communes["lat"].to_numpy())
    assert shapely.contains(polygons, halls).mean() > 0.97


def test_grid(donnees: Path) -> None:
    frame = read_one(donnees, "carreaux_eurostat").frame
    inside = frame.filter("dans_departement")
    assert (frame.height, inside.height, inside["population"].sum()) == (25_115, 4_903, 2_607_983)
    lille = frame.filter(pl.col("lon").is_between(3.0, 3.1) & pl.col("lat").is_between(50.6, 50.66))
    assert lille["population"].max() > 10_000


def test_bpe_2013_moves_merged_communes(donnees: Path) -> None:
    frame = read_one(donnees, "bpe_2013").frame
    assert frame["nombre"].sum() == 66_088
    assert frame["type"].n_unique() == 173
    communes = set(read_one(donnees, "cog").frame["code_insee"])
    assert set(frame["code_insee"]) <= communes
    assert frame.filter(pl.col("type") == "medecin_generaliste")["nombre"].sum() == 2_686
    assert frame.filter(pl.col("type") == "pharmacie")["nombre"].sum() == 1_015


def test_three_counts_of_pharmacies_stay_apart(donnees: Path) -> None:
    newer = read_one(donnees, "bpe_2024", "offre_commune").frame
    sirene = read_one(donnees, "etablissements_sirene", "offre_commune").frame
    assert newer.filter(pl.col("type") == "pharmacie")["nombre"].sum() == 884
    assert sirene.filter(pl.col("type") == "pharmacie_sirene")["nombre"].sum() == 1_064
    assert sirene.filter(pl.col("type") == "cabinet_medecine_generale")["nombre"].sum() == 4_487


def test_capacities_are_not_offer(donnees: Path) -> None:
    offer = read_one(donnees, "bpe_2024", "offre_commune").frame
    statistics = read_one(donnees, "bpe_2024", "statistiques").frame
    assert offer["nombre"].max() < 2_500
    assert statistics["places_cinema"].max() == 11_104
    assert "places_cinema" not in offer["type"].to_list()


def test_france_services(donnees: Path) -> None:
    frame = read_one(donnees, "france_services").frame
    nord = frame.filter(pl.col("departement") == "59")
    assert (frame.height, nord.height) == (2_845, 52)
    assert nord["itinerant"].sum() == 7
    assert nord.filter(~pl.col("itinerant")).height == 45
    assert set(nord.filter("itinerant")["precision"]) == {"base_mobile"}
    assert frame["format"].n_unique() == 5


def test_hours_are_read_by_the_osm_parser(donnees: Path) -> None:
    hours = read_one(donnees, "france_services").frame["horaires"].drop_nulls().unique()
    assert all(OpeningHours(text) for text in hours)
    assert not hours.str.contains("00:00-00:00").any()


@pytest.mark.parametrize(
    ("source", "everywhere", "nord"),
    [
        ("france_travail", 959, 40),
        ("etablissements_sante", 5_368, 188),
        ("gares", 2_932, 124),
        ("conseillers_numeriques", 1_450, 72),
    ],
)
def test_points(donnees: Path, source: str, everywhere: int, nord: int) -> None:
    frame = read_one(donnees, source).frame
    assert frame.height == everywhere
    assert frame.filter(pl.col("departement") == "59").height == nord
    assert frame["id"].is_unique().all()
    metropolitan = frame.filter(pl.col("departement") == "59", pl.col("lon").is_not_null())
    assert metropolitan["lon"].is_between(2.0, 4.3).all()
    assert metropolitan["lat"].is_between(49.9, 51.2).all()


def test_populations(donnees: Path) -> None:
    table = read_one(donnees, "populations")
    assert table.frame["population_2021"].sum() == 2_611_293
    assert table.frame["superficie_km2"].sum() == pytest.approx(5_742.75)
    assert table.frame["population_2021"].sum() - table.frame["population_2015"].sum() == 6_055
    assert table.millesimes["population_2021"] == "2021"


def test_secrets_are_null_never_zero(donnees: Path) -> None:
    incomes = read_one(donnees, "revenus").frame
    assert incomes["taux_pauvrete"].null_count() == 439
    assert incomes["taux_pauvrete"].min() > 0
    rsa = read_one(donnees, "rsa").frame
    assert rsa["rsa"].min() == 5
    assert rsa["rsa"].null_count() == 48


@pytest.mark.lent
def test_merged_bermeries_is_nowhere(donnees: Path) -> None:
    for source, paths in find_sources(donnees).items():
        if source != "osm":
            for table in read(source, *paths):
                if "code_insee" in table.frame.columns:
                    assert "59070" not in table.frame["code_insee"].to_list(), source


def test_units_and_vintages_name_every_statistic(donnees: Path) -> None:
    table = read_one(donnees, "apl")
    assert table.unites["apl_medecins"] == "consultations par an et par hab."
    assert set(table.unites) == set(table.millesimes) == set(table.frame.columns) - {"code_insee"}


def test_points_get_the_code_of_their_commune(donnees: Path) -> None:
    found = find_sources(donnees)
    wanted = {name: found[name] for name in ("cog", "france_travail", "gares")}
    tables = {t.provenance.id: t.frame for t in read_all(wanted)}
    agencies = tables["france_travail"].filter(pl.col("departement") == "59")
    assert agencies["code_insee"].null_count() == 0
    lomme = agencies.filter(pl.col("ville") == "LOMME", pl.col("lon").is_null()).row(0, named=True)
    assert (lomme["code_insee"], lomme["precision"]) == ("59350", "commune")
    stations = tables["gares"].filter(pl.col("departement") == "59")
    assert stations["code_insee"].null_count() <= 6
    halls = tables["cog"].select("code_insee", "lon", "lat")
    both = stations.join(halls, on="code_insee", suffix="_mairie").filter(pl.col("lon").is_not_null())
    assert (
        (both["lat"] - both["lat_mairie"]).abs() < 0.1
    ).all()  # 11 km: no station is that far from its town hall


def test_the_tried_files_have_their_vintage(donnees: Path) -> None:
    known = {"cog": "COG 2026", "gares": "2023", "france_travail": "2025", "contours": "2018", "apl": "2023"}
    for source, vintage in known.items():
        assert read_one(donnees, source).provenance.millesime == vintage
