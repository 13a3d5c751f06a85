"""Several extracts as one, a part of one, and what extracts lack: against naive readings of drawn worlds."""

import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.osm.assemblage import ExtraitOsm, read_extracts, read_osm
from maillage.sources.osm.emprise import EmpriseOsm

osmium = pytest.importorskip("osmium")
ROAD = {"highway": "residential"}
TAGS: tuple[dict[str, str], ...] = (
    *(ROAD | {"name": name} for name in ("Rue Haute", "Rue Basse", "Quai")),
    *({"highway": "primary", "maxspeed": "80"}, {"route": "ferry"}, {"building": "yes"}, {}),
    *({"landuse": "residential"}, {"railway": "Platform"}, {"highway": "service", "oneway": "yes"}),
)
NODE_TAGS: tuple[dict[str, str], ...] = ({}, {}, {"barrier": "gate", "access": "no"}, {"natural": "tree"})
WIDE = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
Thing = Any  # an object of osmium, mutable
Files = Callable[[str, Iterable[Thing]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Files:
    """Write objects as they are, in the order that files have."""

    def write(name: str, things: Iterable[Thing], date: str = "", bounds: Any = None) -> Path:
        path, header = tmp_path / name, osmium.io.Header()
        path.unlink(missing_ok=True)
        header.set("osmosis_replication_timestamp", date) if date else None
        header.add_box(osmium.osm.Box(*bounds)) if bounds else None
        with osmium.SimpleWriter(str(path), header=header) as writer:
            for thing in sorted(things, key=lambda t: (rank(t), t.id, t.version)):
                (writer.add_node, writer.add_way, writer.add_relation)[rank(thing)](thing)
        return path

    return write


def rank(thing: Thing) -> int:
    return [osmium.osm.mutable.Node, osmium.osm.mutable.Way, osmium.osm.mutable.Relation].index(type(thing))


def node(ident: int, lon: float, lat: float, version: int = 1, **tags: str) -> Thing:
    return osmium.osm.mutable.Node(id=ident, version=version, location=(lon, lat), tags=tags)


def way(ident: int, nodes: list[int], version: int = 1, **tags: str) -> Thing:
    return osmium.osm.mutable.Way(id=ident, version=version, nodes=nodes, tags=tags)


def relation(ident: int, members: list[tuple[str, int, str]], **tags: str) -> Thing:
    return osmium.osm.mutable.Relation(id=ident, version=1, members=members, tags=tags)


def draw_world(seed: int) -> list[Thing]:
    """Nodes strewn over a degree, ways and relations of every kind, some that name what is not there."""
    rng = random.Random(seed)
    nodes = [
        node(i, 3 + rng.random(), 50 + rng.random(), rng.randint(1, 3), **rng.choice(NODE_TAGS))
        for i in rng.sample(range(1, 10**10), 40)
    ]
    known = [n.id for n in nodes]
    ways = []
    for i in rng.sample(range(1, 10**9), 30):
        refs = rng.choices(known, k=rng.randint(1, 6))
        refs += [refs[0]] * rng.randint(0, 1) + [7] * (rng.random() < 0.05)
        ways.append(way(i, refs, rng.randint(1, 3), **rng.choice(TAGS)))
    ids = [w.id for w in ways]
    turns = [
        relation(
            i,
            [("w", rng.choice(ids), "from"), ("n", rng.choice(known), "via"), ("w", rng.choice(ids), "to")],
            type="restriction",
            restriction="no_left_turn",
        )
        for i in range(1, 6)
    ]
    kinds = ({"type": "multipolygon", "landuse": "retail"}, {"type": "multipolygon", "highway": "pedestrian"})
    groups = [
        relation(10 + i, [("w", w, "") for w in rng.sample(ids, 3)], **tags)
        for i, tags in enumerate((*kinds, {"type": "route", "route": "ferry", "duration": "00:20"}))
    ]
    return [*nodes, *ways, *turns, *groups]


def flatten(extract: ExtraitOsm) -> dict[str, Any]:
    """Everything that the network is made of."""
    tags = {
        f"{kind} {key}": (column.row.tolist(), column.code.tolist(), column.values)
        for kind, columns in (("way", extract.way_tags), ("node", extract.node_tags))
        for key, column in columns.items()
    }
    turns = {name: np.array(value, object).tolist() for name, value in vars(extract.restrictions).items()}
    skipped = {"way_tags", "node_tags", "restrictions", "etat", "timestamp"}
    plain = {name: np.asarray(value).tolist() for name, value in vars(extract).items() if name not in skipped}
    return plain | tags | turns


@WIDE
@given(seed=st.integers(0, 2**32))
def test_overlapping_halves_make_the_whole_in_any_order(write: Files, seed: int) -> None:
    world, rng = [*draw_world(seed), node(7, 3.5, 50.5)], random.Random(seed)
    sides = [rng.choice(("a", "b", "ab")) for _ in world]
    halves = [
        write(f"{name}.osm.pbf", [t for t, side in zip(world, sides, strict=True) if name in side])
        for name in "ab"
    ]
    whole = read_osm(write("tout.osm.pbf", world))
    merged, other = read_extracts(halves), read_extracts(halves[::-1])
    assert flatten(merged) == flatten(whole)
    assert (merged.etat.trous, merged.etat.incompletes) == (whole.etat.trous, whole.etat.incompletes)
    assert flatten(other) == flatten(whole)
    assert other.etat == merged.etat


@WIDE
@given(seed=st.integers(0, 2**32), edges=st.tuples(*[st.floats(0, 0.5)] * 2, *[st.floats(0.5, 1)] * 2))
def test_a_part_is_what_a_file_cut_by_hand_holds(
    write: Files, seed: int, edges: tuple[float, float, float, float]
) -> None:
    world = draw_world(seed)
    west, south, east, north = 3 + edges[0], 50 + edges[1], 3 + edges[2], 50 + edges[3]
    part = EmpriseOsm("rectangle", 0, box(west, south, east, north))
    whole = read_osm(write("tout.osm.pbf", world))
    places = {t.id: t.location for t in world if rank(t) == 0}
    inside = {i for i, (lon, lat) in places.items() if west <= lon <= east and south <= lat <= north}
    ways = {t.id: t for t in world if rank(t) == 1}
    kept = {i for i, each in ways.items() if inside & set(each.nodes)}
    lines = [{m[1] for m in t.members} for t in world if rank(t) == 2 and t.tags.get("route") == "ferry"]
    sailed = {i for line in lines for i in line & set(whole.way_id[whole.way_line >= 0].tolist())}
    if sailed & kept:
        kept |= sailed
    roads = kept & set(whole.way_id.tolist())
    used = {ref for i in kept for ref in ways[i].nodes}
    chosen = [
        t
        for t in world
        if (rank(t) == 0 and t.id in used)
        or (rank(t) == 1 and t.id in kept)
        or (
            rank(t) == 2
            and (t.tags["type"] != "restriction" or roads & {m[1] for m in t.members if m[0] == "w"})
        )
    ]
    if not roads:
        return
    by_hand, ours = (
        read_osm(write("coupe.osm.pbf", chosen)),
        read_extracts([write("t.osm.pbf", world)], None, part),
    )
    assert flatten(ours) == flatten(by_hand)
    assert ours.etat.coupe is not None
    assert ours.etat.coupe.n_gardees == len(roads)
    assert ours.etat.coupe.n_ecartees == len(whole.way_id) - len(roads)


def test_the_newest_version_wins_wherever_it_lies(write: Files) -> None:
    old = [
        *(node(i, 3 + i / 100, 50) for i in (1, 2, 3)),
        node(4, 3.2, 50, barrier="gate"),
        way(10, [1, 2], **ROAD),
        way(11, [2, 3, 4], **ROAD),
        way(12, [3, 4], 5, name="neuve", **ROAD),
    ]
    new = [
        node(2, 3.5, 50, 2),
        node(4, 3.2, 50, 2),
        way(10, [1, 2], 2, disused="yes"),
        way(12, [3, 4], 4, name="vieille", **ROAD),
    ]
    files = [write("a.osm.pbf", old, date="2024-01-01T00:00:00Z"), write("b.osm.pbf", new)]
    for paths in (files, files[::-1]):
        extract = read_extracts(paths)
        assert extract.way_id.tolist() == [11, 12]
        assert extract.lon[extract.node_id == 2].tolist() == [3.5]
        assert "barrier" not in extract.node_tags
        assert extract.way_tags["name"].values == ("neuve",)
        assert (extract.etat.n_doubles, extract.etat.n_differentes) == (1, 1)
        assert extract.timestamp == "2024-01-01T00:00:00Z"


def test_what_has_no_version_is_taken_from_the_newest_file(write: Files) -> None:
    def at(lon: float) -> list[Thing]:
        return [node(1, 3, 50, 0), node(2, lon, 50, 0), way(10, [1, 2], 0, **ROAD)]

    old = write("z.osm.pbf", at(3.1), date="2023-01-01T00:00:00Z")
    new = write("a.osm.pbf", at(3.2), date="2025-01-01T00:00:00Z")
    for paths in ([old, new], [new, old], [old, new, old]):
        assert read_extracts(paths).lon.tolist() == [3.0, 3.2]
    assert [each.nom for each in read_extracts([old, new]).etat.fichiers] == ["a.osm.pbf", "z.osm.pbf"]


def test_a_file_tells_its_age_and_bounds_or_its_objects_do(write: Files) -> None:
    things = [node(1, 3, 50), node(2, 3.25, 50.5), node(3, 4, 51), way(10, [1, 2], **ROAD)]
    things[3].timestamp = "2021-05-06T07:08:09Z"
    said = read_osm(write("dit.osm.pbf", things, date="2022-01-01T00:00:00Z", bounds=(2, 49, 5, 52)))
    (told,) = said.etat.fichiers
    assert (told.date, told.date_dite) == ("2022-01-01T00:00:00Z", True)
    assert told.bornes == pytest.approx((2, 49, 5, 52))
    (seen,) = read_osm(write("tait.osm.pbf", things)).etat.fichiers
    assert (seen.date, seen.date_dite) == ("2021-05-06T07:08:09Z", False)
    assert (seen.bornes, seen.bornes_dites) == ((3, 50, 4, 51), False)


def test_holes_are_told_at_the_edge_or_inside(write: Files) -> None:
    grid = {(x, y): 100 * x + y + 1 for x in range(5) for y in range(5)}
    things = [node(i, 3 + x * 0.05 + 0.01, 50 + y * 0.05 + 0.01) for (x, y), i in grid.items()]
    things += [way(10 + i, [i, i + 1], **ROAD) for i in grid.values() if i + 1 in grid.values()]
    things += [
        way(901, [grid[2, 2], 99_999], **ROAD),
        way(902, [grid[0, 2], 99_999], **ROAD),
        way(903, [99_998, 99_999], **ROAD),
        way(904, [grid[4, 4], 99_999], building="yes"),
        relation(
            1,
            [("w", 901, "from"), ("n", 5, "via"), ("w", 77, "to")],
            type="restriction",
            restriction="no_u_turn",
        ),
        relation(
            2,
            [("w", 901, "from"), ("n", 5, "via"), ("w", 902, "to")],
            type="restriction",
            restriction="no_u_turn",
        ),
    ]
    state = read_osm(write("trous.osm.pbf", things)).etat
    assert (state.trous.n_dedans, state.trous.n_bord, state.trous.n_sans_noeud) == (1, 1, 1)
    assert state.trous.lieux == (pytest.approx((3.11, 50.11)),)
    assert state.incompletes == {"restriction": 1}


def test_refusals(write: Files, tmp_path: Path) -> None:
    things = [node(1, 3, 50), node(2, 3.1, 50), way(10, [1, 2], **ROAD)]
    good = write("bon.osm.pbf", things)
    empty = tmp_path / "vide.osm.pbf"
    empty.touch()
    far = EmpriseOsm("ailleurs", 0, box(8, 40, 9, 41))
    cut = tmp_path / "coupe.osm.pbf"
    cut.write_bytes(good.read_bytes()[:-5])
    spoilt = bytearray(good.read_bytes())
    spoilt[-20:] = bytes(20)
    bad = tmp_path / "abime.osm.pbf"
    bad.write_bytes(spoilt)
    for paths, part, words in (
        ([empty], None, "vide.osm.pbf : fichier vide"),
        ([good, cut], None, "coupe.osm.pbf : fichier tronqué"),
        ([good, bad], None, "abime.osm.pbf : un bloc est abîmé"),
        ([good], far, "bon.osm.pbf : aucune route de l’extrait n’est dans l’emprise : ailleurs"),
    ):
        with pytest.raises(EntreeInvalide) as caught:
            read_extracts(paths, None, part)
        assert words in str(caught.value)


def test_spoilt_bytes_are_refused_and_never_read_beyond(write: Files) -> None:
    path, rng = write("monde.osm.pbf", draw_world(1)), random.Random(1)
    whole = path.read_bytes()
    for _ in range(200):
        spoilt = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        path.write_bytes(spoilt)
        try:
            read_osm(path)
        except EntreeInvalide:
            continue


def test_other_forms_are_read_too(write: Files, tmp_path: Path) -> None:
    world = draw_world(3)
    expected = flatten(read_osm(write("monde.osm.pbf", world)))
    for form in ("a.osm", "b.osm.bz2", "c.osm.pbf,pbf_compression=none", "d.osm.pbf,pbf_dense_nodes=false"):
        name, _, options = form.partition(",")
        file = osmium.io.File(str(tmp_path / name), f"pbf,{options}" if options else "")
        with osmium.SimpleWriter(file) as writer:
            for thing in sorted(world, key=lambda t: (rank(t), t.id)):
                (writer.add_node, writer.add_way, writer.add_relation)[rank(thing)](thing)
        assert flatten(read_osm(tmp_path / name)) == expected
