"""What a layer keeps is bounded, and read by column: a page of many properties reads each once."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from maillage.ogc import couche as module
from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_objets
from maillage.ogc.page import read_properties

NAMES = tuple(f"p{rank}" for rank in range(10))


@pytest.fixture
def lues() -> Counter[str]:
    """How many times each column was read."""
    return Counter()


@pytest.fixture
def couche(lues: Counter[str], monkeypatch: pytest.MonkeyPatch) -> CoucheOuverte:
    """Three features of ten properties, of which four columns are kept."""
    monkeypatch.setattr(module, "COLONNES_OCTETS", 1)

    def lire(name: str) -> NDArray[Any]:
        lues[name] += 1
        return np.arange(3.0)

    return CoucheOuverte(
        "essai",
        "Essai",
        "",
        {name: ProprieteOuverte(name, name, "number") for name in NAMES},
        ("a", "b", "c"),
        make_objets([shapely.Point(3, 50)] * 3),
        lire,
    )


def test_a_page_reads_each_column_once_however_few_are_kept(
    couche: CoucheOuverte, lues: Counter[str]
) -> None:
    told = read_properties(couche, np.array([2, 0]), NAMES)
    assert told == [dict.fromkeys(NAMES, 2.0), dict.fromkeys(NAMES, 0.0)]
    assert lues == dict.fromkeys(NAMES, 1)


def test_columns_asked_longest_ago_are_read_again(couche: CoucheOuverte, lues: Counter[str]) -> None:
    for name in (*NAMES, NAMES[-1], NAMES[0]):
        couche.colonne(name)
    assert lues[NAMES[-1]] == 1
    assert lues[NAMES[0]] == 2


def test_equal_texts_are_one_in_memory() -> None:
    column = make_objets(["mairie de " + str(n) for n in (1, 1, 2)])
    assert column[0] is column[1]
