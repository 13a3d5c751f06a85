"""What the network adds to portraits and to scenarios; what computes it is loaded when a page asks."""

from __future__ import annotations

from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.diagnostic.document import Section
from maillage.scenarios.modifications import Scenario
from maillage.web.atelier import apports as ateliers
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import apports as portraits


def add_to_portrait(atlas: AtlasOuvert, here: Territoire) -> portraits.ApportPortrait | None:
    """The chapter of a portrait: see ``constats``."""
    from maillage.web.annuaire.reseau import constats

    return constats.add_to_portrait(atlas, here)


def tell_scenario(atlas: AtlasOuvert, scenario: Scenario) -> Section | None:
    """What a scenario breaks and mends: see ``essais``."""
    from maillage.web.annuaire.reseau import essais

    return essais.tell_scenario(atlas, scenario)


portraits.register(add_to_portrait)
ateliers.register(tell_scenario)
