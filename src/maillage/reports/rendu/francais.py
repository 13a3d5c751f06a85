"""Figures and sentences as French readers expect them."""

from __future__ import annotations

import math
import re

FINE = "\u202f"  # narrow no-break space: thousands, and before ; ! ?
INSECABLE = "\u00a0"
INCONNU = "non connu"


def known(value: float | None) -> bool:
    """Whether there is a figure: neither null nor NaN.

    >>> known(0.0), known(None), known(math.nan)
    (True, False, False)
    """
    return value is not None and not math.isnan(value)


def number(value: float | None, decimales: int = 0) -> str:
    """A number in French.

    >>> number(2611293), number(-0.04, 1), number(-2.5, 1), number(None)
    ('2\\u202f611\\u202f293', '0,0', '−2,5', 'non connu')
    """
    if value is None or not known(value):
        return INCONNU
    rounded = round(value, decimales)
    text = f"{abs(rounded):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    return f"−{text}" if rounded < 0 else text


def with_unit(value: float | None, unite: str, decimales: int = 0) -> str:
    """A number that never leaves its unit; a part becomes a percentage, seconds become minutes.

    >>> with_unit(0.214, "part", 3), with_unit(432, "s", 1), with_unit(7, "lieux"), with_unit(None, "s")
    ('21,4\\xa0%', '7,2\\xa0min', '7\\xa0lieux', 'non connu')
    """
    if value is None or not known(value):
        return INCONNU
    if unite == "part":
        return f"{number(value * 100, max(decimales - 2, 0))}{INSECABLE}%"
    if unite == "s":
        return f"{number(value / 60, decimales)}{INSECABLE}min"
    return f"{number(value, decimales)}{INSECABLE}{unite}" if unite else number(value, decimales)


def show_range(bas: float | None, haut: float | None, unite: str, decimales: int = 0) -> str:
    """« 23,5 à 50,9 % »: the unit once.

    >>> show_range(0.235, 0.509, "part", 3)
    '23,5\\xa0à 50,9\\xa0%'
    """
    high = with_unit(haut, unite, decimales)
    low = with_unit(bas, unite, decimales).split(INSECABLE)[0]
    return f"{low}{INSECABLE}à {high}"


def typeset(text: str) -> str:
    """Curly apostrophes, and no break before : ; ! ? % nor inside « ».

    >>> typeset("l'offre : 7 % « ici » ; oui")
    'l’offre\\xa0: 7\\xa0% «\\xa0ici\\xa0»\\u202f; oui'
    """
    text = text.replace("'", "’")
    text = re.sub(r" (?=[:%»€])|(?<=«) ", INSECABLE, text)
    return re.sub(r" (?=[;!?])", FINE, text)


def agree(count: int, singulier: str, pluriel: str | None = None) -> str:
    """A count and its noun; French plurals start at two.

    >>> agree(1, "commune"), agree(647, "commune")
    ('1\\xa0commune', '647\\xa0communes')
    """
    return f"{number(count)}{INSECABLE}{singulier if abs(count) < 2 else pluriel or singulier + 's'}"
