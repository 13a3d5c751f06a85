"""An atlas of the Nord from the real open data, built once."""

import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.ouvert import open_atlas


@pytest.fixture(scope="session")
def atlas_du_nord(donnees, une_fois):
    chosen = Parametres(relief="plaine", tuiles=False)
    folder = une_fois("nord", lambda folder: build("59", donnees, folder / "atlas", chosen))
    return open_atlas(folder / "atlas")
