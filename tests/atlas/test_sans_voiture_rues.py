"""An atlas with timetables and streets: hours counted by hand, how good each carreau is, and what is said."""

from pathlib import Path
from types import ModuleType

import numpy as np
import osmium
import polars as pl
import pytest
from pyproj import Transformer

from maillage.atlas.construction.build import build
from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.places import read_places
from maillage.atlas.lecture.lecteur import Lecteur, open_lecteur
from maillage.atlas.lecture.transports import list_heures, say_transports
from maillage.atlas.lots import list_places, open_own_transports
from maillage.atlas.memoire import evaluate
from maillage.atlas.reseau.osm import build_reseau
from maillage.atlas.transports.acces import measure_access
from tests.atlas.test_sans_voiture import TYPE, write_timetables

SANS_TUILES = Parametres(tuiles=False, profil="neutre_transports")
TO_WGS84 = Transformer.from_crs(3035, 4326, always_xy=True)
STEP = 500  # metres between two streets: one passes by every town hall and by every carreau's centre


def draw_streets(monde: ModuleType, path: Path, width: int) -> Path:
    """A grid of streets over the first ``width`` metres of the small département."""
    columns, rows = width // STEP + 1, 1000 * monde.HEIGHT * monde.ROWS // STEP + 1
    street = {"highway": "residential"}
    lines = [[row * columns + c + 1 for c in range(columns)] for row in range(rows)]
    lines += [[row * columns + c + 1 for row in range(rows)] for c in range(columns)]
    with osmium.SimpleWriter(str(path)) as writer:
        for n in range(columns * rows):
            where = TO_WGS84.transform(monde.X0 + STEP * (n % columns), monde.Y0 + STEP * (n // columns))
            writer.add_node(osmium.osm.mutable.Node(id=n + 1, location=where))
        for way, line in enumerate(lines, 1):
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=line, tags=street))
    return path


@pytest.fixture(scope="module")
def construit(petit_monde: ModuleType, une_fois) -> Path:  # type: ignore[no-untyped-def]
    """``partout``: streets over the whole of it; ``ouest``: over its west, beyond which none is near."""

    def make(folder: Path) -> None:
        sources = petit_monde.write_sources(folder / "sources")
        timetables = write_timetables(petit_monde, folder)
        for name, width in (("partout", 12_000), ("ouest", 5_000)):
            extract = draw_streets(petit_monde, folder / f"{name}.osm.pbf", width)
            roads = build_reseau(extract, ["voiture", "marche"], folder / f"R-{name}").dossier
            build("59", sources, folder / name, SANS_TUILES, transports=timetables, reseau=roads)

    return une_fois("sans-voiture-rues", make)


@pytest.fixture(scope="module")
def partout(construit: Path) -> Lecteur:
    return open_lecteur(construit / "partout")


@pytest.fixture(scope="module")
def ouest(construit: Path) -> Lecteur:
    return open_lecteur(construit / "ouest")


def test_hours_of_a_commune_are_those_counted_by_hand_along_streets(partout: Lecteur) -> None:
    (found,) = list_heures(partout, "commune", "59105")
    # Two of its twelve carreaux are 500 m from the stop, six minutes at 5 km/h: there from 8:55 to 9:19; home
    # at 10:36, so away from 9:36, there from 9:06 on: at 9:10 and 9:15, five days. One walks 2 500 and
    # 2 000 m along the streets in 54 min: 15 hours.
    assert found.transports.valeur == pytest.approx((15 + 2 * 50 / 60) / 12)
    assert found.transports.fiabilite == "observe"
    assert found.sans_voiture.fiabilite == "estime", "no bicycle network: its straight lines are estimated"


def test_it_is_said_how_one_walks(partout: Lecteur, ouest: Lecteur) -> None:
    assert say_transports(partout.manifeste.transports, detail=True).endswith("; marche le long des rues")
    said = say_transports(ouest.manifeste.transports, detail=True)
    assert said.endswith("sauf vers 1\xa0arrêt loin de toute voie, où elle est estimée")
    (warned,) = (text for text in ouest.manifeste.avertissements if "loin de toute voie, on y marche" in text)
    assert warned.endswith(": A")
    assert not any("on y marche" in text for text in partout.manifeste.avertissements)


def test_each_carreau_is_as_good_as_its_walks(ouest: Lecteur, petit_monde: ModuleType) -> None:
    name = f"heures_acces_{TYPE}_transports"
    cells = ouest.tables.carreaux().filter("dans_departement")
    levels = ouest.tables.indicateurs("carreau", [name])[f"{name}_fiabilite"].cast(pl.String)
    column = (cells["x_3035"].to_numpy() - petit_monde.X0) // 1000
    by_column = {x: set(levels.filter(column == x).to_list()) for x in np.unique(column).tolist()}
    # The streets end at 5 km, and reach 2 km beyond. Who lives farther walks on straight lines.
    assert by_column[8] == by_column[11] == {"estime"}
    assert by_column[0] == by_column[6] == {"observe"}


def test_a_place_moved_is_evaluated_as_if_built(construit: Path, partout: Lecteur, tmp_path: Path) -> None:
    places = list_places(partout.tables)
    here = pl.col("id") == places.filter(type=TYPE, itinerant=False)["id"][0]
    moved = places.with_columns(lon=pl.when(here).then(pl.col("lon") + 0.01).otherwise("lon"))
    moved.write_csv(tmp_path / "offre.csv")
    inputs = {"transports": construit / "T", "reseau": construit / "R-partout"}
    sources = construit / "sources"
    built = build("59", sources, tmp_path / "A", SANS_TUILES, offre=tmp_path / "offre.csv", **inputs)
    found = evaluate(partout.tables, read_places(tmp_path / "offre.csv"))
    assert f"heures_acces_{TYPE}_transports" in set(found.changes()["indicateur"])
    for niveau in ("carreau", "commune"):
        assert found.whole(niveau).equals(built.indicateurs(niveau))
    again = build("59", sources, tmp_path / "B", SANS_TUILES, **inputs)
    assert again.manifest.empreinte == partout.manifeste.empreinte
    assert all(check.passe for check in check_atlas(again.dossier))


def test_the_command_walks_as_the_atlas(partout: Lecteur) -> None:
    opened = open_own_transports(partout.tables)
    assert opened is not None
    asked = measure_access(opened, partout.tables, TYPE).carreaux
    held = partout.tables.indicateurs("carreau", [f"heures_acces_{TYPE}_transports"])
    assert asked["heures"].to_list() == held[f"heures_acces_{TYPE}_transports"].to_list()


def test_an_atlas_without_streets_for_walking_walks_straight(construit: Path, tmp_path: Path) -> None:
    roads = build_reseau(construit / "partout.osm.pbf", ["voiture"], tmp_path / "R").dossier
    common = ("59", construit / "sources")
    with_roads = build(*common, tmp_path / "A", SANS_TUILES, transports=construit / "T", reseau=roads)
    without = build(*common, tmp_path / "B", SANS_TUILES, transports=construit / "T")
    name = f"heures_acces_{TYPE}_transports"
    for niveau in ("carreau", "commune"):
        one, other = (atlas.indicateurs(niveau, [name]) for atlas in (with_roads, without))
        assert one.equals(other)
    assert with_roads.manifest.transports
    assert with_roads.manifest.transports["marche"] == {"rues": False, "arrets_sans_rue": 0}
    assert not any(table.startswith("marche/") for table in with_roads.manifest.tables)
