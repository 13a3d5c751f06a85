"""The attacks are tried on the same small install as the web tests."""

from tests.web.conftest import (
    _installation,
    _keep_the_connection_of_a_test,
    _rangees_du_nord,
    compte,
    dossier_atlas,
    monde_jouet,
    nord,
    sur_place,
)

__all__ = [
    "_installation",
    "_keep_the_connection_of_a_test",
    "_rangees_du_nord",
    "compte",
    "dossier_atlas",
    "monde_jouet",
    "nord",
    "sur_place",
]
