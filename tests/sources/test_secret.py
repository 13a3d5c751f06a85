"""Secret or absent is never zero, in every table of every source, and the count is said."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from maillage.catalogue.statistiques import list_columns
from maillage.sources import Table, read
from maillage.sources.marques import MARQUES
from maillage.sources.registre import STATISTIQUES
from maillage.sources.secret import OBSERVES


def read_row(folder: Path, source: str, cells: dict[str, str], default: str = "0") -> Table:
    """The statistics of a file of one commune whose other cells are ``default``."""
    columns = ["code_insee", *(c.colonne for c in list_columns(source))]
    row = dict.fromkeys(columns, default) | {"code_insee": "59171"} | cells
    path = folder / "t.csv"
    path.write_text(";".join(row) + "\n" + ";".join(row.values()) + "\n", "utf-8")
    return next(t for t in read(source, path) if t.nature == "statistiques")


@pytest.mark.parametrize("mark", ["ND", "s", "c", "#VALEUR !", "n.d.", "", "<11", "nd"])
def test_no_household_beside_secret_incomes_is_unknown(tmp_path: Path, mark: str) -> None:
    """59171, 43 inhabitants: 0 tax households beside cells that are all secret."""
    table = read_row(tmp_path, "revenus", {"nbmenfisc21": "0", "nbpersmenfisc21": "0"}, default=mark)
    assert table.frame.select("menages_fiscaux", "personnes_menages_fiscaux").row(0) == (None, None)
    said = " ".join(f.quoi for f in table.avertissements)
    assert "2 zéros" in said
    assert "nbmenfisc21 (1)" in said


@pytest.mark.parametrize("source", STATISTIQUES)
def test_a_zero_beside_a_secret_is_unknown_in_every_source(tmp_path: Path, source: str) -> None:
    """Of what counts people; a place that is not there is seen not to be."""
    columns = [c for c in list_columns(source) if c.role == "statistique"]
    if len(columns) < 2:
        pytest.skip("one statistic: nothing beside it")
    found = read_row(tmp_path, source, {columns[0].colonne: "ND"}).frame
    for column in columns[1:]:
        value = found[column.id][0]
        assert value == (0 if column.unite in OBSERVES and not column.secret_sous else None), column.id


def test_a_zero_alone_is_a_zero(tmp_path: Path) -> None:
    assert read_row(tmp_path, "logements", {}).frame["residences_secondaires"][0] == 0


def test_zeros_under_a_threshold_are_counted(tmp_path: Path) -> None:
    table = read_row(tmp_path, "rsa", {"rsa_2023": "25"})
    assert table.frame["rsa"][0] == 25
    assert [f.quoi for f in table.avertissements] == [
        "6 zéros de 6 colonnes, laissés inconnus : le producteur écrit 0 sous 5"
    ]


def test_published_incomes_keep_the_secret(tmp_path: Path) -> None:
    path = tmp_path / "cc_filosofi_2021.csv"
    path.write_text("CODGEO;NBMENFISC21;NBPERSMENFISC21;MED21;TP6021;D121;D921\n59171;0;0;s;ns;s;s\n")
    (table,) = read("revenus_insee", path)
    assert set(table.frame.drop("code_insee").row(0)) == {None}


@pytest.mark.parametrize("mark", MARQUES)
def test_every_mark_is_read_in_any_case(tmp_path: Path, mark: str) -> None:
    assert read_row(tmp_path, "apl", {"apl_gen": mark.upper()}).frame["apl_medecins"][0] is None


def test_real_incomes(donnees: Path) -> None:
    """The four communes of the Nord where every income is « ND »."""
    tables = read("revenus", donnees / "communes_59_statistiques" / "filo.parquet")
    frame = tables[0].frame
    secret = frame.filter(pl.col("menages_fiscaux").is_null())
    assert secret["code_insee"].to_list() == ["59147", "59171", "59186", "59420"]
    assert frame["menages_fiscaux"].min() > 0
    assert frame["personnes_menages_fiscaux"].null_count() == 4
