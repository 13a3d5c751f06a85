"""No output of an atlas lets a secret count be found, even by adding and subtracting all that it shows."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from maillage.access.evaluation.registre import Variable, expand_all
from maillage.atlas.etapes.secret import hide_secrets, list_dependants

COUNTS = {"A": [3, 8, 40], "B": [60, 12], "C": [2, 1, 90, 30]}  # communes of three EPCI, beneficiaries
PEOPLE = 500


@pytest.fixture
def nommes():
    domain = (Variable("personnes_caf_rsa", "RSA", "personnes_caf_rsa"), Variable("rsa", "RSA", "rsa"))
    return expand_all({"statistique": domain})


@pytest.fixture
def communes():
    rows = [
        (f"{epci}{i}", epci, "X" if i % 2 else "Y")
        for epci, counts in COUNTS.items()
        for i in range(len(counts))
    ]
    return pl.DataFrame(rows, schema=["code_insee", "epci", "arrondissement"], orient="row")


def make_tables(communes):
    counts = [count for values in COUNTS.values() for count in values]
    base = communes.with_columns(count=pl.Series(counts, dtype=pl.Float64), people=pl.lit(float(PEOPLE)))
    tables = {}
    for niveau, key in (("commune", "code_insee"), ("epci", "epci"), ("arrondissement", "arrondissement")):
        grouped = (
            base.group_by(key, maintain_order=True).agg(pl.col("count", "people").sum()).rename({key: "code"})
        )
        tables[niveau] = show(grouped)
    whole = base.select(pl.col("count", "people").sum()).with_columns(code=pl.lit("59"))
    tables["departement"] = show(whole)
    names = ["personnes_caf_rsa", "part_rsa"]
    index = [{"niveau": niveau, "indicateur": name} for niveau in tables for name in names]
    return {**tables, "index": pl.DataFrame(index)}


def show(frame):
    return frame.select(
        "code",
        personnes_caf_rsa="count",
        personnes_caf_rsa_couverture=pl.lit(1.0),
        part_rsa=pl.col("count") / pl.col("people"),
        autre=pl.lit(1.0),
    )


@dataclass
class Attack:
    """All that is shown, as equations on the communes' counts; shares give counts away too."""

    left: list
    right: list

    def bounds(self, commune, n):
        found = [
            linprog(sign * np.eye(n)[commune], A_eq=self.left, b_eq=self.right, bounds=(0, None)).fun
            for sign in (1, -1)
        ]
        return found[0], -found[1]


def attack(tables, communes):
    n, left, right = communes.height, [], []
    columns = {"commune": "code_insee", "epci": "epci", "arrondissement": "arrondissement"}
    for niveau, table in tables.items():
        if niveau == "index" or "personnes_caf_rsa" not in table.columns:
            continue
        for row in table.iter_rows(named=True):
            inside = (
                np.ones(n)
                if niveau == "departement"
                else (communes[columns[niveau]] == row["code"]).to_numpy()
            )
            shown = row["personnes_caf_rsa"]
            if shown is None and row["part_rsa"] is not None:
                shown = row["part_rsa"] * inside.sum() * PEOPLE
            if shown is not None:
                left.append(inside.astype(float))
                right.append(shown)
    return Attack(left, right)


def test_nothing_secret_comes_out_of_what_is_shown(communes, nommes):
    tables = hide_secrets(make_tables(communes), communes, nommes)
    counts = [count for values in COUNTS.values() for count in values]
    game = attack(tables, communes)
    for commune in [i for i, count in enumerate(counts) if 0 < count < 5]:
        low, high = game.bounds(commune, len(counts))
        assert low == pytest.approx(0)
        assert high >= 5


def test_without_hiding_the_attack_wins(communes):
    tables = make_tables(communes)
    first = tables["commune"].with_columns(
        personnes_caf_rsa=pl.when(pl.col("personnes_caf_rsa") >= 5).then("personnes_caf_rsa"),
        part_rsa=pl.when(pl.col("personnes_caf_rsa") >= 5).then("part_rsa"),
    )
    assert attack({**tables, "commune": first}, communes).bounds(0, communes.height) == pytest.approx((3, 3))


def test_a_mesh_that_cuts_the_others_loses_the_figure_and_only_it(communes, nommes):
    tables = hide_secrets(make_tables(communes), communes, nommes)
    assert tables["arrondissement"].columns == ["code", "autre"]
    assert tables["epci"]["autre"].null_count() == 0
    shown = tables["index"].filter(pl.col("niveau") == "arrondissement")
    assert shown.is_empty()


