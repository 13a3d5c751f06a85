import time
from unittest.mock import patch

import pytest


@pytest.fixture
def billet():
    """Make the number of a form opened some seconds ago."""
    from maillage.web.participation.forms import make_billet  # noqa: PLC0415

    def make(seconds: float = 60) -> str:
        now = time.time()
        with patch("django.core.signing.time.time", lambda: now - seconds):
            return make_billet()

    return make


@pytest.fixture
def envoyer(client, billet, nord):
    """Send a signalement by the form, as a browser without account does; the answer."""

    def send(texte="Le guichet est fermé le samedi depuis deux mois.", *, sur=None, **champs):
        data = {"texte": texte, "theme": "sante", "billet": billet(), **champs}
        return (sur or client).post("/signalements/nouveau/", data, REMOTE_ADDR=champs.get("de", "192.0.2.7"))

    return send
