import re

import numpy as np

from maillage.diagnostic.paliers import cumulate_people
from maillage.diagnostic.profil import default_profil
from maillage.reports.rendu.paliers import draw_curve


def test_the_curve_of_tiers_rises_once_per_intensity_and_marks_the_bounds():
    curve = cumulate_people(np.ones(3, bool), np.array([0.9, 0.5, 0.5]), np.array([100.0, 200.0, 300.0]))
    drawn = draw_curve(curve, default_profil().paliers)
    points = re.search(r'points="([^"]+)"', drawn)[1].split()
    heights = [float(point.split(",")[1]) for point in points]
    assert heights == sorted(heights, reverse=True), "people only add up"
    assert len(points) == 1 + 2 * 2
    assert drawn.count('class="chemin"') == 2, "the last tier asks nothing"
    assert "Prioritaire" in drawn


def test_nobody_no_curve():
    empty = cumulate_people(np.zeros(2, bool), np.ones(2), np.ones(2))
    assert draw_curve(empty, default_profil().paliers) == ""