def test_what_follows_from_a_secret_is_secret(communes, nommes):
    tables = hide_secrets(make_tables(communes), communes, nommes)
    hidden = tables["commune"].filter(pl.col("personnes_caf_rsa").is_null())
    assert hidden.height >= 3
    assert hidden["part_rsa"].is_null().all()
    assert hidden["personnes_caf_rsa_couverture"].is_null().all()


def test_dependants_are_found_through_other_indicators(nommes):
    assert {"personnes_caf_rsa", "part_rsa"} <= list_dependants("personnes_caf_rsa", nommes)
    assert "part_65_plus" not in list_dependants("personnes_caf_rsa", nommes)


def test_nothing_below_the_threshold_nothing_changes(communes, nommes):
    tables = make_tables(communes)
    large = {
        name: table if name == "index" else table.with_columns(personnes_caf_rsa=pl.lit(50.0))
        for name, table in tables.items()
    }
    assert hide_secrets(large, communes, nommes)["commune"].equals(large["commune"])


def make_weighed():
    """A commune of 3, one of 8, one of 40 in one EPCI, and three larger ones in another."""
    counts = [3.0, 8.0, 40.0, 60.0, 70.0, 80.0]
    communes = pl.DataFrame(
        {"code_insee": list("abcdef"), "epci": ["A"] * 3 + ["B"] * 3, "arrondissement": ["X"] * 6}
    )
    times = [300.0, 500.0, 200.0, 250.0, 260.0, 270.0]
    base = communes.with_columns(rsa=pl.Series(counts), temps=pl.Series(times))
    mean = (pl.col("rsa") * pl.col("temps")).sum() / pl.col("rsa").sum()
    columns = {"personnes_caf_rsa": pl.col("rsa").sum(), "duree_panier_rsa": mean}
    tables = {
        "commune": base.select(code="code_insee", personnes_caf_rsa="rsa", rsa="rsa"),
        "epci": base.group_by("epci", maintain_order=True).agg(**columns).rename({"epci": "code"}),
        "departement": base.select(code=pl.lit("59"), **columns),
    }
    index = [{"niveau": n, "indicateur": name} for n, t in tables.items() for name in t.columns[1:]]
    return communes, {**tables, "index": pl.DataFrame(index)}


@pytest.fixture
def weighed_nommes():
    domain = tuple(Variable(name, name, name) for name in ("personnes_caf_rsa", "rsa"))
    return expand_all({"statistique": domain, "public": (Variable("rsa", "RSA", "rsa"),)})


def test_a_mean_weighed_by_a_secret_count_is_one_more_equation_and_goes(weighed_nommes):
    """With the sum (11) and the mean time of EPCI A, two hidden counts would be solved."""
    communes, tables = make_weighed()
    shown = hide_secrets(tables, communes, weighed_nommes)
    assert shown["commune"]["personnes_caf_rsa"].to_list() == [None, None, 40, 60, 70, 80]
    assert shown["epci"]["personnes_caf_rsa"].to_list() == [51, 210]
    assert shown["epci"]["duree_panier_rsa"].to_list()[0] is None
    assert shown["epci"]["duree_panier_rsa"].to_list()[1] is not None, "nothing is hidden in the other one"
    assert shown["departement"]["duree_panier_rsa"].to_list() == [None]
    left = np.array([[1.0, 1.0], [300.0, 500.0]])
    mean = tables["epci"]["duree_panier_rsa"][0]
    right = np.array([51 - 40, mean * 51 - 40 * 200.0])
    np.testing.assert_allclose(np.linalg.solve(left, right), [3, 8], err_msg="why it must go")


def test_the_other_statistics_about_the_same_people_go_with_it(weighed_nommes):
    """Two files count them; one shows 20 where the other is secret."""
    communes, tables = make_weighed()
    tables["commune"] = tables["commune"].with_columns(rsa=pl.Series([20.0, 30.0, 40.0, 60.0, 70.0, 80.0]))
    shown = hide_secrets(tables, communes, weighed_nommes)
    assert shown["commune"]["rsa"].to_list()[:2] == [None, None]


def test_groups_and_ranks_are_followed_to_what_they_weigh(weighed_nommes):
    names = list_dependants("personnes_caf_rsa", weighed_nommes)
    assert {
        "duree_panier_rsa",
        "ecart_panier_rsa",
        "part_panier_plus_7min_rsa",
        "profondeur_panier_rsa",
    } <= names
    assert "concentration_panier" in list_dependants("revenu_median", weighed_nommes)
    assert "duree_panier_quotidien" not in names
