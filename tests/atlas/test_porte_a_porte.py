"""Times from a door to others where places are not known: NaN, never an error."""

import numpy as np
import pytest

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.porte_a_porte import PorteAPorte


@pytest.mark.parametrize("mode", ["voiture", "velo", "marche"])
def test_from_or_to_nowhere_known_is_not_known(petit_atlas: Atlas, mode: str) -> None:
    doors, nowhere = PorteAPorte(Lecteur(petit_atlas)), np.array([np.nan])
    lon, lat = np.array([3.05, np.nan, 3.25]), np.array([50.05, np.nan, 50.15])
    assert np.isnan(doors.measure_all(mode, nowhere, nowhere, lon, lat).duree_min).all()
    assert np.isnan(doors.measure_all(mode, lon, lat, nowhere, nowhere).duree_min).all()
    mixed = doors.measure_all(mode, lon, lat, lon[:2], lat[:2]).duree_min
    assert mixed.shape == (3, 2)
    assert np.isnan(mixed).tolist() == [[False, True], [True, True], [False, True]]
