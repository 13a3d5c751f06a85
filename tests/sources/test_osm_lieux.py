"""Places of an extract as implantations."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.osm_types import list_rules
from maillage.catalogue.types_service import list_types
from maillage.sources.osm.lieux import read_places


def test_every_rule_names_a_type_of_the_catalogue() -> None:
    assert not {rule.type for rule in list_rules()} - set(list_types())
    tags = [(rule.etiquette, rule.avec) for rule in list_rules()]
    assert len(tags) == len(set(tags))


def test_points_areas_and_relations_become_implantations(write_osm: Callable[..., Path]) -> None:
    square = {i: (x, y) for i, (x, y) in enumerate([(0, 0), (100, 0), (100, 100), (0, 100)], 1)}
    path = write_osm(
        square
        | {
            7: (500, 0, {"amenity": "pharmacy", "name": "Pharmacie", "opening_hours": "Mo-Fr 09:00-18:00"}),
            8: (600, 0, {"amenity": "bench"}),
            9: (700, 0, {"shop": "bakery;convenience"}),
        },
        {10: ([1, 2, 3, 4, 1], {"amenity": "townhall"}), 11: ([1, 2, 3, 4, 1], {})},
        {20: ([("w", 11, "outer")], {"type": "multipolygon", "amenity": "school", "school:FR": "collège"})},
    )
    frame = read_places(path).frame
    assert frame["id"].to_list() == [
        "osm:n7:pharmacie",
        "osm:n9:boulangerie",
        "osm:n9:epicerie",
        "osm:r20:college",
        "osm:w10:mairie",
    ]
    hall = frame.row(by_predicate=pl.col("type") == "mairie", named=True)
    assert (hall["lon"], hall["lat"]) == (pytest.approx(3 + 50 / 71_475), pytest.approx(50 + 50 / 111_195))
    assert frame["horaires"].to_list() == ["Mo-Fr 09:00-18:00", None, None, None, None]
    assert frame["capacite"].null_count() == frame.height
    assert frame["effectif"].to_list() == [1] * 5


def test_an_extract_without_places_gives_an_empty_table(write_osm: Callable[..., Path]) -> None:
    table = read_places(write_osm({1: (0, 0)}, {}))
    assert table.frame.height == 0
    assert "type" in table.frame.columns


def test_an_area_without_its_nodes_is_set_aside_and_said(write_osm: Callable[..., Path]) -> None:
    table = read_places(write_osm({1: (0, 0)}, {10: ([7, 8, 9, 7], {"amenity": "townhall"})}))
    assert table.frame.height == 0
    assert "1 lieux sans coordonnées" in str(table.avertissements[0])


def test_unreadable_hours_are_unknown_and_named(write_osm: Callable[..., Path]) -> None:
    hours = {1: "Mo-Fr 09:00-12:00", 2: "lundi matin", 3: '"sur rendez-vous"'}
    nodes = {i: (i, 0, {"amenity": "townhall", "opening_hours": text}) for i, text in hours.items()}
    table = read_places(write_osm(nodes, {}))
    assert table.frame["horaires"].to_list() == ["Mo-Fr 09:00-12:00", None, '"sur rendez-vous"']
    assert [a.quoi for a in table.avertissements] == [
        "horaires illisibles « lundi matin » (osm:n2:mairie), laissés inconnus"
    ]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EntreeInvalide, match="introuvable"):
        read_places(tmp_path / "absent.osm.pbf")


def test_andorra(donnees: Path) -> None:
    """Counts made by hand from the tags of the file: 3 pharmacies, 15 supermarkets, 5 banks, 2 butchers."""
    table = read_places(donnees / "osm/andorra.osm.pbf")
    counts = dict(table.frame["type"].value_counts().iter_rows())
    assert (counts["pharmacie"], counts["supermarche"], counts["banque"], counts["boucherie"]) == (
        3,
        15,
        5,
        2,
    )
    assert counts["restaurant"] == 39 + 11
    assert table.provenance.millesime == "2013-05-28"
    assert table.frame["lon"].is_between(1.40, 1.79).all()
    assert table.frame["lat"].is_between(42.42, 42.66).all()
