"""Indicators, their targets by year, and values proposed by one person and validated by another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.afom import ChiffreCite
from maillage.sdaasp.vocabulaire import EtatValeur, NatureCible, Sens


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


def validate_value(value: Valeur, *, by: str, reason: str) -> Valeur:
    """The value, validated by ``by`` for ``reason``.

    Only a proposed value is validated, with a reason, and by somebody else than its author.

    >>> proposed = Valeur(indicateur="i", date=date(2026, 1, 31), valeur=4, auteur="Pilote santé")
    >>> validate_value(proposed, by="Chargée de mission", reason="Relevé vérifié").etat.value
    'validee'
    """
    if value.etat is not EtatValeur.PROPOSEE:
        raise EntreeInvalide("Cette valeur a déjà été examinée : proposez-en une nouvelle.")
    if not reason.strip():
        raise EntreeInvalide("Indiquez la raison de la validation : elle reste dans l’historique.")
    if by == value.auteur:
        raise EntreeInvalide("Une valeur est validée par une autre personne que celle qui la propose.")
    return replace(value, etat=EtatValeur.VALIDEE, valideur=by, motif=reason)


def list_series(values: Iterable[Valeur], indicateur: str, groupe: str | None = None) -> tuple[Valeur, ...]:
    """Validated values of one indicator for one group, oldest first."""
    kept = (
        value
        for value in values
        if value.indicateur == indicateur and value.groupe == groupe and value.etat is EtatValeur.VALIDEE
    )
    return tuple(sorted(kept, key=lambda value: value.date))


def from_atlas(indicator: IndicateurSuivi, figure: ChiffreCite, at: date) -> Valeur:
    """The value that a new atlas proposes for an indicator bound to it; still to be validated by a person."""
    if indicator.indicateur_atlas != figure.indicateur:
        raise EntreeInvalide(
            f"« {indicator.libelle} » suit {indicator.indicateur_atlas}, pas {figure.indicateur}."
        )
    return Valeur(
        indicateur=indicator.cle,
        date=at,
        valeur=figure.valeur,
        auteur=f"atlas {figure.atlas}",
        chiffre=figure,
    )
