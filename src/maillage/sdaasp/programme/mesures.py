"""Indicators, their targets by year, and their values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.vocabulaire import EtatValeur, NatureCible, Sens


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicateurSuivi:
    """What is measured for an objective or a declinaison (``objet``: its key).

    ``frequence_mois`` is the number of months between two values. ``indicateur_atlas``, with ``niveau`` and
    ``code``, binds it to a figure of the atlas, which then fills it at each new atlas.
    """

    cle: str
    objet: str
    libelle: str
    nature: NatureCible
    unite: str | None = None
    definition: str | None = None
    source: str | None = None
    methode: str | None = None
    sens: Sens | None = None
    frequence_mois: int = 12
    ventilation: tuple[str, ...] = ()
    indicateur_atlas: str | None = None
    niveau: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cible:
    """What an indicator should reach by the end of a year: a number, or a sentence for a qualitative one."""

    indicateur: str
    annee: int
    valeur: float | None = None
    texte: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Valeur:
    """A value of an indicator at a date; ``groupe`` names a sex or an age group, ``None`` for everyone.

    ``chiffre`` is the atlas figure it was taken from, when it was.
    """

    indicateur: str
    date: date
    valeur: float | None = None
    texte: str | None = None
    groupe: str | None = None
    etat: EtatValeur = EtatValeur.PROPOSEE
    auteur: str | None = None
    valideur: str | None = None
    motif: str | None = None
    chiffre: ChiffreCite | None = None
