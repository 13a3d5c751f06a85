"""Counts shared by the processes of a machine."""

import multiprocessing
from pathlib import Path

import pytest

from maillage.web.socle import compteurs
from maillage.web.socle.compteurs import CompteursPartages


def count_often(path: Path, times: int) -> None:
    counts = CompteursPartages(path)
    for _ in range(times):
        counts.count("une", 100)


def test_processes_share_a_count_and_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "compteurs"
    others = [
        multiprocessing.get_context("fork").Process(target=count_often, args=(path, 300)) for _ in "abc"
    ]
    for one in others:
        one.start()
    count_often(path, 300)
    for one in others:
        one.join()
    assert CompteursPartages(path).count("une", 100) == 1201
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_new_window_begins_at_one_and_keys_are_apart(tmp_path: Path) -> None:
    counts = CompteursPartages(tmp_path / "compteurs")
    told = [counts.count(*asked) for asked in (("a", 1), ("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 2))]
    assert told == [1, 2, 1, 1, 1, 2]


def test_who_asks_much_is_not_forgotten_when_there_is_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compteurs, "CASES", 16)
    counts = CompteursPartages(tmp_path / "compteurs")
    assert [counts.count("beaucoup", 1) for _ in range(50)][-1] == 50
    assert {counts.count(f"passant {n}", 1) for n in range(200)} == {1}
    assert counts.count("beaucoup", 1) == 51
