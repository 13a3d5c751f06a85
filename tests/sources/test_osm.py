"""The reader of OpenStreetMap extracts, against hand-made files and an independent reading of real ones."""

import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.osm.assemblage import ExtraitOsm, read_osm

ROAD = {"highway": "residential"}


def text_of(extract: ExtraitOsm, key: str) -> dict[int, str]:
    column = extract.way_tags[key]
    return {int(extract.way_id[r]): column.values[c] for r, c in zip(column.row, column.code, strict=True)}


def test_roads_their_nodes_and_their_tags_are_read(write_osm: Callable[..., Path]) -> None:
    path = write_osm(
        {1: (0, 0), 2: (100, 0, {"barrier": "gate"}), 3: (200, 0), 9: (5, 5)},
        {
            10: ([1, 2, 3], ROAD | {"name": "Rue Haute", "colour": "red"}),
            11: ([3, 1], {"route": "ferry"}),
            12: ([1, 9], {"building": "yes"}),
            13: ([1, 3], {"route": "bicycle"}),
        },
    )
    extract = read_osm(path)
    assert extract.way_id.tolist() == [10, 11]
    assert extract.node_id.tolist() == [1, 2, 3]
    lines = np.split(extract.way_node, extract.way_start[1:-1])
    assert [extract.node_id[line].tolist() for line in lines] == [[1, 2, 3], [3, 1]]
    assert extract.lon[2] == pytest.approx(3 + 200 / 71_475, rel=1e-6)
    assert text_of(extract, "name") == {10: "Rue Haute"}
    assert "colour" not in extract.way_tags
    assert extract.node_tags["barrier"].row.tolist() == [1]
    assert extract.n_missing_refs == 0


def test_references_to_absent_nodes_leave_a_hole_and_are_counted(write_osm: Callable[..., Path]) -> None:
    extract = read_osm(write_osm({1: (0, 0), 2: (9, 0)}, {10: ([1, 77, 2], ROAD), 11: ([2, 1], ROAD)}))
    assert [line.tolist() for line in np.split(extract.way_node, extract.way_start[1:-1])] == [
        [0, -1, 1],
        [1, 0],
    ]
    assert extract.n_missing_refs == 1


def test_the_newest_of_copies_is_kept(tmp_path: Path) -> None:
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "fusion.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for node, version, tags in [
            (1, 1, {}),
            (2, 2, {"barrier": "gate"}),
            (2, 1, {"barrier": "wall"}),
            (3, 1, {}),
        ]:
            spot = (3 + node / 1000, 50)
            writer.add_node(osmium.osm.mutable.Node(id=node, version=version, location=spot, tags=tags))
        for version, name, nodes in [(2, "Neuve", [1, 2]), (3, "Récente", [2, 3]), (3, "Copie", [1, 3])]:
            tags = ROAD | {"name": name}
            writer.add_way(osmium.osm.mutable.Way(id=10, version=version, nodes=nodes, tags=tags))
    extract = read_osm(path)
    assert (extract.way_id.tolist(), extract.node_id.tolist()) == ([10], [2, 3])
    assert text_of(extract, "name") == {10: "Récente"}
    barrier = extract.node_tags["barrier"]
    assert [barrier.values[code] for code in barrier.code] == ["gate"]


def test_the_outline_of_a_square_bears_the_tags_of_its_relation(write_osm: Callable[..., Path]) -> None:
    square = {i: (x, y) for i, (x, y) in enumerate([(0, 0), (50, 0), (50, 50), (0, 50)], 1)}
    relation = {"type": "multipolygon", "highway": "pedestrian", "name": "Grand-Place"}
    members = [("w", 12, "outer"), ("w", 13, "inner")]
    ways = {10: ([1, 2], ROAD), 12: ([1, 2, 3, 4, 1], {"building": "no"}), 13: ([1, 2, 3, 1], {})}
    extract = read_osm(write_osm(square, ways, {20: (members, relation)}))
    assert extract.way_id.tolist() == [10, 12]
    assert text_of(extract, "name") == {12: "Grand-Place"}
    assert text_of(extract, "area") == {12: "yes"}


