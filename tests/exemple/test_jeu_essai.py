"""The embedded example: real communes, simulated figures, the same bytes each time."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.journee import EPOCH
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.sources import find_sources, read_all

ROOT = Path(__file__).parents[2]
JEU_ESSAI = ROOT / "src" / "maillage" / "sources" / "jeu_essai"
TRANSPORTS = JEU_ESSAI.with_name("jeu_essai_transports")


@pytest.mark.lent
def test_the_generator_writes_the_same_bytes_again(tmp_path: Path) -> None:
    generator = pytest.importorskip("exemple.__main__", reason="dépôt non installé")
    if not generator.PACKAGE.is_dir():
        reason = "le paquet npm de l'exemple est absent : make exemple/node_modules"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    out, timetables = tmp_path / "jeu", tmp_path / "transports"
    generator.main(out, timetables)
    for folder, here in ((out, JEU_ESSAI), (timetables, TRANSPORTS)):
        written = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        embedded = {path.name: path.read_bytes() for path in sorted(here.iterdir())}
        assert written.keys() == embedded.keys()
        assert [name for name in written if written[name] != embedded[name]] == []
    codes_postaux = pytest.importorskip("exemple.codes_postaux")
    codes_postaux.write_postcodes(generator.PACKAGE, tmp_path / "codes_postaux.csv")
    assert (tmp_path / "codes_postaux.csv").read_bytes() == codes_postaux.OUT.read_bytes()


def test_every_file_name_says_what_it_is() -> None:
    assert all("jeu_essai" in path.name for folder in (JEU_ESSAI, TRANSPORTS) for path in folder.iterdir())


def test_people_are_shared_out_whole() -> None:
    with (JEU_ESSAI / "communes_jeu_essai.csv").open(encoding="utf-8") as file:
        communes = list(csv.DictReader(file))
    grid = pl.read_parquet(JEU_ESSAI / "carreaux_1km_jeu_essai.parquet")
    assert len(communes) == 647
    assert sum(int(row["population"]) for row in communes) == grid["population"].sum() == 2_615_635
    assert (grid["hommes"] + grid["femmes"] == grid["population"]).all()


def test_contours_tile_without_overlap() -> None:
    shapely = pytest.importorskip("shapely")
    features = json.loads((JEU_ESSAI / "contours_jeu_essai.geojson").read_text("utf-8"))["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    together = shapely.area(shapely.union_all(shapes))
    assert shapely.is_valid(shapes).all()
    assert shapely.area(shapes).sum() == pytest.approx(together, rel=2e-3)


def test_the_road_network_is_in_one_piece() -> None:
    osmium = pytest.importorskip("osmium")
    joined: dict[int, int] = {}

    def root(node: int) -> int:
        while joined.setdefault(node, node) != node:
            joined[node] = node = joined[joined[node]]
        return node

    for entity in osmium.FileProcessor(str(JEU_ESSAI / "reseau_jeu_essai.osm.pbf")):
        if entity.is_way():
            joined[root(entity.nodes[0].ref)] = root(entity.nodes[-1].ref)
        else:
            root(entity.id)
    assert len({root(node) for node in joined}) == 1


def test_the_readers_accept_it_whole() -> None:
    found = {source: paths for source, paths in find_sources(JEU_ESSAI).items() if source != "osm"}
    read = {table.provenance.id for table in read_all(found)}
    assert read >= {"cog", "contours", "carreaux_eurostat", "bpe_2013", "france_services"}


@pytest.fixture(scope="module")
def timetables(tmp_path_factory: pytest.TempPathFactory) -> Transports:
    return build_transports(sorted(TRANSPORTS.glob("*.zip")), tmp_path_factory.mktemp("T") / "T")


def test_its_timetables_have_no_fault_and_say_they_are_invented(timetables: Transports) -> None:
    assert timetables.signalements() == []
    assert timetables.manifest.jeu_essai
    assert timetables.table("lignes")["detail"].str.ends_with("(jeu d'essai)").all()
    assert timetables.table("lignes")["reseau"].str.ends_with("(jeu d'essai)").all()
    assert timetables.table("a_la_demande")["zone"].n_unique() == 1


def test_most_communes_have_no_bus_on_sunday_and_many_none_on_saturday(timetables: Transports) -> None:
    trips, times = timetables.horaires.trips, timetables.horaires.stop_times
    course = np.repeat(np.arange(len(trips.service)), np.diff(trips.first))
    served = {}
    for key, day in choose_days(timetables, "59").items():
        runs = timetables.horaires.calendar.active[:, to_row(timetables, day)][trips.service]
        served[key] = len(set(times.stop[runs[course]].tolist()) & set(range(647)))
    assert served["mardi_scolaire"] == served["mardi_vacances"] > 480
    assert served["dimanche_scolaire"] < 647 / 2 < served["samedi_scolaire"] < served["mardi_scolaire"]


def to_row(timetables: Transports, day: JourType) -> int:
    assert day.jour is not None
    return (day.jour - EPOCH).days - timetables.horaires.calendar.first_day
