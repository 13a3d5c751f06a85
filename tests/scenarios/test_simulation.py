"""A scenario in memory is an atlas built on the same list and the same roads: random ones, to the bit."""

import json
import shutil
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from bench.scenarios_au_hasard import Monde, draw_history, list_differences, recompute
from bench.tirage import draw
from maillage.atlas.construction.build import build
from maillage.atlas.construction.entrees import read_entrees
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes.lieux import make_lieux
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.atlas.reseau.fichiers import save_network
from maillage.atlas.reseau.lot import modes_of, of_lot
from maillage.cli.scenario import scenario as command
from maillage.scenarios.fichier import read_scenario, write_scenario
from maillage.scenarios.modifications import Arret, Fermeture, Itinerance, Scenario
from maillage.scenarios.rapport import describe, to_geojson
from maillage.scenarios.simulation import Simulation, try_on

SANS_TUILES = Parametres(tuiles=False)


def check_equal(simulation: Simulation, built: Atlas) -> None:
    """Every figure of every niveau, every deficit, every time."""
    assert simulation.refus == ()
    for niveau in simulation.evaluated.calcul.niveaux:
        found, expected = simulation.evaluated.whole(niveau), built.indicateurs(niveau)
        assert found.columns == expected.columns
        assert [name for name in expected.columns if not found[name].equals(expected[name])] == []
    assert simulation.evaluated.deficits().equals(built.deficits())
    times = built.durees()
    assert simulation.evaluated.durees.types == times.types
    assert (simulation.evaluated.durees.time_ds == times.time_ds).all()
    for kind in simulation.types:
        near = simulation.proche(kind)
        assert (near.apres_ds == times.time_ds[:, times.types.index(kind)]).all()


def write_offer(simulation: Simulation, path: Path) -> Path:
    simulation.application.offre.write_parquet(path)
    return path


@pytest.mark.lent
@pytest.mark.parametrize("seed", range(4))
def test_random_scenarios_on_estimated_times(petit_atlas, petit_monde, tmp_path, seed):
    sources = petit_monde.write_sources(tmp_path / "sources")
    simulation = try_on(petit_atlas, draw(petit_atlas, seed, n=8))
    offer = write_offer(simulation, tmp_path / "offre.parquet")
    check_equal(simulation, build("59", sources, tmp_path / "A", SANS_TUILES, offre=offer))


def open_petit(petit_atlas: Atlas, sources: Path) -> Monde:
    """The small département as the bench of random scenarios takes it."""
    entrees = read_entrees("59", sources)
    return Monde(petit_atlas, entrees, make_lieux({"entrees": entrees.lot}, {"nom": entrees.nom}))


def test_a_sample_of_the_thousand_random_scenarios(petit_atlas, petites_sources, tmp_path):
    """``python -m bench.scenarios_au_hasard`` runs them all."""
    monde = open_petit(petit_atlas, petites_sources)
    simulations = [try_on(petit_atlas, draw_history(petit_atlas, seed)) for seed in (3, 5)]
    both = [recompute(monde, simulation, tmp_path) for simulation in simulations]
    for simulation, lots in zip(simulations, both, strict=True):
        assert list(list_differences(simulation, lots)) == []
    assert list(list_differences(simulations[0], both[1])) != []


@pytest.mark.parametrize("itinerant", [False, True])
def test_losing_the_last_fixed_place_of_a_service_moves_the_basket_that_held_it(
    petit_atlas, petites_sources, tmp_path, itinerant
):
    """The basket no longer names the only collège: its figures are reached all the same."""
    (college,) = petit_atlas.implantations().filter(pl.col("type") == "college")["id"]
    stop = Arret(nom="a", horaires="Tu 14:00-17:00", commune="59101")
    edit = Itinerance(lieu=college, arrets=(stop,)) if itinerant else Fermeture(lieu=college)
    simulation = try_on(petit_atlas, Scenario(nom="x").add(edit))
    lots = recompute(open_petit(petit_atlas, petites_sources), simulation, tmp_path)
    assert list(list_differences(simulation, lots)) == []
    assert "severite_panier" in simulation.evaluated.reached("commune")


