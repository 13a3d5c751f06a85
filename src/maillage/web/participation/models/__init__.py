"""What residents say, in the database: signalements, surveys, consultations, comités d'usagers."""

from __future__ import annotations

from maillage.web.participation.models.consultations import ConsultationPublique
from maillage.web.participation.models.enquetes import Enquete, ReponseEnquete, TexteLibre, make_random_key
from maillage.web.participation.models.semaines import SemaineEnvoyee
from maillage.web.participation.models.signalements import ContactDeRappel, LienDeSuivi, SignalementRecu
from maillage.web.participation.models.usagers import (
    ComiteUsagers,
    MembreUsagers,
    PropositionDeposee,
    ReunionUsagers,
)

__all__ = [
    "ComiteUsagers",
    "ConsultationPublique",
    "ContactDeRappel",
    "Enquete",
    "LienDeSuivi",
    "MembreUsagers",
    "PropositionDeposee",
    "ReponseEnquete",
    "ReunionUsagers",
    "SemaineEnvoyee",
    "SignalementRecu",
    "TexteLibre",
    "make_random_key",
]
