"""The one write of open data: what a file weighs, when it was made."""

from __future__ import annotations

from maillage import __version__
from maillage.web.publication.donnees.models import PoidsDeFichier
from maillage.web.socle.ecriture import ecriture


def keep_weight(empreinte: str, nom: str, weight: tuple[int, str]) -> None:
    """Keep the bytes and SHA-256 of a file of an atlas, as this version writes it."""
    octets, sha256 = weight
    with ecriture(None):
        PoidsDeFichier.objects.update_or_create(
            empreinte=empreinte, version=__version__, nom=nom, defaults={"octets": octets, "sha256": sha256}
        )
