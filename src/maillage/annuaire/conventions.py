"""Conventions between structures: what one can do with whom, between which dates."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class ObjetConvention(StrEnum):
    """What a convention lets a structure do with its partner."""

    OUVRIR_DOSSIER = "ouvrir_dossier"
    PERMANENCE = "permanence"
    VISIO = "visio"
    GUICHET_PARTAGE = "guichet_partage"
    RENDEZ_VOUS = "rendez_vous"
    REFERENT = "referent"
    FORMATION = "formation"


OBJETS: Final = {
    ObjetConvention.OUVRIR_DOSSIER: "ouvrir un dossier",
    ObjetConvention.PERMANENCE: "recevoir une permanence",
    ObjetConvention.VISIO: "mettre en relation par visio",
    ObjetConvention.GUICHET_PARTAGE: "partager un guichet",
    ObjetConvention.RENDEZ_VOUS: "prendre un rendez-vous pour la personne",
    ObjetConvention.REFERENT: "joindre un référent par une ligne directe",
    ObjetConvention.FORMATION: "former ses agents",
}
"""Each object as one says that a structure can do it."""


class EtatConvention(StrEnum):
    """Where a convention stands on a day."""

    A_VENIR = "a_venir"
    EN_COURS = "en_cours"
    FIN_PROCHE = "fin_proche"
    FINIE = "finie"


ETATS: Final = {
    EtatConvention.A_VENIR: "à venir",
    EtatConvention.EN_COURS: "en cours",
    EtatConvention.FIN_PROCHE: "finit bientôt",
    EtatConvention.FINIE: "finie",
}


def find_etat(debut: date, fin: date | None, jour: date, alerte_jours: int) -> EtatConvention:
    """The state on a day: the last day is included, null goes on; « soon » is within (≤) ``alerte_jours``.

    >>> one = date(2026, 1, 1), date(2026, 6, 30)
    >>> [find_etat(*one, day, 30).value for day in (date(2025, 12, 31), date(2026, 5, 30), date(2026, 5, 31))]
    ['a_venir', 'en_cours', 'fin_proche']
    >>> find_etat(*one, date(2026, 6, 30), 30).value, find_etat(*one, date(2026, 7, 1), 30).value
    ('fin_proche', 'finie')
    """
    if jour < debut:
        return EtatConvention.A_VENIR
    if fin is None or fin - timedelta(days=alerte_jours) > jour:
        return EtatConvention.EN_COURS
    return EtatConvention.FIN_PROCHE if jour <= fin else EtatConvention.FINIE


def tell(objets: list[str]) -> str:
    """What it lets do, in words, in the order of the list.

    >>> tell(["visio", "ouvrir_dossier"])
    'ouvrir un dossier, mettre en relation par visio'
    """
    return ", ".join(words for objet, words in OBJETS.items() if objet in objets)
