"""Earliest arrivals on two real feeds are those of nigiri, or differ by a rule."""

from pathlib import Path

import pytest

from bench import transports
from bench.transports_temoin import find_nigiri


@pytest.mark.skipif(find_nigiri() is None, reason="pynigiri is not installed")
@pytest.mark.parametrize("feed", ["chateau_thierry_bus_2025-10.zip", "sncf_intercites_2013-12.zip"])
def test_arrivals_are_those_of_nigiri(donnees: Path, feed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "QUESTIONS", 1000)
    monkeypatch.setattr(transports, "DAYS", 2)
    found = transports.ask_real(donnees / "gtfs" / feed)
    assert found["questions"] == 1000
    assert found["inexpliquees"] == 0
    assert found["egales"] > 900