def test_turn_restrictions_are_read_with_their_ways_and_hours(write_osm: Callable[..., Path]) -> None:
    by_node = [("w", 10, "from"), ("n", 2, "via"), ("w", 11, "to")]
    by_way = [("w", 10, "from"), ("w", 12, "via"), ("w", 11, "to")]
    extract = read_osm(
        write_osm(
            {1: (0, 0), 2: (9, 0), 3: (9, 9)},
            {10: ([1, 2], ROAD), 11: ([2, 3], ROAD), 12: ([1, 3], ROAD)},
            {
                20: (by_node, {"type": "restriction", "restriction": "No_Left_Turn", "except": "bicycle"}),
                21: (by_node, {"type": "restriction", "restriction:motorcar": "only_straight_on"}),
                22: (by_way, {"type": "restriction", "restriction": "no_u_turn"}),
                23: (
                    by_node,
                    {"type": "restriction", "restriction:conditional": "no_left_turn @ (07:00-09:00)"},
                ),
                25: (by_node, {"type": "restriction", "restriction": "no_right_turn", "hour_on": "07:00"}),
                24: ([*by_node, ("w", 12, "from")], {"type": "restriction", "restriction": "no_entry"}),
            },
        )
    ).restrictions
    columns = (extract.kind, extract.vehicle, extract.exempt, extract.via_ways, extract.condition)
    assert list(zip(extract.from_way.tolist(), extract.via_node.tolist(), *columns, strict=True)) == [
        (10, 2, "no_left_turn", "", "bicycle", (), ""),
        (10, 2, "only_straight_on", "motorcar", "", (), ""),
        (10, -1, "no_u_turn", "", "", (12,), ""),
        (10, 2, "no_left_turn", "", "", (), "07:00-09:00"),
        (10, 2, "no_entry", "", "", (), ""),
        (12, 2, "no_entry", "", "", (), ""),
        (10, 2, "no_right_turn", "", "", (), "?"),
    ]
    assert set(extract.to_way.tolist()) == {11}
    assert [extract.holds(3, moment) for moment in ("", "Su 08:00-08:30", "10:00-11:00")] == [
        None,
        True,
        False,
    ]
    assert [extract.holds(row, "") for row in (0, 6)] == [True, None]


def test_built_up_land_use_comes_as_outlines(write_osm: Callable[..., Path]) -> None:
    square = {i: (x, y) for i, (x, y) in enumerate([(0, 0), (50, 0), (50, 50), (0, 50)], 1)}
    ring = [1, 2, 3, 4, 1]
    extract = read_osm(
        write_osm(
            square,
            {
                10: ([1, 2], ROAD),
                11: (ring, {"landuse": "residential"}),
                12: (ring, {"landuse": "forest"}),
                13: (ring, {}),
                14: ([1, 2, 3], {"landuse": "residential"}),
            },
            {20: ([("w", 13, "outer")], {"type": "multipolygon", "landuse": "retail"})},
        )
    )
    assert np.diff(extract.ring_start).tolist() == [5, 5]


def test_progress_tells_the_bytes_read_to_the_last(write_osm: Callable[..., Path]) -> None:
    calls: list[tuple[str, int, int | None]] = []
    path = write_osm({1: (0, 0), 2: (9, 0)}, {10: ([1, 2], ROAD)})
    read_osm(path, lambda *call: calls.append(call))
    stages, done, totals = zip(*calls, strict=True)
    assert set(stages) == {"lecture de l’extrait"}
    assert list(done) == sorted(done)
    assert set(totals) == {done[-1]}
    assert done[-1] <= 2 * path.stat().st_size  # a block that stands before another kind is looked at again


