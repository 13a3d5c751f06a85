"""A feed once read: tables whose rows refer to one another by number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.sources.base import Provenance
from maillage.sources.gtfs.rapport import Signalement


@dataclass(frozen=True)
class FluxGtfs:
    """One feed. Row numbers (``arret``, ``ligne``, ``service``, ``course``) are int32, null for none.

    ``arrets``: ``id``, ``nom``, ``lon``, ``lat`` (degrees, null when unknown), ``genre`` (0 stop, 1 station,
    2 entrance, 3 node, 4 boarding area), ``gare`` (its station's row), ``quai``, ``fauteuil`` (0 unknown, 1
    yes, 2 no; a stop without a word takes its station's).
    ``lignes``: ``id``, ``nom``, ``detail``, ``genre`` (route_type, null), ``reseau`` (the agency's name).
    ``courses``: ``id``, ``ligne``, ``service``, ``direction`` (headsign), ``fauteuil``, ``cadence_s`` (the
    headway of a trip drawn from a frequency without exact times, else null), ``avant`` (the trip whose
    passengers stay seated for it, null).
    ``passages``, by trip then rank: ``course``, ``arret``, ``arrivee_s``, ``depart_s`` (int32, seconds from
    noon less twelve hours), ``monte``, ``descend`` (bool), ``interpolee`` (bool: a time drawn between two).
    ``services``: ids; ``jours`` bool[services, days] from ``premier_jour`` (days since 1970), in ``fuseau``.
    ``correspondances``: ``de``, ``vers`` (arrets), ``genre`` (0 to 3), ``duree_s`` (null), ``ligne_de``,
    ``ligne_vers``, ``course_de``, ``course_vers`` (for whom alone it holds, null).
    ``cheminements``: ``de``, ``vers`` (arrets), ``genre`` (pathway_mode), ``deux_sens`` (bool).
    ``a_la_demande``: ``course``, ``zone``, ``debut_s``, ``fin_s``, ``preavis`` (French text, null).
    ``annexes``: how many rows each other file holds.
    """

    nom: str
    fuseau: str
    provenance: Provenance
    signalements: tuple[Signalement, ...]
    arrets: pl.DataFrame
    lignes: pl.DataFrame
    courses: pl.DataFrame
    passages: pl.DataFrame
    services: tuple[str, ...]
    jours: NDArray[np.bool_]
    premier_jour: int
    correspondances: pl.DataFrame
    cheminements: pl.DataFrame
    a_la_demande: pl.DataFrame
    annexes: dict[str, int]
