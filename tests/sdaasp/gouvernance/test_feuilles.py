"""Engagements as they are typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.gouvernance.feuilles import Engagement, read_engagements, write_engagement

MOTS = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12)
JOURS = st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31))


@given(st.builds(Engagement, quoi=MOTS, qui=MOTS | st.just(""), echeance=JOURS, fait_le=JOURS))
def test_what_is_written_is_read_again(one: Engagement) -> None:
    assert read_engagements([write_engagement(one)]) == (one,)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("; CAF ; 30/06/2026", "dites d’abord quoi"),
        ("Ouvrir ; CAF ; 31/06/2026", "ce jour n’existe pas"),
        ("Ouvrir ; CAF ; 30/06/26", "ambiguë"),
        ("Ouvrir ; CAF ; 30/06/2026 ; 12/05/2026", "fait le"),
        ("Ouvrir ; CAF ; 30/06/2026 ; fait le 12/05/2026 ; encore", "au plus"),
    ],
)
def test_a_line_that_cannot_be_read_is_said_with_its_rank(line: str, why: str) -> None:
    with pytest.raises(EntreeInvalide) as caught:
        read_engagements(["Ouvrir", line, "; ; encore"])
    assert [fault.fichier for fault in caught.value.fautes] == ["ligne 2", "ligne 3"]
    assert why in str(caught.value.fautes[0])


def test_late_is_past_its_day_and_not_done() -> None:
    (one,) = read_engagements(["Ouvrir ; ; 30/06/2026"])
    assert not one.is_late(date(2026, 6, 30))
    assert one.is_late(date(2026, 7, 1))
