"""Values proposed by one person and validated by another, and the series they make."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.mesures import IndicateurSuivi, Valeur
from maillage.sdaasp.programme.vocabulaire import EtatValeur

DECIMALES_CALCULEES = 2
"""What one reads of a figure that an atlas computed; one that a person wrote keeps all of its decimals."""


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


def from_atlas(indicator: IndicateurSuivi, figure: ChiffreCite, at: date, ratio: float = 1.0) -> Valeur:
    """The value that a new atlas proposes for an indicator bound to it; still to be validated by a person.

    ``ratio`` brings it to the unit of the indicator. Its date is that of what the figure tells of; ``at``,
    today, only where its vintage says nothing.
    """
    if indicator.indicateur_atlas != figure.indicateur:
        raise EntreeInvalide(
            f"« {indicator.libelle} » suit {indicator.indicateur_atlas}, pas {figure.indicateur}."
        )
    return Valeur(
        indicateur=indicator.cle,
        date=date_figure(figure.millesime, at),
        valeur=None if figure.valeur is None else figure.valeur * ratio,
        auteur=f"atlas {figure.atlas}",
        chiffre=figure,
    )


def date_figure(millesime: str, at: date) -> date:
    """The day a vintage tells of: the end of its oldest year, as targets are; never after ``at``.

    >>> date_figure("2013", date(2026, 6, 30)), date_figure("2019-2023", date(2026, 6, 30))
    (datetime.date(2013, 12, 31), datetime.date(2019, 12, 31))
    >>> date_figure("2026", date(2026, 6, 30)), date_figure("", date(2026, 6, 30))
    (datetime.date(2026, 6, 30), datetime.date(2026, 6, 30))
    """
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", millesime)]
    return min(date(min(years), 12, 31), at) if years else at
