"""What the files of an atlas weigh, whichever server made them."""

from __future__ import annotations

from django.db.models import Count, Max, Sum

from maillage import __version__
from maillage.web.publication.donnees.models import PoidsDeFichier
from maillage.web.socle.etat import VersionDesTables

Marque = tuple[int, int | None, int | None]


def read_weights(empreinte: str) -> dict[str, tuple[int, str]]:
    """Bytes and SHA-256 of the files of an atlas that were already made by this version, by name."""
    rows = PoidsDeFichier.objects.filter(empreinte=empreinte, version=__version__).order_by("nom")
    return {nom: (octets, sha256) for nom, octets, sha256 in rows.values_list("nom", "octets", "sha256")}


def _ask_marque() -> Marque:
    told = PoidsDeFichier.objects.aggregate(n=Count("pk"), dernier=Max("pk"), octets=Sum("octets"))
    return told["n"], told["dernier"], told["octets"]


read_marque = VersionDesTables("donnees", _ask_marque, lambda: (PoidsDeFichier,))
"""What changes when a weight is kept."""
