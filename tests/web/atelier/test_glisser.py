"""Dragging a place: each position equal to the nearest times computed afresh, and taken back."""

import numpy as np
import pytest

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.atlas.memoire import evaluate
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.network.travel_times import Points, Sites
from maillage.scenarios.glisser import open_session
from maillage.scenarios.modifications import Deplacement, Ouverture, Scenario
from maillage.scenarios.simulation import try_on

RIEN = Scenario(nom="Rien encore")


@pytest.mark.parametrize("lieu", [None, "france_services:1"])
def test_each_position_is_the_scenario_that_would_hold_it(dossier_atlas, lieu) -> None:
    atlas = open_atlas(dossier_atlas / "essai-2026")
    session = open_session(atlas, RIEN, "france_services")
    for lon, lat in ((3.05, 50.05), (3.15, 50.15), (3.05, 50.05)):
        found = session.try_at(lon, lat, lieu)
        edit = (
            Deplacement(lieu=lieu, lon=lon, lat=lat)
            if lieu
            else Ouverture(type="france_services", nom="X", lon=lon, lat=lat)
        )
        whole = try_on(atlas, RIEN.add(edit))
        wanted = whole.proche("france_services").apres_ds
        now = session.avant_ds.copy()
        now[found.rows] = found.time_ds
        np.testing.assert_array_equal(now, wanted)
        gains = whole.gains("france_services")["tous"]
        assert found.gains.gagnants == pytest.approx(gains.gagnants)
        assert found.gains.perdants == pytest.approx(gains.perdants)


def test_a_long_drag_is_a_full_recomputation_at_every_position(petit_atlas) -> None:
    """Random positions of random places, across the border too: equal to the decisecond."""
    session = open_session(petit_atlas, RIEN, "pharmacie")
    times = evaluate(petit_atlas).calcul.times
    rng, ids = np.random.default_rng(11), list(session.sites)
    where = np.array([(lon, lat) for _, _, lon, lat in session.lieux])
    low, high = session.lonlat.min(axis=0) - 0.05, session.lonlat.max(axis=0) + 0.05
    for _ in range(60):
        row, there = int(rng.integers(len(ids) + 1)), rng.uniform(low, high).round(int(rng.integers(1, 6)))
        edited = np.vstack([where[:row], there, where[row + 1 :]])
        points = Points(edited[:, 0].copy(), edited[:, 1].copy())
        wanted = times.nearest(Sites(points, np.zeros(len(edited), np.int32), 1)).time_ds[:, 0]
        found = session.try_at(*there.tolist(), None if row == len(ids) else ids[row])
        now = session.avant_ds.copy()
        now[found.rows] = found.time_ds
        np.testing.assert_array_equal(now, wanted)


def test_what_cannot_be_dragged_is_said(dossier_atlas) -> None:
    atlas = open_atlas(dossier_atlas / "essai-2026")
    with pytest.raises(EntreeInvalide, match="rien à comparer"):
        open_session(atlas, RIEN, "musee")
    with pytest.raises(EntreeInvalide, match="aucun lieu « x »"):
        open_session(atlas, RIEN, "france_services").try_at(3.0, 50.0, "x")