@pytest.mark.lent
@pytest.mark.parametrize("seed", range(2))
def test_random_scenarios_on_roads(exemple_sur_routes, tmp_path, seed):
    sources, roads = Path(str(files("maillage.sources") / "jeu_essai")), exemple_sur_routes / "reseau"
    atlas = open_atlas(exemple_sur_routes / "atlas")
    simulation = try_on(atlas, draw(atlas, seed, n=13))
    edited = shutil.copytree(roads, tmp_path / "reseau")
    altered = simulation.evaluated.reseau
    assert altered is not None
    for mode in modes_of(altered):
        save_network(edited / "reseau" / mode, of_lot(altered, mode))
    offer = write_offer(simulation, tmp_path / "offre.parquet")
    check_equal(simulation, build("59", sources, tmp_path / "A", SANS_TUILES, reseau=edited, offre=offer))


@pytest.mark.parametrize("seed", range(8))
def test_undoing_every_edit_leaves_the_atlas(petit_atlas, seed):
    drawn = draw(petit_atlas, seed, n=9)
    assert read_scenario(write_scenario(drawn)) == drawn
    while drawn.modifications:
        drawn = drawn.undo()
    simulation = try_on(petit_atlas, drawn)
    assert simulation.types == []
    assert simulation.evaluated.changes().is_empty()
    assert describe(simulation)["phrases"] == ["Aucun temps de trajet ne change."]


def test_what_is_said_is_what_was_counted(petit_atlas):
    """Gains by hand: people of the carreaux whose time moves, from the two arrays of times."""
    places = petit_atlas.implantations().filter(pl.col("type") == "pharmacie")
    text = f"maillage: scenario 1\nnom: Fermer\nmodifications:\n- fermer: {{lieu: {places['id'][0]}}}\n"
    simulation = try_on(petit_atlas, read_scenario(text))
    told = describe(simulation)
    (service,) = told["services"]
    near, people = (
        simulation.proche("pharmacie"),
        petit_atlas.carreaux().filter("dans_departement")["population"].to_list(),
    )
    lost = [
        (p, a - b)
        for p, a, b in zip(people, near.apres_ds.tolist(), near.avant_ds.tolist(), strict=True)
        if a > b
    ]
    gains = service["groupes"]["tous"]
    assert gains["perdants"] == pytest.approx(sum(p for p, _ in lost))
    assert gains["perte_moyenne_min"] == pytest.approx(
        sum(p * t for p, t in lost) / sum(p for p, _ in lost) / 600
    )
    assert gains["gagnants"] == 0
    communes = [row for row in service["territoires"] if row["niveau"] == "commune"]
    assert sum(row["perdants"] for row in communes) == pytest.approx(gains["perdants"])
    assert sum(flow["habitants"] for flow in service["flux"]) == pytest.approx(gains["perdants"], abs=1)
    assert service["bilan_annuel"]["km"] > 0
    assert told["indicateurs"]
    assert all(row["avant"] != row["apres"] for row in told["indicateurs"])
    assert json.loads(to_geojson(simulation))["features"]
    assert "habitants sont plus loin" in " ".join(told["phrases"])


def test_the_command_writes_a_folder_that_builds_the_same(petit_atlas, tmp_path):
    place = petit_atlas.implantations().filter(pl.col("type") == "pharmacie")["id"][0]
    file = tmp_path / "edits.yaml"
    file.write_text(
        f"maillage: scenario 1\nnom: Fermer\nmodifications:\n- fermer: {{lieu: {place}}}\n", "utf-8"
    )
    asked = ["impact", str(petit_atlas.dossier), str(file)]
    run = CliRunner().invoke(
        command, [*asked, "--json", "--out", str(tmp_path / "out")], catch_exceptions=False
    )
    assert run.exit_code == 0
    told = json.loads(run.stdout)
    assert json.loads((tmp_path / "out" / "impact.json").read_text("utf-8")) == told
    assert told["scenario"]["lieux_fermes"] == [place]
    assert "simulés" in CliRunner().invoke(command, asked, catch_exceptions=False).stdout
