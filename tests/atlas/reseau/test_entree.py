"""An atlas on a road network: the engine's times, the figures of plain scipy, and what stays off the road."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import numpy as np
import osmium
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pyproj import Transformer

from maillage.access.evaluation.heures import read_budget
from maillage.atlas.construction.build import ETAPES, build
from maillage.atlas.construction.controle import check_atlas
from maillage.atlas.construction.entrees import read_entrees
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.construction.stages import Silence, StageRunner
from maillage.atlas.etapes import durees as etape_durees
from maillage.atlas.etapes import temps
from maillage.atlas.etapes.indicateurs import list_constants
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.reseau.fichiers import Reseau
from maillage.atlas.reseau.itineraires import explain_time
from maillage.atlas.reseau.lot import as_lot
from maillage.atlas.reseau.osm import ReseauOsm, build_reseau, open_reseau
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.travel_times import UNREACHABLE
from tests.network.plain_times import PlainTimes

STEP = 700  # metres between the roads of the grid
TO_WGS84 = Transformer.from_crs(3035, 4326, always_xy=True)
SANS_TUILES = Parametres(tuiles=False)


def draw_grid(monde: ModuleType, path: Path, width: int) -> Path:
    """Streets every 700 m over the first ``width`` metres of the small département, some of them one-way."""
    columns, rows = width // STEP, 9
    with osmium.SimpleWriter(str(path)) as writer:
        for n in range(columns * rows):
            x, y = monde.X0 + STEP * (n % columns), monde.Y0 + STEP * (n // columns)
            writer.add_node(osmium.osm.mutable.Node(id=n + 1, location=TO_WGS84.transform(x, y)))
        for way, (ends, tags) in enumerate(list_streets(columns, rows), 1):
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=ends, tags=tags))
    return path


def list_streets(columns: int, rows: int) -> Iterator[tuple[list[int], dict[str, str]]]:
    for row in range(rows):
        oneway = {"oneway": "yes"} if row == 3 else {"oneway": "-1"} if row == 4 else {}
        yield [row * columns + c + 1 for c in range(columns)], {"highway": "secondary"} | oneway
    for column in range(columns):
        yield [r * columns + column + 1 for r in range(rows)], {"highway": "unclassified"}


@pytest.fixture(scope="module")
def reseau(petit_monde: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> ReseauOsm:
    folder = tmp_path_factory.mktemp("reseau")
    return build_reseau(
        draw_grid(petit_monde, folder / "grille.osm.pbf", 9000), ["voiture"], folder / "reseau"
    )


@pytest.fixture(scope="module")
def atlas(petit_monde: ModuleType, reseau: ReseauOsm, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("routes")
    sources = petit_monde.write_sources(folder / "sources")
    return build("59", sources, folder / "atlas", SANS_TUILES, reseau=reseau.dossier)


def plain_times(origins: pl.DataFrame, people: pl.DataFrame, reseau: Reseau | None) -> PlainTimes:
    assert reseau is not None
    attach = reseau.attach()
    return PlainTimes(reseau.graphe, attach, attach(temps.to_points(origins)), reseau.fiabilite)


def test_the_atlas_has_the_figures_of_plain_scipy(
    atlas: Atlas, reseau: ReseauOsm, petites_sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(etape_durees, "make_times", plain_times)
    plain = build("59", petites_sources, tmp_path / "A", SANS_TUILES, reseau=reseau.dossier)
    np.testing.assert_array_equal(atlas.durees().time_ds, plain.durees().time_ds)
    np.testing.assert_array_equal(atlas.durees().site, plain.durees().site)
    for niveau in ("carreau", "commune", "epci", "departement"):
        assert_frame_equal(atlas.indicateurs(niveau), plain.indicateurs(niveau), check_exact=True)


def test_times_on_roads_are_not_estimates(atlas: Atlas, petit_atlas: Atlas) -> None:
    assert not np.array_equal(atlas.durees().time_ds, petit_atlas.durees().time_ds)
    assert atlas.manifest.sources["osm"]["fichier"] == "grille.osm.pbf"
    assert all(check.passe for check in check_atlas(atlas.dossier))


def test_places_off_the_road_are_listed_and_have_no_time(atlas: Atlas) -> None:
    alone = atlas.table("sans_route")
    carreaux = atlas.carreaux().filter("dans_departement")
    listed = alone.filter(pl.col("quoi") == "carreau")["id"]
    unreached = (atlas.durees().time_ds == UNREACHABLE).all(axis=1)
    assert set(listed) == set(carreaux.filter(pl.Series(unreached))["id"])
    assert 0 < len(listed) < carreaux.height
    assert f"{len(listed)} carreaux" in atlas.manifest.avertissements[-1]


def test_a_time_of_the_atlas_can_be_explained(atlas: Atlas) -> None:
    """The route to the nearest implantation takes the time that the atlas holds."""
    durees, cells, places = atlas.durees(), atlas.carreaux(), atlas.implantations()
    row = int(np.flatnonzero(durees.time_ds[:, 0] != UNREACHABLE)[5])
    site = int(durees.site[row, 0])
    start, end = ((frame["lon"][i], frame["lat"][i]) for frame, i in ((cells, row), (places, site)))
    route = explain_time(open_reseau(atlas.dossier), "voiture", start, end)
    assert round(10 * route.duree_s) == durees.time_ds[row, 0]
    assert sum(t.duree_s for t in route.troncons) == pytest.approx(
        route.duree_s - route.acces_depart_s - route.acces_arrivee_s
    )


def test_the_same_network_gives_the_same_bytes(
    atlas: Atlas, reseau: ReseauOsm, petites_sources: Path, tmp_path: Path
) -> None:
    again = build(
        "59", petites_sources, tmp_path / "A", SANS_TUILES, cache=tmp_path / "c", reseau=reseau.dossier
    )
    assert again.manifest.empreinte == atlas.manifest.empreinte


@pytest.mark.lent
def test_every_mode_of_the_network_gives_its_times(
    petit_monde: ModuleType, petites_sources: Path, tmp_path: Path
) -> None:
    """Those of plain scipy on its own network; hours by bicycle and on foot follow them."""
    modes = ["voiture", "voiture_pointe", "velo", "marche"]
    reseau = build_reseau(draw_grid(petit_monde, tmp_path / "grille.osm.pbf", 9000), modes, tmp_path / "n")
    atlas = build("59", petites_sources, tmp_path / "A", SANS_TUILES, reseau=reseau.dossier)
    assert sorted(atlas.modes) == sorted(modes)
    inside = atlas.carreaux().filter("dans_departement")
    for mode in modes:
        plain = temps.compute_nearest(plain_times(inside, inside, reseau.load(mode)), atlas.implantations())
        np.testing.assert_array_equal(atlas.durees(mode).time_ds, plain.nearest.time_ds)
        np.testing.assert_array_equal(atlas.durees(mode).site, plain.nearest.site)
    assert (atlas.durees("marche").time_ds >= atlas.durees().time_ds).all()
    hours = atlas.indicateurs("carreau")
    column = atlas.durees().types.index("france_services")
    for mode in ("velo", "marche"):
        near = pl.Series(atlas.durees(mode).time_ds[:, column] <= read_budget())
        assert ((hours[f"heures_acces_france_services_{mode}"] > 0) == near).all()
        assert set(hours[f"heures_acces_france_services_{mode}_fiabilite"].drop_nulls()) == {"observe"}


@pytest.mark.lent
def test_a_network_without_cars_is_refused(
    petit_monde: ModuleType, petites_sources: Path, tmp_path: Path
) -> None:
    reseau = build_reseau(draw_grid(petit_monde, tmp_path / "g.osm.pbf", 9000), ["velo"], tmp_path / "n")
    with pytest.raises(EntreeInvalide, match="n’a pas le mode « voiture »"):
        build("59", petites_sources, tmp_path / "A", SANS_TUILES, reseau=reseau.dossier)


@pytest.mark.lent
def test_the_embedded_example_has_the_times_of_plain_scipy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every time that its figures are made from: all types, the basket under each convention, town halls."""
    example = Path(str(files("maillage.sources") / "jeu_essai"))
    reseau = build_reseau(
        example / "reseau_jeu_essai.osm.pbf", ["voiture"], tmp_path / "n", fiabilite="simule"
    )
    entrees = read_entrees("59", example)
    runner = StageRunner(
        SANS_TUILES.as_dict()
        | {"nom": entrees.nom, "departement": entrees.departement, "colonnes": entrees.colonnes},
        Silence(),
    )
    runner.put("entrees", entrees.lot, entrees.cle)
    runner.put("reseau", as_lot([reseau.load("voiture")]), reseau.manifest.empreinte)
    runner.run(etape for etape in ETAPES if etape.nom in {"lieux", "offre"})
    engine = etape_durees.make_durees(runner.lots, SANS_TUILES.as_dict())
    monkeypatch.setattr(etape_durees, "make_times", plain_times)
    plain = etape_durees.make_durees(runner.lots, SANS_TUILES.as_dict())
    assert engine.keys() == plain.keys()
    assert {"time_ds", "site", "panier_reparti", "panier_commune"} <= engine.keys()
    for name in engine:
        np.testing.assert_array_equal(np.asarray(engine[name]), np.asarray(plain[name]))
    assert list_constants(engine, "tout") == {}
