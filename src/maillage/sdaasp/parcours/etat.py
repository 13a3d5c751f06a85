"""The state of a schema on a day, from the acts that its course holds: never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from maillage.francais import jour as en_mots
from maillage.sdaasp.parcours.modele import Acte, Parcours
from maillage.sdaasp.programme.modele import Schema


class NatureEtat(StrEnum):
    """What a schema is on a day."""

    PROJET = "projet"
    APPROUVE = "approuve"
    EN_VIGUEUR = "en_vigueur"
    ECHU = "echu"


NOMS = {
    NatureEtat.PROJET: "Projet",
    NatureEtat.APPROUVE: "Approuvé",
    NatureEtat.EN_VIGUEUR: "En vigueur",
    NatureEtat.ECHU: "Arrivé à son terme",
}


@dataclass(frozen=True, slots=True)
class EtatSchema:
    """The state and why, in words."""

    nature: NatureEtat
    raison: str

    def __str__(self) -> str:
        return f"{NOMS[self.nature]} ({self.raison})"


def find_etat(parcours: Parcours | None, schema: Schema, jour: date) -> EtatSchema:
    """The state on ``jour``. Without a course (``None``) it is a draft: nothing says that it was approved.

    The arrêté puts in force, within the years of the schema; the vote of the conseil départemental approves.
    An act upon an older version of the text says nothing of a newer one.

    >>> schema = Schema(cle="s", nom="S", departement="38", debut=2025, fin=2030, version="1")
    >>> acts = Parcours(arrete=Acte(le=date(2025, 3, 1), version=1, reference="n° 12"))
    >>> str(find_etat(acts, schema, date(2026, 1, 1)))
    'En vigueur (arrêté du préfet du 1er mars 2025, n° 12)'
    >>> str(find_etat(None, schema, date(2026, 1, 1)))
    'Projet (aucun acte d’approbation n’est enregistré)'
    """
    if parcours is None:
        return EtatSchema(NatureEtat.PROJET, "aucun acte d’approbation n’est enregistré")
    settled = [text.numero for text in parcours.textes if text.arretee_le <= jour]
    version = max(settled, default=0)
    order, vote = _held(parcours.arrete, jour), _held(parcours.approbation, jour)
    if order and order.version >= version:
        return _judge_order(order, schema, jour)
    if vote and vote.version >= version:
        told = _tell("délibération du conseil départemental", vote)
        return EtatSchema(NatureEtat.APPROUVE, f"{told} ; l’arrêté du préfet est attendu")
    if order or vote:
        return EtatSchema(NatureEtat.PROJET, f"version {version}, qu’aucun acte n’approuve encore")
    return EtatSchema(NatureEtat.PROJET, "aucun acte d’approbation n’est enregistré")


def _judge_order(order: Acte, schema: Schema, jour: date) -> EtatSchema:
    told = _tell("arrêté du préfet", order)
    if jour.year < schema.debut:
        return EtatSchema(NatureEtat.APPROUVE, f"{told} ; en vigueur à partir de {schema.debut}")
    if jour.year > schema.fin:
        return EtatSchema(NatureEtat.ECHU, f"{told} ; le schéma allait jusqu’à {schema.fin}")
    return EtatSchema(NatureEtat.EN_VIGUEUR, told)


def _held(act: Acte | None, jour: date) -> Acte | None:
    return act if act is not None and act.le <= jour else None


def _tell(what: str, act: Acte) -> str:
    return f"{what} du {en_mots(act.le)}{f', {act.reference}' if act.reference else ''}"
