import json

from click.testing import CliRunner

from maillage.cli.sdaasp import sdaasp


def test_stats_as_json_hold_the_contract():
    result = CliRunner().invoke(sdaasp, ["stats", "--format", "json"])
    counts = json.loads(result.output)
    assert counts["themes"] == 10
    assert counts["objectifs_prioritaires"] == 27
    assert counts["orientations_fne"] == 5
    assert counts["actions_fne"] == 17
    assert counts["declinaisons"] == {
        "a_confirmer": 5,
        "identifiee": 39,
        "non_identifiee": 2,
        "non_traitee": 2,
    }
    assert counts["dimensions_sans_fiche"] == 2
    assert counts["op_sans_cible"] == 27


def test_completude_says_the_law_is_not_met():
    output = CliRunner().invoke(sdaasp, ["completude"]).output
    assert output.startswith("Incomplète au sens de la loi")
