"""Scenarios in the invented département: its one France services, its pharmacies."""

from collections.abc import Callable

import pytest

from maillage.scenarios.modifications import Fermeture, Ouverture, Scenario
from maillage.web.atelier import commands
from maillage.web.atelier.models import ScenarioEnregistre


@pytest.fixture
def scenario_pur() -> Scenario:
    """The only France services closes, another opens in the last commune."""
    return Scenario(
        nom="Un accueil à Zuydbeke",
        modifications=(
            Fermeture(lieu="france_services:1"),
            Ouverture(
                type="france_services", nom="Accueil nouveau", commune="90012", horaires="Mo-Fr 09:00-12:00"
            ),
        ),
    )


@pytest.fixture
def ecrire(compte, scenario_pur, settings) -> Callable[..., ScenarioEnregistre]:
    """Keep that scenario: ``ecrire(author, "public")``. Background work is queued, and not run."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    def write(auteur=None, visibilite="brouillon", organisation=None, **fields) -> ScenarioEnregistre:
        auteur = auteur or compte("charge_mission")
        row = commands.create_scenario(auteur, scenario_pur, "")
        if visibilite != "brouillon":
            row = commands.share(auteur, row, row.version, visibilite, organisation)
        return row

    return write
