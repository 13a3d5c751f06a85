"""Figures as French readers expect them: decimal comma, thin spaces, a unit that never leaves its number."""

from __future__ import annotations

import math
from datetime import date

FINE = "\u202f"
INSECABLE = "\u00a0"
NON_RENSEIGNE = "non renseigné"
# Units of the catalogue as the interface writes them beside a number.
UNITES = {"euros": "€", "habitants": "hab."}
FIABILITES = {"observe": "observé", "estime": "estimé", "impute": "imputé", "simule": "simulé"}


def known(value: float | None) -> bool:
    """Whether there is a figure at all: neither null nor NaN."""
    return value is not None and not math.isnan(value)


def nombre(value: float | None, decimales: int = 0) -> str:
    """A number in French, or « non renseigné ».

    >>> nombre(2615635), nombre(3.14159, 1), nombre(-0.04, 1), nombre(None)
    ('2\\u202f615\\u202f635', '3,1', '0,0', 'non renseigné')
    """
    if value is None or not known(value):
        return NON_RENSEIGNE
    if math.isinf(value):
        return "hors d’atteinte"
    text = f"{abs(round(value, decimales)):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    return f"−{text}" if round(value, decimales) < 0 else text


def unite_courte(unite: str) -> str:
    """The unit as written beside a number.

    >>> unite_courte("%"), unite_courte("consultations par an et habitant")
    ('%', 'consultations par an et habitant')
    """
    return UNITES.get(unite, unite)


def avec_unite(value: float | None, unite: str, decimales: int = 0) -> str:
    """A number and its unit, never parted; a share between 0 and 1 becomes a percentage.

    >>> avec_unite(13.2, "min"), avec_unite(0.214, "part"), avec_unite(None, "min")
    ('13\\xa0min', '21\\xa0%', 'non renseigné')
    """
    if value is None or not known(value):
        return NON_RENSEIGNE
    if unite in {"part", "proportion"}:
        return f"{nombre(value * 100, max(decimales - 2, 0))}{INSECABLE}%"
    if unite in {"0 ou 1", ""}:
        return nombre(value, decimales)
    return f"{nombre(value, decimales)}{INSECABLE}{unite_courte(unite)}"


def accord(count: float, singulier: str, pluriel: str | None = None) -> str:
    """A count and its noun; French plurals start at two.

    >>> accord(1, "habitant"), accord(0, "habitant"), accord(2, "lieu", "lieux")
    ('1\\xa0habitant', '0\\xa0habitant', '2\\xa0lieux')
    """
    noun = singulier if abs(count) < 2 else pluriel or f"{singulier}s"
    return f"{nombre(count)}{INSECABLE}{noun}"


def jour(day: date) -> str:
    """A date in words.

    >>> jour(date(2026, 3, 1))
    '1er mars 2026'
    """
    mois = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    return f"{'1er' if day.day == 1 else day.day} {mois[day.month - 1]} {day.year}"
