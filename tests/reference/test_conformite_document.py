"""What conformity says of the reference document: numbers computed, and none typed in its words."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bench.conformite_apl import BPE_2013, list_missing
from bench.conformite_document import count_missing, find_needed, measure_shortening, share_far
from maillage.sources import find_sources, read_all

BENCH = Path(__file__).parents[2] / "bench"
# Numbers that name something (a year, an age, a threshold, a unit, a decision) and are no result of ours.
NAMES = {
    "conformite.modele.md": {
        "2005", "2012", "2013", "2015", "2016", "2020", "2023", "2024",
        "7", "10", "20", "60", "62", "65", "100 000", "0061", "0066",
    },
    "temps-estimes.modele.md": {"1", "2", "3", "5", "6", "7", "9", "10", "90", "95", "2013", "2023", "2025"},
}  # fmt: skip


@pytest.mark.parametrize("model", sorted(NAMES))
def test_no_result_is_typed_in_the_words(model):
    """A number in a model names a year or a threshold; a figure of ours is a placeholder."""
    words = re.sub(r"\$?\{[^}]*\}|\]\([^)]*\)|`[^`]*`|<!--.*?-->", " ", (BENCH / model).read_text("utf-8"))
    found = set(re.findall(r"(?<![\w,])\d+(?:[  ]\d{3})*(?:,\d+)?", words))
    assert found - NAMES[model] == set()


def test_communes_without_a_row_in_2013(donnees):
    """Four of the 647, once the communes that merged since are followed."""
    tables = read_all(find_sources(donnees))
    communes = next(t.frame for t in tables if t.provenance.id == "cog")
    offre = pl.concat(t.frame for t in tables if t.nature == "offre_commune")
    assert BPE_2013 in offre["source"].unique().to_list()
    assert list_missing(communes, offre) == ("59147", "59171", "59186", "59420")


def test_missing_communes_in_words():
    assert count_missing(()) == "aucune commune sans ligne en 2013"
    assert count_missing(("59001",)) == "1\u00a0commune sans ligne en 2013 (59001)"
    assert count_missing(("59001", "59002")) == "2\u00a0communes sans ligne en 2013 (59001, 59002)"


@pytest.fixture
def people():
    """Of 100 people 30 are at 8 minutes, 30 at 10: 60 % are beyond 7."""
    return pl.DataFrame({"nom": ["A"] * 3, "population": [40, 30, 30], "duree": [60.0, 480.0, 600.0]})


def test_share_if_times_were_shorter(people):
    assert share_far(people, "A", 1.0) == pytest.approx(0.6)
    assert share_far(people, "Nord", 0.8) == pytest.approx(0.3)
    assert measure_shortening(people, "A", 0.25) == pytest.approx(30.0)


def test_shortening_needed_to_reach_the_document(people):
    """25 % at most: both groups must come under 7 minutes, 600 s by 30 %."""
    assert find_needed(people, "A") == 30
    assert not np.isclose(share_far(people, "A", 0.71), 0.0)
