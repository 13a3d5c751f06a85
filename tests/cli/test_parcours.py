"""``maillage parcours``: one date in, one date out; anything else is said."""

import json

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


def test_the_state_of_a_base_is_told_in_words_and_as_data(tmp_path, monkeypatch) -> None:
    from datetime import date  # noqa: PLC0415

    from maillage.sdaasp.parcours.modele import Consultation, NatureOrganisme, Parcours  # noqa: PLC0415
    from maillage.sdaasp.reprise.chargement import load_programme  # noqa: PLC0415

    asked = Consultation(cle="a", nom="CC A", nature=NatureOrganisme.EPCI, saisi_le=date(2025, 11, 30))
    monkeypatch.setattr("maillage.cli.parcours.read_base", lambda _: load_programme())
    monkeypatch.setattr(
        "maillage.web.parcours.models.read_parcours", lambda: Parcours(consultations=(asked,))
    )
    found = CliRunner().invoke(parcours, ["etat", "--le", "2026-03-01"], catch_exceptions=False)
    assert "CC A : saisi le 2025-11-30, échéance 2026-02-28, repute_donne depuis 2026-03-01" in found.output
    data = CliRunner().invoke(parcours, ["etat", "--le", "28/02/2026", "--json"], catch_exceptions=False)
    (body,) = json.loads(data.output)["organismes"]
    assert (body["etat"], body["acquis_le"]) == ("attendu", None)
    with pytest.raises(EntreeInvalide, match="Jour où lire"):
        CliRunner().invoke(parcours, ["etat", "--le", "demain"], catch_exceptions=False)
