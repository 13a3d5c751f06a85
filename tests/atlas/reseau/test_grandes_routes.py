"""Main roads read from a saved network: by the class of their way, joined, streets left out."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shapely

from maillage.atlas.reseau.grandes_routes import read_grandes_routes
from maillage.atlas.reseau.osm import build_reseau


@pytest.fixture
def dossier(write_osm: Callable[..., Path], tmp_path: Path) -> Path:
    """A dual carriageway of 2 km, a trunk road that follows it, a primary one across, streets between."""
    nodes = {1: (0, 0), 2: (1000, 0), 3: (2000, 0), 4: (2000, 20), 5: (0, 20), 6: (3000, 0), 7: (1000, 900)}
    nodes |= {8: (1000, 1300), 9: (1500, 900)}
    ways = {
        10: ([1, 2, 3], {"highway": "motorway", "oneway": "yes"}),
        11: ([4, 5], {"highway": "motorway", "oneway": "yes"}),
        12: ([3, 6], {"highway": "trunk"}),
        13: ([2, 7, 8], {"highway": "primary"}),
        14: ([7, 9], {"highway": "residential"}),
        15: ([5, 1], {"highway": "secondary"}),
        16: ([3, 4], {"highway": "secondary"}),
    }
    return build_reseau(write_osm(nodes, ways), ["voiture", "marche"], tmp_path / "reseau").dossier


def length_m(wkb: bytes) -> float:
    def metres(xy):
        return xy * (71_474.6, 111_195.08)

    return float(shapely.length(shapely.transform(shapely.from_wkb(wkb), metres)))


def test_each_rank_holds_its_ways_once_and_no_street(dossier: Path) -> None:
    found = read_grandes_routes(dossier)
    assert set(found) == {"rapide", "principale"}
    assert length_m(found["rapide"]) == pytest.approx(2000 + 2000 + 1000, rel=0.01)
    assert length_m(found["principale"]) == pytest.approx(1300, rel=0.01)
    assert len(shapely.get_parts(shapely.from_wkb(found["rapide"]))) == 2


def test_an_atlas_without_roads_draws_none(tmp_path: Path) -> None:
    assert read_grandes_routes(tmp_path) == {}


def test_a_network_for_walkers_alone_draws_none(write_osm: Callable[..., Path], tmp_path: Path) -> None:
    extract = write_osm({1: (0, 0), 2: (900, 0)}, {10: ([1, 2], {"highway": "primary"})})
    assert read_grandes_routes(build_reseau(extract, ["marche"], tmp_path / "reseau").dossier) == {}
