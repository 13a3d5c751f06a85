"""``maillage network`` as a person types it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maillage.atlas.reseau.itineraires import Itineraire, Troncon
from maillage.cli.network import network
from maillage.cli.network_itineraire import show_route

STREET = {"highway": "residential", "name": "Rue Haute", "maxspeed": "45"}


@pytest.fixture
def town(write_osm: Callable[..., Path]) -> Path:
    nodes = {1: (0, 0), 2: (300, 0), 3: (600, 0, {"amenity": "pharmacy"})}
    return write_osm(nodes, {10: ([1, 2], STREET), 11: ([2, 3], STREET)})


def run(*arguments: object) -> Result:
    return CliRunner().invoke(network, [str(argument) for argument in arguments])


def test_build_info_and_explain(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "n"
    built = run("build", town, "--mode", "voiture", "--mode", "marche", "--out", out)
    assert built.exit_code == 0, built.output
    assert "voiture : 0,6 km de voies, 2 nœuds." in built.output
    told = run("info", out)
    assert "ODbL 1.0" in told.output
    assert "interdictions de tourner : aucune dans l’extrait" in told.output
    assert "îlots écartés : 0, 0 km" in told.output
    route = run("explain", out, "3.0,50.0", "3.0083,50.0")
    assert "Rue Haute" in route.output
    assert "Total : 59 s pour 0,6 km." in route.output
    detailed = run("explain", out, "3.0,50.0", "3.0083,50.0", "--detail", "--trace", tmp_path / "t.geojson")
    assert detailed.output.count("Rue Haute") == 2
    assert (tmp_path / "t.geojson").read_text("utf-8").startswith('{"type": "Feature"')


def test_a_route_with_gradients_holds_in_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is cut: neither the class of a way, nor the number one looks for on the map."""
    monkeypatch.setenv("COLUMNS", "80")
    climb = {"montee_m": 1132.0, "descente_m": 1210.0, "pente_s": 134.0}
    name = "Avenue du Maréchal de Lattre de Tassigny"
    road = Troncon(1_234_567_890, name, "D 937", "motorway_link", 22_345.0, 3812.0, **climb)
    light = Troncon(-1, None, None, "", 0.0, 8.0, "Feu tricolore")
    show_route(Itineraire((road, light), 12.0, 3.0, 3835.0, 22_345.0, ()))
    printed = capsys.readouterr().out
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
    for told in ("motorway_link, 1234567890", "22\u202f345 m", "63 min 32 s", "+1\u202f132 −1\u202f210 m"):
        assert told in printed


@pytest.mark.parametrize("text", ["3.0", "a,b", "50.6,1233"])
def test_a_badly_written_place_is_a_usage_error(tmp_path: Path, text: str) -> None:
    result = run("explain", tmp_path, text, "3,50")
    assert result.exit_code == 2


def test_places_are_counted_and_written(town: Path, tmp_path: Path) -> None:
    result = run("lieux", town, "--out", tmp_path / "lieux.parquet")
    assert "1  Pharmacie" in result.output
    assert (tmp_path / "lieux.parquet").is_file()
