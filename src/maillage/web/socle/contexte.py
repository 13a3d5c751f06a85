"""What the page frame needs on every page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from maillage.catalogue.accessibilite import find_state
from maillage.web.socle import adresses, atlas
from maillage.web.socle.lecture import wants_simple

# (address name, label, the apps under which it is the current entry)
NAVIGATION = [
    ("annuaire:trouver", "Trouver", {"annuaire"}),
    ("carte:carte", "Carte", {"carte"}),
    ("territoires:portraits", "Portraits", {"territoires-portraits"}),
    ("territoires:comparer", "Comparer", {"territoires-comparer"}),
    ("territoires:classements", "Classements", {"territoires-classements"}),
    ("programme:accueil", "Programme", {"programme"}),
    ("atelier:accueil", "Atelier", {"atelier"}),
    ("methodes:methodes", "Méthodes", {"methodes"}),
]
# What a static copy of the site holds of it: what needs no server.
COPIEES = {"carte:carte", "territoires:portraits", "programme:accueil", "methodes:methodes"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Identity, navigation, the atlas read and the others at hand."""
    current, static = getattr(request, "atlas", None), getattr(request, "statique", False)
    found = atlas.survey()
    return {
        "identite": settings.MAILLAGE_IDENTITE,
        "etat_accessibilite": find_state(settings.MAILLAGE_ACCESSIBILITE.audit, timezone.localdate()).value,
        "navigation": [entry for entry in NAVIGATION if not static or entry[0] in COPIEES],
        "statique": static,
        "simple_d_abord": wants_simple(request),
        "atlas": current,
        "adresses_actives": adresses.actives(),
        "atlas_disponibles": [folder.name for folder in found.dossiers],
        "region": len(set(found.codes)) > 1,
        "atlas_ecartes": found.ecartes if found.ecartes and _administers(request) else (),
    }


def _administers(request: HttpRequest) -> bool:
    """Whether the reader can mend the install."""
    user = getattr(request, "user", None)
    return user is not None and user.has_perm("comptes.administrer")
