"""The pieces of the legal file: which are there, which are missing, which cannot be there yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maillage.francais import jour as dire_jour
from maillage.sdaasp.parcours.avis import EtatAvis, follow
from maillage.sdaasp.parcours.modele import Acte, Consultation, Parcours

ACTES = "actes"
"""What stands for the acts where the others are named by their key."""


class EtatPiece(StrEnum):
    """A piece is there, missing, or cannot be there yet."""

    PRESENTE = "presente"
    MANQUE = "manque"
    A_VENIR = "a_venir"


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceAttendue:
    """A piece of the file: ``cle`` of the object where it is added (``texte`` and ``actes`` for those)."""

    nom: str
    etat: EtatPiece
    cle: str
    precision: str = ""


def list_pieces(parcours: Parcours, jour: date, joints: Collection[str]) -> tuple[PieceAttendue, ...]:
    """Every piece in the order of the course; ``joints``: keys of the objects to which a file is joined.

    An avis deemed given has no deliberation: what proves it is that the body was asked, and when.

    >>> asked = Parcours(consultations=(
    ...     Consultation(cle="a", nom="CC A", nature="epci", saisi_le=date(2025, 11, 30)),))
    >>> for day in (date(2026, 2, 28), date(2026, 3, 1)):
    ...     one = list_pieces(asked, day, ())[1]
    ...     print(one.nom, one.etat.value)
    Délibération de CC A a_venir
    Preuve de la saisine de CC A manque
    """
    acts = (
        ("Délibération d’approbation du conseil départemental", parcours.approbation),
        ("Arrêté du préfet", parcours.arrete),
    )
    return (
        _need_text(parcours),
        *(_need_avis(one, jour, joints) for one in parcours.consultations),
        *(_need_act(name, act, jour, joints) for name, act in acts),
        *_need_signatures(parcours, jour),
        *_need_publicity(parcours, jour),
    )


def _need_text(parcours: Parcours) -> PieceAttendue:
    if not parcours.textes:
        return PieceAttendue(nom="Texte soumis aux avis", etat=EtatPiece.MANQUE, cle="texte")
    last = parcours.textes[-1]
    told = f"version {last.numero}, arrêtée le {dire_jour(last.arretee_le)}"
    return PieceAttendue(nom="Texte soumis aux avis", etat=EtatPiece.PRESENTE, cle="texte", precision=told)


def _need_avis(one: Consultation, jour: date, joints: Collection[str]) -> PieceAttendue:
    suivi = follow(one, jour)
    silent = suivi.etat is EtatAvis.REPUTE_DONNE and not suivi.tardif
    name = f"Preuve de la saisine de {one.nom}" if silent else f"Délibération de {one.nom}"
    if one.cle in joints:
        return PieceAttendue(nom=name, etat=EtatPiece.PRESENTE, cle=one.cle, precision=one.reference)
    told = "avis réputé donné : rien d’autre ne le prouve" if silent else one.reference
    state = EtatPiece.MANQUE if suivi.acquis else EtatPiece.A_VENIR
    return PieceAttendue(nom=name, etat=state, cle=one.cle, precision=told)


def _need_act(name: str, act: Acte | None, jour: date, joints: Collection[str]) -> PieceAttendue:
    """An act that is noted lacks its piece until its reference and a file are there."""
    if act is None or act.le > jour:
        return PieceAttendue(nom=name, etat=EtatPiece.A_VENIR, cle=ACTES)
    whole = bool(act.reference) and ACTES in joints
    needs = (("sa référence", act.reference), ("le fichier", ACTES in joints))
    lacks = [what for what, held in needs if not held]
    told = act.reference if whole else f"du {dire_jour(act.le)} ; il manque {' et '.join(lacks)}"
    return PieceAttendue(
        nom=name, etat=EtatPiece.PRESENTE if whole else EtatPiece.MANQUE, cle=ACTES, precision=told
    )


def _need_signatures(parcours: Parcours, jour: date) -> Iterator[PieceAttendue]:
    order = parcours.arrete
    late = EtatPiece.MANQUE if order is not None and order.le <= jour else EtatPiece.A_VENIR
    if not parcours.signatures:
        yield PieceAttendue(nom="Convention signée", etat=late, cle="signataires")
    for one in parcours.signatures:
        signed = one.signe_le is not None and one.signe_le <= jour
        told = f"le {dire_jour(one.signe_le)}" if signed and one.signe_le else ""
        yield PieceAttendue(
            nom=f"Convention signée par {one.nom}", etat=EtatPiece.PRESENTE if signed else late,
            cle="signataires", precision=told,
        )  # fmt: skip


def _need_publicity(parcours: Parcours, jour: date) -> Iterator[PieceAttendue]:
    order = parcours.arrete
    late = EtatPiece.MANQUE if order is not None and order.le <= jour else EtatPiece.A_VENIR
    for name, day in (
        ("Schéma en ligne", parcours.publicite.en_ligne_le),
        ("Liste des services et de leurs modalités d’accès", parcours.publicite.services_le),
    ):
        held = day is not None and day <= jour
        told = f"le {dire_jour(day)}" if held and day else ""
        state = EtatPiece.PRESENTE if held else late
        yield PieceAttendue(nom=name, etat=state, cle=ACTES, precision=told)
