import pytest

from maillage.sdaasp.reprise.chargement import load_programme


@pytest.fixture
def nord(db):
    """The Nord's programme in the database."""
    from maillage.web.programme.reprise.commands import load  # noqa: PLC0415

    load(load_programme())


@pytest.fixture
def charge(nord, compte):
    """Somebody in charge of the schema, over the whole département."""
    return compte("charge_mission")
