import pytest

from maillage.diagnostic.millesimes import is_old, years_of


@pytest.mark.parametrize(
    ("millesime", "years"),
    [
        ("2013", [2013]),
        ("2013-2024", [2013, 2024]),
        ("2024-08", [2024]),
        ("COG 2026", [2026]),
        ("20240801", []),
    ],
)
def test_years_are_read_wherever_they_stand(millesime, years):
    assert years_of(millesime) == years


@pytest.mark.parametrize(
    ("millesime", "others", "old"),
    [
        ("2018", [2023], False),  # five years: the bound is not past
        ("2017", [2023], True),
        ("2013", [2023], True),
        ("2013-2024", [2023], True),
        ("2024", ["2013"], False),  # newer than what is beside it
        ("2016", ["2017", "2022"], True),  # the newest of the others decides
        ("2016", [None, "", 2021], False),
        ("", [2023], False),
        (None, [2023], False),
        ("2013", [], False),
        ("2013", [None], False),
    ],
)
def test_a_figure_is_old_beyond_five_years_of_the_newest_beside_it(millesime, others, old):
    assert is_old(millesime, *others) is old
