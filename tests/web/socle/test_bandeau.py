"""The warning at the top of each page says how the times were really made."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

TEMPLATE = "socle/composants/bandeau.html"


@pytest.mark.parametrize(
    ("fiabilite", "sur_routes", "dit"),
    [
        ("estime", False, "non mesurés sur les routes"),
        ("simule", True, "réseau routier inventé"),
        ("simule", False, "estimés par une formule entre des lieux inventés"),
    ],
)
def test_the_banner_tells_how_times_were_made(fiabilite: str, sur_routes: bool, dit: str) -> None:
    atlas = SimpleNamespace(
        jeu_essai=fiabilite == "simule", fiabilite_temps=fiabilite, sur_routes=sur_routes, par_defaut=True
    )
    assert dit in render_to_string(TEMPLATE, {"atlas": atlas})
