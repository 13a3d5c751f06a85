"""A road network on disk: whole or not at all, the same bytes, the same answers as in memory."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from maillage.atlas.construction.controle import check_files
from maillage.atlas.construction.entrees import JEU_ESSAI
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.reseau.itineraires import explain_time, merge_stretches, to_geojson
from maillage.atlas.reseau.osm import ReseauOsm, build_reseau, open_reseau
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.routes.factor import customise
from maillage.network.travel_times import UNREACHABLE, Points, Sites

STREET = {"highway": "residential", "maxspeed": "45"}  # 36 km/h: one metre a decisecond
Written = Callable[..., Path]


@pytest.fixture
def town(write_osm: Written) -> Path:
    """A rectangle of 300 m by 400 m, a one-way diagonal, and a dead end of two ways."""
    nodes = {1: (0, 0), 2: (300, 0), 3: (300, 400), 4: (0, 400), 5: (600, 0), 6: (450, 0)}
    ways = {
        10: ([1, 2, 3, 4, 1], STREET | {"name": "Boulevard"}),
        11: ([1, 3], STREET | {"oneway": "yes", "name": "Diagonale"}),
        12: ([2, 6], STREET | {"name": "Impasse", "ref": "C 1"}),
        13: ([5, 6], STREET | {"name": "Impasse", "ref": "C 1"}),
    }
    return write_osm(nodes, ways)


def at(*spots: tuple[float, float]) -> Points:
    """Points given in metres."""
    x, y = np.array(spots, float).T
    return Points(3 + x / 71_474.6, 50 + y / 111_195.08)


def lieu(x: float, y: float) -> tuple[float, float]:
    points = at((x, y))
    return float(points.lon[0]), float(points.lat[0])


@pytest.fixture
def reseau(town: Path, tmp_path: Path) -> ReseauOsm:
    return build_reseau(town, ["voiture", "voiture_pointe", "marche"], tmp_path / "reseau")


def test_a_saved_network_answers(reseau: ReseauOsm) -> None:
    times = reseau.load("voiture").times(at((0, 0), (600, 0), (9000, 0)))
    sites = Sites(at((300, 400)), np.zeros(1, np.int32), 1)
    time = times.nearest(sites).time_ds[:, 0].astype(int)
    assert time[:2] == pytest.approx([500, 700], abs=2)
    assert time[2] == UNREACHABLE
    assert times.fiabilite == "observe"


def test_the_peak_hour_only_needs_new_weights(reseau: ReseauOsm) -> None:
    free, peak = reseau.load("voiture"), reseau.load("voiture_pointe")
    again = customise(free.motif, peak.graphe)
    origins, sites = at((0, 0), (450, 0)), Sites(at((300, 400)), np.zeros(1, np.int32), 1)
    times = reseau.load("voiture_pointe").times(origins)
    expected = times.nearest(sites).time_ds
    times.factor = again
    np.testing.assert_array_equal(times.nearest(sites).time_ds, expected)


def test_a_simulated_network_says_so(town: Path, tmp_path: Path) -> None:
    invented = build_reseau(town, ["voiture"], tmp_path / "n", fiabilite="simule")
    assert invented.load("voiture").times(at((0, 0))).fiabilite == "simule"


def test_an_extract_of_the_example_is_never_taken_for_real(town: Path, tmp_path: Path) -> None:
    example = tmp_path / "exemple"
    example.mkdir()
    extract = example / town.name
    extract.write_bytes(town.read_bytes())
    assert build_reseau(extract, ["voiture"], tmp_path / "a").manifest.jeu_essai is False
    (example / JEU_ESSAI).write_text("titre = 'inventé'", encoding="utf-8")
    assert build_reseau(extract, ["voiture"], tmp_path / "b").manifest.jeu_essai is True


def test_the_same_extract_gives_the_same_bytes(reseau: ReseauOsm, town: Path, tmp_path: Path) -> None:
    again = build_reseau(town, ["voiture", "voiture_pointe", "marche"], tmp_path / "autre")
    files = sorted(p.relative_to(reseau.dossier) for p in reseau.dossier.rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(again.dossier) for p in again.dossier.rglob("*") if p.is_file())
    assert all((reseau.dossier / f).read_bytes() == (again.dossier / f).read_bytes() for f in files)


def test_the_manifest_holds_every_file_its_source_and_no_path(reseau: ReseauOsm) -> None:
    assert all(check.passe for check in check_files(open_atlas(reseau.dossier)))
    source = reseau.manifest.sources["osm"]
    assert (source["licence"], source["fichier"]) == ("ODbL 1.0", "essai.osm.pbf")
    assert str(reseau.dossier.parent) not in (reseau.dossier / "manifest.json").read_text("utf-8")


def test_nothing_is_left_of_a_build_that_fails(write_osm: Written, tmp_path: Path) -> None:
    only_paths = write_osm(
        {1: (0, 0), 2: (99, 0)}, {10: ([1, 2], {"highway": "footway"})}, name="sentier.osm.pbf"
    )
    with pytest.raises(EntreeInvalide, match="aucune voie ouverte"):
        build_reseau(only_paths, ["marche", "voiture"], tmp_path / "n")
    assert [path.name for path in tmp_path.iterdir()] == ["sentier.osm.pbf"]


def test_a_network_is_not_overwritten_unless_asked(reseau: ReseauOsm, town: Path) -> None:
    with pytest.raises(EntreeInvalide, match="n'est pas vide"):
        build_reseau(town, ["marche"], reseau.dossier)
    assert build_reseau(town, ["marche"], reseau.dossier, replace=True).modes == ("marche",)


def test_a_mode_that_was_not_built_is_refused(reseau: ReseauOsm, tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="n’a pas le mode « velo »"):
        reseau.load("velo")
    with pytest.raises(EntreeInvalide):
        open_reseau(tmp_path / "absent")


def test_a_time_is_explained_by_its_ways(reseau: ReseauOsm) -> None:
    route = explain_time(reseau, "voiture", lieu(0, 100), lieu(525, 0))
    told = [(t.nom, t.ref, t.classe, round(t.longueur_m), round(t.duree_s)) for t in route.troncons]
    street = "residential"
    assert told == [
        ("Boulevard", None, street, 400, 40),
        ("Impasse", "C 1", street, 150, 15),
        ("Impasse", "C 1", street, 75, 8),
    ]
    assert [t.voie for t in route.troncons] == [10, 12, 13]
    assert route.duree_s == pytest.approx(62.5, abs=0.2)
    assert route.longueur_m == pytest.approx(625, abs=1)
    assert route.troncons[0].vitesse_kmh == pytest.approx(36, abs=0.5)
    merged = merge_stretches(route)
    assert [(t.nom, round(t.longueur_m)) for t in merged.troncons] == [("Boulevard", 400), ("Impasse", 225)]


def test_unnamed_stretches_are_told_apart_by_class(write_osm: Written, tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (400, 0)}
    classes = {10: "residential", 11: "service", 12: "service", 13: "residential"}
    ways = {way: ([way - 9, way - 8], {"highway": kind}) for way, kind in classes.items()}
    network = build_reseau(write_osm(nodes, ways), ["voiture"], tmp_path / "n")
    merged = merge_stretches(explain_time(network, "voiture", lieu(0, 0), lieu(400, 0))).troncons
    assert [(t.classe, round(t.longueur_m)) for t in merged] == [
        ("residential", 100),
        ("service", 200),
        ("residential", 100),
    ]


def test_the_line_of_a_route_goes_from_place_to_place(reseau: ReseauOsm) -> None:
    route = explain_time(reseau, "voiture", lieu(150, 0), lieu(300, 100))
    found = json.loads(to_geojson(route))["geometry"]["coordinates"]
    expected = [lieu(150, 0), lieu(300, 0), lieu(300, 0), lieu(300, 100)]
    np.testing.assert_allclose(found, expected, atol=2e-6)
    backwards = explain_time(reseau, "voiture", lieu(300, 100), lieu(150, 0))
    np.testing.assert_allclose(backwards.trace, expected[::-1], atol=2e-6)


def test_a_place_off_the_roads_takes_a_straight_leg(reseau: ReseauOsm) -> None:
    route = explain_time(reseau, "voiture", lieu(450, -50), lieu(550, 0))
    assert route.acces_depart_s == pytest.approx(50 / (15 / 3.6), abs=0.1)
    assert route.duree_s == pytest.approx(10 + route.acces_depart_s, abs=0.2)


@pytest.mark.parametrize(("place", "what"), [((0, -2500), "de départ"), ((9000, 0), "de départ")])
def test_a_place_too_far_is_said(reseau: ReseauOsm, place: tuple[float, float], what: str) -> None:
    with pytest.raises(EntreeInvalide, match=what):
        explain_time(reseau, "voiture", lieu(*place), lieu(0, 0))
    with pytest.raises(EntreeInvalide, match="d’arrivée"):
        explain_time(reseau, "voiture", lieu(0, 0), lieu(*place))