def refusal(path: Path) -> str:
    with pytest.raises(EntreeInvalide) as caught:
        read_osm(path)
    return str(caught.value)


def test_bad_files_are_refused_in_french(write_osm: Callable[..., Path], tmp_path: Path) -> None:
    assert "introuvable" in refusal(tmp_path / "absent.osm.pbf")
    text = tmp_path / "texte.osm.pbf"
    text.write_text("ceci n’est pas une carte")
    assert "pas un fichier OpenStreetMap" in refusal(text)
    assert "aucune voie" in refusal(write_osm({1: (0, 0), 2: (9, 0)}, {10: ([1, 2], {"building": "yes"})}))
    assert "sont absents" in refusal(write_osm({1: (0, 0)}, {10: ([1, 7, 8, 9], ROAD)}))


@pytest.mark.parametrize("part", [0.01, 0.5, 0.9])
def test_a_truncated_file_is_refused(donnees: Path, tmp_path: Path, part: float) -> None:
    whole = (donnees / "osm/andorra.osm.pbf").read_bytes()
    cut = tmp_path / "coupe.osm.pbf"
    cut.write_bytes(whole[: int(len(whole) * part)])
    assert "tronqué" in refusal(cut)


# An independent reading: protocol buffers by hand, after https://wiki.openstreetmap.org/wiki/PBF_Format.


def read_fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            assert key & 7 == 2, "only varints and byte strings in this format"
            length = varint()
            yield key >> 3, data[at : at + length]
            at += length


def read_varints(data: bytes) -> list[int]:
    values, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            values.append(value)
            value = shift = 0
    return values


def signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def read_blocks(path: Path) -> Iterator[dict[int, list[bytes]]]:
    data, at = path.read_bytes(), 0
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        header = dict(read_fields(data[at + 4 : at + 4 + size]))
        at += 4 + size
        blob = dict(read_fields(data[at : at + header[3]]))
        at += header[3]
        if header[1] == b"OSMData":
            block: dict[int, list[bytes]] = {1: [], 2: []}
            for field, value in read_fields(zlib.decompress(blob[3])):
                block.setdefault(field, []).append(value)
            yield block


def read_highways(path: Path) -> dict[int, tuple[list[int], dict[bytes, bytes]]]:
    ways = {}
    for block in read_blocks(path):
        strings = [value for _, value in read_fields(block[1][0])]
        for group in block[2]:
            for field, value in read_fields(group):
                if field != 3:
                    continue
                way = dict(read_fields(value))
                keys, values = (read_varints(way.get(part, b"")) for part in (2, 3))
                tags = {strings[k]: strings[v] for k, v in zip(keys, values, strict=True)}
                refs = np.cumsum([signed(delta) for delta in read_varints(way[8])]).tolist()
                if b"highway" in tags or tags.get(b"route") in {b"ferry", b"shuttle_train"}:
                    ways[way[1]] = (refs, tags)
    return ways


@pytest.mark.lent
@pytest.mark.parametrize(("name", "n_ways"), [("andorra", 1615), ("saint_barthelemy", 515)])
def test_a_real_extract_agrees_with_an_independent_reading(donnees: Path, name: str, n_ways: int) -> None:
    path = donnees / f"osm/{name}.osm.pbf"
    extract, expected = read_osm(path), read_highways(path)
    assert extract.way_id.tolist() == list(expected)
    assert len(extract.way_id) == n_ways
    lines = np.split(extract.node_id[extract.way_node], extract.way_start[1:-1])
    assert [line.tolist() for line in lines] == [refs for refs, _ in expected.values()]
    for key in ("highway", "name", "maxspeed", "oneway", "junction", "access", "foot"):
        wanted = {way: t[key.encode()].decode() for way, (_, t) in expected.items() if key.encode() in t}
        assert (text_of(extract, key) if key in extract.way_tags else {}) == wanted
