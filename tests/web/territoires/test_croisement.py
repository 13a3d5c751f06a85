"""Two indicators crossed: who is worse off in both, the correlation, the chart that says the same."""

import json
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ConstantInputWarning, spearmanr

from maillage.web.socle import atlas as atlases
from maillage.web.territoires import croisement

COUPLE = ("taux_pauvrete", "revenu_median")


@pytest.fixture
def found(dossier_atlas):
    return croisement.compute(atlases.choose(None), "commune", *COUPLE)


def test_those_worse_off_in_both_are_strictly_beyond_the_departement(found) -> None:
    kept = {line.territoire.code for line in found.defavorables}
    expected = {
        line.territoire.code for line in found.lignes if line.x > found.repere_x and line.y < found.repere_y
    }
    assert kept == expected


def test_what_is_unknown_in_either_is_left_out(dossier_atlas) -> None:
    found = croisement.compute(atlases.choose(None), "commune", "revenu_median", "densite")
    assert "90009" not in {line.territoire.code for line in found.lignes}
    assert len(found.lignes) == 11


def test_few_territories_say_no_correlation(found, monkeypatch) -> None:
    assert found.rho is None
    assert found.lien == ""
    monkeypatch.setattr(croisement, "ASSEZ", 3)
    again = croisement.compute(atlases.choose(None), "commune", *COUPLE)
    oracle = spearmanr([line.x for line in again.lignes], [line.y for line in again.lignes]).statistic
    assert again.rho == pytest.approx(oracle)
    assert again.rho == pytest.approx(-1)  # each commune has 500 € more than the one before, and a point less
    assert again.lien.startswith("Lien fort, en sens contraire")


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(-1e9, 1e9)), min_size=2, max_size=40))
def test_the_correlation_is_that_of_scipy_with_ties_or_nothing(pairs) -> None:
    x, y = zip(*pairs, strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConstantInputWarning)
        oracle = spearmanr(x, y).statistic
    assert croisement.correlate_ranks(x, y) == pytest.approx(oracle, abs=1e-12, nan_ok=True) or (
        oracle != oracle and croisement.correlate_ranks(x, y) is None
    )


def test_the_description_holds_each_territory_once(client, db) -> None:
    answer = client.get("/croiser/nuage.vl.json?niveau=commune&x=duree_pharmacie&y=part_panier_plus_7min")
    spec = json.loads(answer.content)
    assert len(spec["data"]["values"]) == 12
    shares = sorted(row["y"] for row in spec["data"]["values"])
    atlas = atlases.choose(None)
    held = [atlas.chiffre("commune", t.code, "part_panier_plus_7min") for t in atlas.territoires("commune")]
    assert shares == pytest.approx(sorted(100 * figure.valeur for figure in held))


@pytest.mark.lent
def test_the_picture_draws_each_territory_and_no_script(client, db) -> None:
    answer = client.get("/croiser/nuage.svg?niveau=commune&x=duree_pharmacie&y=densite")
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert text.count('aria-roledescription="circle"') == 12
    assert "<script" not in text
