"""An atlas of the Nord from the real open data, built once."""

import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres


@pytest.fixture(scope="session")
def atlas_du_nord(donnees, tmp_path_factory):
    return build(
        "59", donnees, tmp_path_factory.mktemp("nord") / "atlas", Parametres(relief="plaine", tuiles=False)
    )
