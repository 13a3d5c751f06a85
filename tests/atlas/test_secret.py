"""No output of an atlas lets a secret count be found, even by adding and subtracting all that it shows."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest
from scipy.optimize import linprog

from maillage.access.registre import Variable, expand_all
from maillage.atlas.secret import hide_secrets, list_dependants

COUNTS = {"A": [3, 8, 40], "B": [60, 12], "C": [2, 1, 90, 30]}  # communes of three EPCI, beneficiaries
PEOPLE = 500


@pytest.fixture
def instances():
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


def test_nothing_secret_comes_out_of_what_is_shown(communes, instances):
    tables = hide_secrets(make_tables(communes), communes, instances)
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


def test_a_mesh_that_cuts_the_others_loses_the_figure_and_only_it(communes, instances):
    tables = hide_secrets(make_tables(communes), communes, instances)
    assert tables["arrondissement"].columns == ["code", "autre"]
    assert tables["epci"]["autre"].null_count() == 0
    shown = tables["index"].filter(pl.col("niveau") == "arrondissement")
    assert shown.is_empty()


def test_what_follows_from_a_secret_is_secret(communes, instances):
    tables = hide_secrets(make_tables(communes), communes, instances)
    hidden = tables["commune"].filter(pl.col("personnes_caf_rsa").is_null())
    assert hidden.height >= 3
    assert hidden["part_rsa"].is_null().all()
    assert hidden["personnes_caf_rsa_couverture"].is_null().all()


def test_dependants_are_found_through_other_indicators(instances):
    assert {"personnes_caf_rsa", "part_rsa"} <= list_dependants("personnes_caf_rsa", instances)
    assert "part_65_plus" not in list_dependants("personnes_caf_rsa", instances)


def test_nothing_below_the_threshold_nothing_changes(communes, instances):
    tables = make_tables(communes)
    large = {
        name: table if name == "index" else table.with_columns(personnes_caf_rsa=pl.lit(50.0))
        for name, table in tables.items()
    }
    assert hide_secrets(large, communes, instances)["commune"].equals(large["commune"])
