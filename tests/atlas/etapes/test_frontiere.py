"""Supply beyond the border: a small world of 6 communes, whose ring of carreaux is two kilometres wide."""

import csv

import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.decouverte import recognise
from maillage.sources.lieux_voisins import read, tabulate

HEADER = ["id", "type", "nom", "lon", "lat", "pays", "origine", "date"]


def write_neighbours(folder, *rows):
    path = folder / "lieux_voisins.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([HEADER, *rows])
    return path


@pytest.fixture
def beyond(petit_monde):
    """A point one kilometre west of commune 0, and one in the middle of commune 3."""
    west = petit_monde.TO_WGS84.transform(petit_monde.X0 - 500, petit_monde.Y0 + 1500)
    return west, petit_monde.hall(3)


def make(sources, tmp_path):
    return build("59", sources, tmp_path / "atlas", Parametres(tuiles=False))


def test_places_given_beyond_the_border_shorten_times_and_count_nowhere(
    petites_sources, petit_atlas, tmp_path, beyond
):
    (lon, lat), _ = beyond
    write_neighbours(
        petites_sources, ["b1", "france_services", "Guichet", lon, lat, "BE", "OpenStreetMap", "2026-01-01"]
    )
    atlas = make(petites_sources, tmp_path)
    added = [row for row in atlas.implantations().iter_rows(named=True) if row["source"] == "lieux_voisins"]
    assert [(row["type"], row["precision"], row["fiabilite"], row["code_insee"]) for row in added] == [
        ("france_services", "adresse", "observe", None)
    ]
    name = "duree_france_services"
    near = dict(atlas.indicateurs("commune").select("code", name).iter_rows())
    before = dict(petit_atlas.indicateurs("commune").select("code", name).iter_rows())
    assert near["59100"] < before["59100"]
    assert near["59102"] == pytest.approx(before["59102"]), "its own is nearer"
    for count in ("nombre_france_services", "taux_france_services_10000"):
        assert (
            atlas.indicateurs("departement")[count].to_list()
            == petit_atlas.indicateurs("departement")[count].to_list()
        )


def test_a_given_place_inside_or_far_away_is_left_out(petites_sources, tmp_path, beyond):
    _, (lon, lat) = beyond
    write_neighbours(
        petites_sources,
        ["b1", "france_services", "Dedans", lon, lat, "FR", "OpenStreetMap", "2026"],
        ["b2", "france_services", "Loin", lon + 5, lat, "BE", "OpenStreetMap", "2026"],
    )
    atlas = make(petites_sources, tmp_path)
    assert not (atlas.implantations()["source"] == "lieux_voisins").any()


def test_the_atlas_says_by_type_what_it_knows_of_the_other_side(petites_sources, tmp_path, beyond):
    (lon, lat), _ = beyond
    write_neighbours(
        petites_sources, ["b1", "pharmacie", "Apotheek", lon, lat, "BE", "OpenStreetMap", "2026"]
    )
    rows = {row["type"]: row for row in make(petites_sources, tmp_path).frontiere().iter_rows(named=True)}
    assert rows["pharmacie"] == {
        "type": "pharmacie", "source": "bpe_2013", "voisins": False, "lieux_voisins": 0,
        "etranger": True, "lieux_etrangers": 1, "source_etranger": "lieux_voisins",
    }  # fmt: skip
    assert rows["france_services"]["etranger"] is False
    assert rows["france_services"]["voisins"] is False, "the list given holds the Nord only"


def test_a_national_list_counts_beyond_the_border(petites_sources, tmp_path, beyond):
    (lon, lat), _ = beyond
    path = petites_sources / "france_services.csv"
    first = path.read_text("utf-8").splitlines()[1].split(",")
    first[:3] = ["9", "62", "France services du Pas-de-Calais"]
    first[5:7] = ["62041", "62000"]
    first[8:10] = [str(lat), str(lon)]
    path.write_text(path.read_text("utf-8") + ",".join(first) + "\n", "utf-8")
    atlas = make(petites_sources, tmp_path)
    row = next(row for row in atlas.frontiere().iter_rows(named=True) if row["type"] == "france_services")
    assert row["voisins"] is True
    assert row["lieux_voisins"] == 1


def test_counts_of_neighbouring_communes_stand_at_their_town_halls(petites_sources, tmp_path, beyond):
    """A national list of communes and national counts: the pharmacy of the commune next door counts."""
    (lon, lat), _ = beyond
    communes = petites_sources / "communes.csv"
    rows = list(csv.reader(communes.read_text("utf-8").splitlines()))
    head, away = rows[0], list(rows[1])
    away[head.index("code")], away[head.index("nom")] = "62041", "Ailleurs"
    away[head.index("cheflieu_lon")], away[head.index("cheflieu_lat")] = str(lon), str(lat)
    with communes.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([*rows, away])
    with (petites_sources / "bpe2013.csv").open("a", encoding="utf-8") as stream:
        stream.write("62041,Maternité,1\n62041,Pharmacie,2\n")
    atlas = make(petites_sources, tmp_path)
    found = [row for row in atlas.implantations().iter_rows(named=True) if row["id"] == "pharmacie-62041-0"]
    assert [(row["effectif"], row["precision"], row["fiabilite"], row["source"]) for row in found] == [
        (2, "commune", "impute", "bpe_2013")
    ]
    facts = {row["type"]: row for row in atlas.frontiere().iter_rows(named=True)}
    assert facts["pharmacie"]["voisins"] is True
    assert facts["pharmacie"]["lieux_voisins"] == 2
    assert atlas.indicateurs("departement")["nombre_pharmacie"].to_list() == [2.0]


def test_the_places_of_an_extract_are_written_as_the_table_is_read(tmp_path):
    row = {"id": "osm:n1:gare", "type": "gare", "nom": "Mons", "lon": 3.94, "lat": 50.45}
    path = tmp_path / "autre_nom.csv"
    tabulate(pl.DataFrame([row]), "BE", "OpenStreetMap", "2026-01-02").write_csv(path)
    (table,) = read((path,))
    assert recognise(path) == "lieux_voisins"
    assert table.frame.rows(named=True) == [
        {**row, "pays": "BE", "source": "lieux_voisins", "millesime": "2026"}
    ]


@pytest.mark.parametrize(
    ("row", "quoi"),
    [
        (["a", "gare", "G", 3.0, 50.0, "XX", "OSM", ""], "pays inconnu « XX »"),
        (["a", "garre", "G", 3.0, 50.0, "BE", "OSM", ""], "type de service inconnu"),
        (["a", "gare", "G", "", 50.0, "BE", "OSM", ""], "coordonnée absente"),
        (["a", "gare", "G", 3.0, 95.0, "BE", "OSM", ""], "n'est pas une coordonnée"),
        (["a", "gare", "G", 3.0, 50.0, "BE", "", ""], "cellule vide"),
        (["a", "gare", "G", 3.0, 50.0, "BE", "OSM", "hier"], "date illisible"),
    ],
)
def test_faults_of_the_table_are_said(tmp_path, row, quoi):
    with pytest.raises(EntreeInvalide) as error:
        read((write_neighbours(tmp_path, row),))
    assert any(quoi in faute.quoi and faute.ligne == 2 for faute in error.value.fautes)
