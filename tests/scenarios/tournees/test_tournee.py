"""A week on an atlas: hours that hold, people counted from their definition, a scenario at the end."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.tournee import tournee
from maillage.scenarios.simulation import try_on
from maillage.scenarios.tournee import find_near, find_places, plan_tour, to_scenario
from maillage.scenarios.tournees.modele import Semaine


@pytest.fixture(scope="module")
def communes(petit_atlas) -> list[str]:
    return petit_atlas.table("entrees/communes")["code_insee"].to_list()


def test_hours_follow_each_other_and_people_are_those_near(petit_atlas, communes):
    week = Semaine(jours=3)
    plan = plan_tour(petit_atlas, "maison_paramedicale", communes[0], communes, week, seuil_min=10)
    assert plan.tournee.statut == "optimal"
    for before, after in zip(plan.passages, plan.passages[1:], strict=False):
        if before.jour == after.jour:
            assert after.debut_min >= before.fin_min + week.pause_min + week.installation_min
    assert all(one.fin_min - one.debut_min == week.creneau_min for one in plan.passages)
    evaluated = evaluate(petit_atlas)
    near = find_near(evaluated, find_places(petit_atlas, sorted({one.code for one in plan.passages})), 10)
    people = petit_atlas.carreaux().filter("dans_departement")["population"].to_numpy()
    assert plan.gagnants == pytest.approx(float(people[near.any(axis=1)].sum()))
    assert plan.sans_acces == pytest.approx(plan.gagnants)  # nobody had any


def test_the_week_becomes_a_scenario_that_holds(petit_atlas, communes):
    plan = plan_tour(petit_atlas, "france_services", communes[0], communes, Semaine(jours=2))
    tried = try_on(petit_atlas, to_scenario(plan, "france_services", "Bus"))
    assert tried.refus == ()
    assert len(list(tried.itinerants())) == len(plan.passages)


def test_the_command_and_what_it_refuses(petit_atlas, communes, tmp_path):
    asked = [str(petit_atlas.dossier), "--base", communes[0], "--arret", communes[1], "--jours", "1"]
    out = tmp_path / "bus.yaml"
    run = CliRunner().invoke(tournee, [*asked, "--json", "--scenario", str(out)], catch_exceptions=False)
    told = json.loads(run.stdout)
    assert told["statut"] == "optimal"
    assert told["borne"] == told["valeur"]
    assert "itinerant" in out.read_text("utf-8") or not told["passages"]
    with pytest.raises(EntreeInvalide, match="absentes"):
        plan_tour(petit_atlas, "ecole", "75056", communes, Semaine())
    with pytest.raises(EntreeInvalide, match="journées possibles"):
        plan_tour(petit_atlas, "ecole", communes[0], communes * 200, Semaine(creneaux=3))
    nowhere = CliRunner().invoke(tournee, [str(petit_atlas.dossier), "--base", communes[0]])
    assert isinstance(nowhere.exception, EntreeInvalide)
    assert np.isfinite(told["km_semaine"])


def test_a_scenario_that_cannot_be_written_is_refused_though_it_is_empty(petit_atlas, communes, tmp_path):
    (tmp_path / "fichier").write_text("", "utf-8")
    asked = [str(petit_atlas.dossier), "--base", communes[0], "--arret", communes[1], "--jours", "1"]
    run = CliRunner().invoke(tournee, [*asked, "--scenario", str(tmp_path / "fichier" / "dessous")])
    assert run.exception is not None
