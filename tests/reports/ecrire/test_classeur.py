"""The same programme after a trip through real ODS and XLSX files."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.classeur import measure_columns, write_sheets
from maillage.sdaasp.programme.classeur import Feuille, make_sheets
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.classeur_lecture import read_sheets
from maillage.sources.classeur import read_workbook


@pytest.mark.parametrize("suffix", [".ods", ".xlsx"])
def test_the_nord_goes_out_and_comes_back(suffix, tmp_path):
    path = tmp_path / f"programme{suffix}"
    write_sheets(make_sheets(load_programme()), path)
    assert read_sheets(read_workbook(path)) == load_programme()


letters = st.characters(exclude_categories=("C", "Z"), include_characters=" \n\\=_x00410D")
cells = st.one_of(
    st.none(),
    st.text(letters, min_size=1, max_size=12).map(str.strip).filter(bool),
    # a spreadsheet keeps 15 significant digits
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda x: float(f"{x:.15g}")),
    st.integers(-(10**9), 10**9),
    st.dates(min_value=date(1900, 3, 1)),  # the first day that XLSX can hold without doubt
)


@pytest.mark.lent
@pytest.mark.parametrize("suffix", [".ods", ".xlsx"])
@given(rows=st.lists(st.tuples(cells, cells, cells), max_size=5))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_cell_goes_out_and_comes_back(suffix, rows, tmp_path):
    path = tmp_path / f"cellules{suffix}"
    rows = [("début", *row) for row in rows]
    sheet = Feuille("feuille", ("a", "b", "c", "d"), tuple(rows))
    write_sheets([sheet], path)
    assert read_workbook(path) == (sheet,)


def test_an_unreadable_file_is_said_so(tmp_path):
    path = tmp_path / "abime.xlsx"
    path.write_bytes(b"PK\x03\x04 pas un classeur")
    with pytest.raises(EntreeInvalide, match="pas un classeur lisible"):
        read_workbook(path)
    with pytest.raises(EntreeInvalide, match=r"\.ods ou \.xlsx"):
        write_sheets((), tmp_path / "x.csv")


def test_columns_are_as_wide_as_their_texts_within_a_screen():
    sheet = Feuille("a", ("cle", "texte"), (("é" * 20, "x" * 900), (None, "un\ndeux")))
    assert measure_columns(sheet) == [22, 60]
    assert measure_columns(Feuille("vide", (), ())) == []
