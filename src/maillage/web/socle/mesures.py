"""How long each route takes, counted for a monitor: route names and statuses, nothing of who asks nor what.

With several processes, ``PROMETHEUS_MULTIPROC_DIR`` names the folder where each keeps its counts.
"""

from __future__ import annotations

import os
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

STATIQUE, AUCUNE = "(statique)", "(aucune)"
# Ours alone: what a library would count of the process stays out.
REGISTRE: Final = CollectorRegistry()
DUREES = Histogram(
    "maillage_requete_seconds",
    "Durée de calcul des réponses, par route et par statut.",
    ("route", "statut"),
    buckets=(0.05, 0.15, 0.5, 1.0, 2.5, 10.0),
    registry=REGISTRE,
)


def observe(request: HttpRequest, statut: int, duree_s: float) -> None:
    """Count one answer."""
    DUREES.labels(name_route(request), str(statut)).observe(duree_s)


def name_route(request: HttpRequest) -> str:
    """The name of what answered: one of the addresses declared, never the address asked."""
    match = request.resolver_match
    if match is None:
        if request.path_info.startswith(settings.STATIC_URL):
            return STATIQUE
        try:  # answered from memory, before it was resolved
            match = resolve(request.path_info)
        except Resolver404:
            return AUCUNE
    return match.view_name or AUCUNE


def make_registry() -> CollectorRegistry:
    """What all processes of the install counted; this one's alone where it is alone."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(DUREES)
    return registry
