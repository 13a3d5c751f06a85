import pytest

from maillage.sdaasp.reprise.chargement import load_programme


@pytest.fixture
def nord(db):
    """The Nord's programme in the database."""
    from maillage.web.programme import chargement  # noqa: PLC0415

    chargement.load(load_programme())
