"""Bassins de vie cut by the border, people near it."""

import numpy as np

from maillage.territoires.decoupage import nest
from maillage.territoires.frontiere import mark_cut, share_near_border


def test_bassin_known_on_both_sides_is_cut_and_one_known_whole_is_not():
    cut = mark_cut(
        ["59001", "59001", "59002", "59003"], ["59", "62", "59", "59"], [True, False, True, False], "59"
    )
    assert cut == {"59001": True, "59002": False, "59003": False}


def test_without_the_other_side_a_bassin_on_the_border_is_unknown():
    assert mark_cut(["59001", "59002", None], ["59"] * 3, [True, False, True], "59") == {
        "59001": None,
        "59002": False,
    }


def test_unknown_reach_makes_the_share_unknown_and_a_coast_is_far():
    mesh = nest(["A", "A", "B", "C"])
    share = share_near_border(np.array([np.nan, 1, np.inf, 5]), np.array([1.0, 1, 1, 0]), mesh, 10)
    assert np.isnan(share[0])
    assert share[1] == 0
    assert np.isnan(share[2])
