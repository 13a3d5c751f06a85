"""A network comes back from disk answering the same, mapped rather than read; a damaged one is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from maillage.atlas.reseau.fichiers import Reseau, open_network, save_network
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.routes.factor import Factor, customise, symbolic
from maillage.network.routes.graph import MAX_WEIGHT_DS, Graph, Ways
from maillage.network.shapes import Shapes
from maillage.network.travel_times import UNREACHABLE, Points, Sites


@pytest.fixture
def reseau() -> Reseau:
    """Three crossings in a row, 600 m apart: 0 — 1 — 2, two ways, 60 s each."""
    tail, head = np.array([0, 1, 1, 2], np.int32), np.array([1, 2, 0, 1], np.int32)
    reverse = np.array([2, 3, 0, 1], np.int32)
    graphe = Graph(
        np.array([0, 0.0054, 0.0108]), np.zeros(3), tail, head, np.full(4, 600, np.uint32), reverse, WAYS
    )
    motif = symbolic(graphe)
    return Reseau("voiture", "observe", 5.0, 1000.0, graphe, SHAPES, motif, customise(motif, graphe))


WAYS = Ways(np.arange(5), np.array([7, 8, 7, 8]), np.full(4, 600, np.float32), np.full(4, 600, np.uint32))
SHAPES = Shapes(
    np.array([0, 2, 4]),
    np.array([0, 0.0054, 0.0054, 0.0108]),
    np.zeros(4),
    np.array([0.0, 1.0, 0.0, 1.0]),
    np.array([True, False, True, False]),
)
ENDS = Points(np.array([0.0, 0.0108]), np.zeros(2))
AT_THE_EAST = Sites(Points(np.array([0.0108]), np.zeros(1)), np.zeros(1, np.int32), 1)


def test_a_network_answers_the_same_once_saved(reseau: Reseau, tmp_path: Path) -> None:
    save_network(tmp_path / "voiture", reseau)
    reopened = open_network(tmp_path / "voiture")
    assert reopened.times(ENDS).nearest(AT_THE_EAST).time_ds.tolist() == [[1200], [0]]
    assert (reopened.mode, reopened.fiabilite, reopened.acces_kmh) == ("voiture", "observe", 5.0)
    np.testing.assert_array_equal(reopened.graphe.ways.way, WAYS.way)


def test_the_same_network_is_the_same_bytes(reseau: Reseau, tmp_path: Path) -> None:
    assert save_network(tmp_path / "un", reseau) == save_network(tmp_path / "deux", reseau)


def test_opening_maps_and_never_writes_back(reseau: Reseau, tmp_path: Path) -> None:
    save_network(tmp_path, reseau)
    reopened = open_network(tmp_path)
    assert isinstance(reopened.graphe.weight_ds.base, np.memmap)
    reopened.graphe.weight_ds[:] = 1
    assert open_network(tmp_path).graphe.weight_ds.tolist() == [600] * 4


def test_other_speeds_keep_the_order(reseau: Reseau) -> None:
    faster = reseau.with_weights(np.full(4, 300, np.uint32))
    assert faster.motif is reseau.motif
    assert faster.times(ENDS).nearest(AT_THE_EAST).time_ds.tolist() == [[600], [0]]


def test_a_closed_road_is_not_taken(reseau: Reseau) -> None:
    closed = reseau.with_weights(np.array([600, MAX_WEIGHT_DS, 600, 600], np.uint32))
    west = Points(np.array([0.0]), np.zeros(1))
    assert closed.times(west).nearest(AT_THE_EAST).time_ds.tolist() == [[UNREACHABLE]]


def test_a_network_without_ways_is_saved_too(reseau: Reseau, tmp_path: Path) -> None:
    save_network(tmp_path, reseau.with_weights(np.full(4, 300, np.uint32)))
    assert open_network(tmp_path).graphe.ways is None


@pytest.mark.parametrize("damage", ["reseau.json", "facteur.up.head.npy"])
def test_a_damaged_network_is_refused(reseau: Reseau, tmp_path: Path, damage: str) -> None:
    save_network(tmp_path, reseau)
    (tmp_path / damage).write_bytes(b"?")
    with pytest.raises(EntreeInvalide, match="réseau"):
        open_network(tmp_path)


def test_the_factor_shares_its_numbering_with_the_pattern(reseau: Reseau, tmp_path: Path) -> None:
    entries = save_network(tmp_path, reseau)
    assert "facteur.rank.npy" not in entries
    assert isinstance(open_network(tmp_path).facteur, Factor)


def write_as_before(folder: Path, written: int) -> None:
    """What a former version wrote: a network that does not say on which arc those of a copy stand."""
    (folder / "graphe.standing.npy").unlink()
    described = json.loads((folder / "reseau.json").read_text("utf-8"))
    (folder / "reseau.json").write_text(json.dumps(described | {"format": written}), "utf-8")


def test_a_network_of_the_former_format_is_read(reseau: Reseau, tmp_path: Path) -> None:
    """Those beside 1 → 2 set out by a copy of it, arc 4, as residents' roads had."""
    graphe = replace(
        reseau.graphe,
        tail=np.append(reseau.graphe.tail, 1).astype(np.int32),
        head=np.append(reseau.graphe.head, 2).astype(np.int32),
        weight_ds=np.full(5, 600, np.uint32),
        reverse=np.append(reseau.graphe.reverse, -1).astype(np.int32),
        ways=None,
        leaving=np.array([0, 4, 2, 3, 4], np.int32),
        standing=np.array([0, 1, 2, 3, 1], np.int32),
    )
    motif = symbolic(graphe)
    written = replace(reseau, graphe=graphe, motif=motif, facteur=customise(motif, graphe))
    for folder, known in ((tmp_path / "copies", written), (tmp_path / "plain", reseau)):
        save_network(folder, known)
        write_as_before(folder, 2)
        assert open_network(folder).graphe.standing.tolist() == known.graphe.standing.tolist()


def test_another_format_is_refused_in_words(reseau: Reseau, tmp_path: Path) -> None:
    save_network(tmp_path, reseau)
    write_as_before(tmp_path, 1)
    with pytest.raises(EntreeInvalide, match="format 1, cette version lit 3"):
        open_network(tmp_path)
