"""Heights from the command to the answer: what is written, what is said, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from maillage.atlas.construction.entrees import JEU_ESSAI
from maillage.atlas.reseau.fichiers import list_arrays
from maillage.atlas.reseau.itineraires import explain_time, merge_stretches, sum_slopes
from maillage.atlas.reseau.lot import as_lot, of_lot
from maillage.atlas.reseau.osm import build_reseau, open_reseau
from maillage.atlas.transports.a_pied import APied
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.network import network
from tests.altitudes import write_tile
from tests.network.trips import place

BOX = (-100.0, -100.0, 700.0, 200.0)
STREET = {"highway": "residential", "name": "Montée"}


def hill(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 100 + 0.08 * x + 0.01 * y


@pytest.fixture
def town(write_osm: Callable[..., Path]) -> Path:
    nodes = {1: (0, 0), 2: (300, 0), 3: (600, 0), 4: (300, 100)}
    ways = {10: ([1, 2], STREET), 11: ([2, 3], STREET), 12: ([2, 4], {"highway": "footway"})}
    return write_osm(nodes, ways)


@pytest.fixture
def tiles(tmp_path: Path) -> Path:
    folder = tmp_path / "RGEALTI_2-0_5M_ASC_LAMB93-IGN69_D059_2020-09-15"
    write_tile(folder / "RGEALTI_FXX_0695_6990_MNT_LAMB93_IGN69.asc", hill, BOX, keep=slice(0, 70))
    write_tile(folder / "RGEALTI_FXX_0700_6990_MNT_LAMB93_IGN69.asc", hill, BOX, keep=slice(70, None))
    return folder


def read_all(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def run(*arguments: object) -> Result:
    return CliRunner().invoke(network, [str(argument) for argument in arguments])


def test_two_tiles_are_one(town: Path, tiles: Path, tmp_path: Path) -> None:
    whole = write_tile(tmp_path / "entiere.asc", hill, BOX)
    two, one = (
        build_reseau(town, ["velo", "marche"], tmp_path / name, altitudes=path)
        for name, path in (("deux", tiles), ("un", whole))
    )
    assert read_all(two.dossier) == read_all(one.dossier)
    source = two.manifest.sources["altitudes"]
    assert source["fichier"] == (
        "RGEALTI_FXX_0695_6990_MNT_LAMB93_IGN69.asc, RGEALTI_FXX_0700_6990_MNT_LAMB93_IGN69.asc"
    )
    assert (source["millesime"], source["producteur"]) == ("2020-09-15", "IGN")
    assert two.manifest.parametres["altitudes_pas_m"] == 5


def test_without_heights_nothing_changes(town: Path, tiles: Path, tmp_path: Path) -> None:
    """A car reads none, and its network is the one built without; no file of heights is written."""
    flat = build_reseau(town, ["voiture", "marche"], tmp_path / "plat")
    high = build_reseau(town, ["voiture", "marche"], tmp_path / "haut", altitudes=tiles)
    before, after = read_all(flat.dossier), read_all(high.dossier)
    more = {f"graphe.ways.climbs.{name}.npy" for name in ("climb_m", "descent_m", "flat_ds")}
    assert set(after) - set(before) == {f"reseau/marche/{name}" for name in (*more, "formes.back_share.npy")}
    assert all(after[name] == before[name] for name in before if name.startswith("reseau/voiture/"))
    assert "altitudes" not in flat.manifest.sources
    assert "altitudes_pas_m" not in flat.manifest.parametres
    assert b"altitudes" not in before["reseau/marche/rapport.json"]
    assert open_reseau(flat.dossier).load("marche").graphe.ways.climbs is None  # type: ignore[union-attr]


def test_why_this_time(town: Path, tiles: Path, tmp_path: Path) -> None:
    reseau = build_reseau(town, ["velo"], tmp_path / "r", altitudes=tiles)
    flat = build_reseau(town, ["velo"], tmp_path / "plat")
    start, end = ((float(spot.lon[0]), float(spot.lat[0])) for spot in map(place, ((0, 0), (600, 0))))
    for trip in ((start, end), (end, start)):
        route, level = (explain_time(each, "velo", *trip) for each in (reseau, flat))
        told = sum_slopes(route)
        assert told is not None
        assert sum_slopes(level) is None
        assert told[2] == pytest.approx(route.duree_s - level.duree_s, abs=0.05)
        assert sum(round(10 * each.duree_s) for each in route.troncons) == round(10 * route.duree_s)
        assert sum_slopes(merge_stretches(route)) == pytest.approx(told)
    up, down = (sum_slopes(explain_time(reseau, "velo", *trip)) for trip in ((start, end), (end, start)))
    assert up is not None
    assert down is not None
    assert up[:2] == pytest.approx((48, 0), abs=0.1)
    assert down[:2] == pytest.approx((0, 48), abs=0.1)
    assert up[2] > 0 > down[2]
    half = explain_time(reseau, "velo", end, (float(place((150, 0)).lon[0]), start[1]))
    assert (sum_slopes(half) or ())[1] == pytest.approx(36, abs=0.3)


def test_the_command_says_what_is_known(town: Path, tiles: Path, tmp_path: Path) -> None:
    out = tmp_path / "r"
    built = run("build", town, "--mode", "velo", "--mode", "voiture", "--out", out, "--altitudes", tiles)
    assert built.exit_code == 0, built.output
    assert "velo : altitudes sur 100 % des voies ; 0 km de ponts et tunnels." in built.output
    assert "voiture : altitudes" not in built.output
    told = run("info", out).output
    assert "Licence Ouverte 2.0, 15 septembre 2020, pas de 5 m" in told
    assert told.count("altitudes : sur 100 % des voies") == 1
    route = run("explain", out, "3.0,50.0", "3.00838,50.0", "--mode", "velo").output
    assert "+48 −0 m" in route
    assert "Dont pentes : 48 m montés, 0 m descendus, 1 min 28 s de plus qu’à plat." in route
    back = run("explain", out, "3.00838,50.0", "3.0,50.0", "--mode", "velo").output
    assert "Dont pentes : 0 m montés, 48 m descendus, 31 s de moins qu’à plat." in back
    assert "Dont pentes" not in run("explain", out, "3.0,50.0", "3.00838,50.0").output
    report = json.loads((out / "reseau" / "velo" / "rapport.json").read_text("utf-8"))
    assert report["altitudes"]["unknown_km"] == 0


def test_heights_that_serve_nobody_or_lie_elsewhere_are_refused(
    town: Path, tiles: Path, tmp_path: Path
) -> None:
    with pytest.raises(EntreeInvalide, match=r"Aucun des modes demandés ne lit d’altitudes\. Ajoutez"):
        build_reseau(town, ["voiture", "fauteuil"], tmp_path / "r", altitudes=tiles)
    far = write_tile(tmp_path / "loin" / "a.asc", hill, tuple(50_000 + edge for edge in BOX))  # type: ignore[arg-type]
    with pytest.raises(
        EntreeInvalide, match=r"a\.asc : aucune dalle sous les voies de l’extrait, qui sont vers"
    ):
        build_reseau(town, ["marche"], tmp_path / "r", altitudes=far)
    assert not (tmp_path / "r").exists()


def test_stages_of_an_atlas_keep_them(town: Path, tiles: Path, tmp_path: Path) -> None:
    network = build_reseau(town, ["marche"], tmp_path / "r", altitudes=tiles).load("marche")
    again = of_lot(as_lot([network]), "marche")
    assert again is not None
    kept, found = (dict(list_arrays(each)) for each in (network, again))
    assert list(kept) == list(found)
    assert "formes.back_share" in kept
    assert "graphe.ways.climbs.flat_ds" in kept
    assert all((kept[name] == found[name]).all() for name in kept)


def test_one_walks_farther_downhill(write_osm: Callable[..., Path], tmp_path: Path) -> None:
    """5 km/h × exp(0.175) down 5 %: 10 minutes lead 993 m away, and 699 m the other way (exp(-0.175))."""
    path = write_osm({i: (100 * i, 0) for i in range(12)}, {10: (list(range(12)), STREET)})
    tile = write_tile(tmp_path / "a.asc", lambda x, y: 100 - 0.05 * x, (-100, -100, 1200, 100))
    walks = APied(build_reseau(path, ["marche"], tmp_path / "r", altitudes=tile).load("marche"))
    spots = place((0, 0), (980, 0), (690, 0))
    points = pl.DataFrame({"lon": spots.lon, "lat": spots.lat})
    found = walks.pairs(points, points, 600)
    pairs = set(zip(found.origin.tolist(), found.site.tolist(), strict=True))
    assert pairs - {(i, i) for i in range(3)} == {(0, 1), (0, 2), (2, 1), (1, 2), (2, 0)}


def test_heights_of_an_example_make_an_example(town: Path, tiles: Path, tmp_path: Path) -> None:
    (tiles / JEU_ESSAI).touch()
    reseau = build_reseau(town, ["marche"], tmp_path / "r", altitudes=tiles)
    assert reseau.manifest.jeu_essai
