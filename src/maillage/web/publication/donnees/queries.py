"""What the files of an atlas weigh, whichever server made them."""

from __future__ import annotations

from maillage import __version__
from maillage.web.publication.donnees.models import PoidsDeFichier


def read_weights(empreinte: str) -> dict[str, tuple[int, str]]:
    """Bytes and SHA-256 of the files of an atlas that were already made by this version, by name."""
    rows = PoidsDeFichier.objects.filter(empreinte=empreinte, version=__version__).order_by("nom")
    return {nom: (octets, sha256) for nom, octets, sha256 in rows.values_list("nom", "octets", "sha256")}
