from collections.abc import Callable
from datetime import date

import pytest

from maillage.sdaasp.bilan.etats import ActeBilan

A = ActeBilan
PLACES = ("591", "592", "593", "594", "595", "596")


@pytest.fixture
def ouvert(charge):
    """A bilan open for a year, its contributions asked."""
    from maillage.web.bilan import commands  # noqa: PLC0415

    return commands.advance(charge, commands.open_year(charge, 2026), 1, A.DEMANDER)


@pytest.fixture
def conduire(charge) -> Callable:
    """Take a bilan from asking to its seal, by whoever runs the schema, without meetings."""
    from maillage.web.bilan import commands  # noqa: PLC0415

    def go(row, *acts):
        wanted = acts or (A.RELIRE, A.CONSOLIDER, A.VALIDER, A.FIGER)
        for acte in wanted:
            for place in PLACES if acte is A.RELIRE else ("",):
                row = commands.advance(charge, row, row.version, acte, territoire=place, motif="Par écrit")
        return row

    return go


@pytest.fixture
def fige(ouvert, charge, conduire):
    """A frozen bilan that holds one contribution."""
    from maillage.web.bilan import commands  # noqa: PLC0415

    row = ouvert.contributions.get(theme="sante", territoire="593")
    commands.write_contribution(charge, row, row.version, "Deux cabinets ouverts.", rendre=True)
    return conduire(ouvert)


@pytest.fixture
def today() -> date:
    from django.utils import timezone  # noqa: PLC0415

    return timezone.localdate()
