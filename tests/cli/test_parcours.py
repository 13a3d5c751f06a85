"""``maillage parcours``: one date in, one date out; anything else is said."""

import pytest
from click.testing import CliRunner

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.parcours import parcours


@pytest.mark.parametrize("asked", ["2025-11-30", "30/11/2025", " 30.11.2025 "])
def test_the_last_day_alone_is_printed(asked: str) -> None:
    found = CliRunner().invoke(parcours, ["echeance", asked])
    assert (found.exit_code, found.output) == (0, "2026-02-28\n")


@pytest.mark.parametrize("asked", ["2026-02-30", "30/11/25", "demain", "", "9999-12-31"])
def test_what_is_no_day_is_refused_in_words(asked: str) -> None:
    with pytest.raises(EntreeInvalide, match="Jour de la saisine"):
        CliRunner().invoke(parcours, ["echeance", asked], catch_exceptions=False)
