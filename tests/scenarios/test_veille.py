"""The cost of closing each place, held to closing it."""

import json

import polars as pl
import pytest
from click.testing import CliRunner

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.veille import veille
from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.scenarios.simulation import try_on
from maillage.scenarios.veille import list_overlaps, watch


def test_each_place_costs_what_closing_it_costs(petit_atlas):
    """An independent road: the simulation of each closing, one by one."""
    found = watch(petit_atlas, ["france_services"])
    assert found
    for one in found:
        tried = try_on(petit_atlas, Scenario(nom="x", modifications=(Fermeture(lieu=one.id),)))
        gains = tried.gains("france_services")["tous"]
        assert one.isoles == pytest.approx(gains.perdus)
        lost = gains.perdants * (gains.perte_moyenne_min or 0)
        assert one.minutes == pytest.approx(lost)
        assert (
            one.eloignes + min(one.isoles, one.usagers)
            >= gains.sous_seuil_avant - gains.sous_seuil_apres - 1e-6
        )


def test_ranked_by_service_and_overall_and_by_overlap(petit_atlas):
    found = watch(petit_atlas)
    keys = [(-one.isoles, -one.minutes) for one in found]
    assert keys == sorted(keys)
    assert {one.id for one in found} <= set(
        petit_atlas.implantations().filter(pl.col("precision") != "commune")["id"]
    )
    near = [one.minutes_par_usager for one in list_overlaps(found, usagers=1)]
    assert near == sorted(near)


def test_the_command(petit_atlas):
    run = CliRunner().invoke(
        veille, [str(petit_atlas.dossier), "--type", "france_services", "--json"], catch_exceptions=False
    )
    told = json.loads(run.stdout)
    assert {one["type"] for one in told["lieux"]} == {"france_services"}
    with pytest.raises(EntreeInvalide, match="aucun lieu fixe"):
        watch(petit_atlas, ["gare_spatiale"])
