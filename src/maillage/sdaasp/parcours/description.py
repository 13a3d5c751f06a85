"""The whole state of a course on a day as plain values: what a command prints and another program reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.sdaasp.parcours.avis import follow
from maillage.sdaasp.parcours.controle import list_reservations
from maillage.sdaasp.parcours.etapes import EtapeLegale, list_etapes
from maillage.sdaasp.parcours.etat import find_etat
from maillage.sdaasp.parcours.modele import Acte, Consultation, Parcours
from maillage.sdaasp.programme.modele import Schema


def describe(parcours: Parcours, schema: Schema, jour: date) -> dict[str, Any]:
    """Stages, bodies and acts on ``jour``; days are ISO texts, null for what has not come.

    >>> schema = Schema(cle="s", nom="S", departement="38", debut=2025, fin=2030, version="1")
    >>> told = describe(Parcours(), schema, date(2026, 1, 1))
    >>> told["jour"], told["etapes"][0]["id"], told["etapes"][0]["etat"], told["organismes"]
    ('2026-01-01', 'texte', 'ouverte', [])
    """
    etat = find_etat(parcours, schema, jour)
    return {
        "jour": jour.isoformat(),
        "schema": schema.nom,
        "etat": etat.nature.value,
        "raison": etat.raison,
        "etapes": [_describe_stage(one) for one in list_etapes(parcours, jour)],
        "organismes": [_describe_body(one, jour) for one in parcours.consultations],
        "actes": {
            "approbation": _describe_act(parcours.approbation),
            "arrete": _describe_act(parcours.arrete),
            "mise_en_ligne": _tell(parcours.publicite.en_ligne_le),
            "liste_des_services": _tell(parcours.publicite.services_le),
            "revision": _tell(parcours.revise_le),
        },
        "signatures": [
            {"nom": one.nom, "convention": one.convention, "signe_le": _tell(one.signe_le)}
            for one in parcours.signatures
        ],
        "a_savoir": list(list_reservations(parcours)),
    }


def _describe_stage(one: EtapeLegale) -> dict[str, Any]:
    return {
        "id": one.id,
        "nom": one.nom,
        "etat": one.etat.value,
        "faite_le": _tell(one.faite_le),
        "reste": list(one.reste),
        "source": one.source,
        "confirme": one.confirme,
    }


def _describe_body(one: Consultation, jour: date) -> dict[str, Any]:
    """``acquis_le``: since when its avis counts; ``apres``: null for a first consultation."""
    suivi = follow(one, jour)
    return {
        "cle": one.cle,
        "nom": one.nom,
        "nature": one.nature.value,
        "apres": one.apres or None,
        "etat": suivi.etat.value,
        "version": one.version if one.saisi_le else None,
        "saisi_le": _tell(one.saisi_le),
        "echeance": _tell(suivi.echeance),
        "delibere_le": _tell(one.delibere_le),
        "avis": one.avis.value if one.avis else None,
        "hors_delai": suivi.tardif,
        "acquis_le": _tell(suivi.acquis_le),
        "reference": one.reference,
        "reserves": len(one.reserves),
        "reserves_sans_reponse": sum(reserve.suite is None for reserve in one.reserves),
    }


def _describe_act(act: Acte | None) -> dict[str, Any] | None:
    if act is None:
        return None
    return {"le": act.le.isoformat(), "version": act.version, "reference": act.reference}


def _tell(day: date | None) -> str | None:
    return day.isoformat() if day else None
