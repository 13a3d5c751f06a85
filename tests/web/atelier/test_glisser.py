"""Dragging a place: each position equal to the nearest times computed afresh, and taken back."""

import numpy as np
import pytest

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.catalogue.erreurs import EntreeInvalide
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


def test_what_cannot_be_dragged_is_said(dossier_atlas) -> None:
    atlas = open_atlas(dossier_atlas / "essai-2026")
    with pytest.raises(EntreeInvalide, match="rien à comparer"):
        open_session(atlas, RIEN, "musee")
    with pytest.raises(EntreeInvalide, match="aucun lieu « x »"):
        open_session(atlas, RIEN, "france_services").try_at(3.0, 50.0, "x")
