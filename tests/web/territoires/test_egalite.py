"""A group beside everyone: in the communes where it is known, never beside a whole it is not part of."""

from types import SimpleNamespace
from typing import cast

import pytest

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.egalite import _ecart

ICI = cast(Territoire, SimpleNamespace(niveau="epci", code="1"))


def minutes(name: str, value: float | None) -> Chiffre:
    return Chiffre(Definition(name, name, unite="min"), value, None, None, None, None)


def atlas(gap: float | None) -> AtlasOuvert:
    """An atlas that holds one gap, under its own id."""
    held = {"ecart_panier_rsa": gap}
    return cast(AtlasOuvert, SimpleNamespace(chiffre=lambda niveau, code, name: minutes(name, held[name])))


@pytest.mark.parametrize(
    ("gap", "words"),
    [(-2.0, "2\u00a0min de moins"), (1.0, "1\u00a0min de plus"), (0.0, "autant"), (None, "")],
)
def test_the_gap_is_the_one_of_the_same_communes(gap: float | None, words: str) -> None:
    assert _ecart(atlas(gap), ICI, minutes("duree_panier_rsa", 3.0)) == words


def test_an_unknown_time_has_no_gap() -> None:
    assert not _ecart(atlas(-2.0), ICI, minutes("duree_panier_rsa", None))
