"""Figures and sentences in French, with French typography."""

from __future__ import annotations

import math

INSECABLE = "\u202f"  # narrow no-break space


def format_number(value: float, decimals: int = 0) -> str:
    """A number with a comma and thin spaces; « non renseigné » when unknown.

    >>> format_number(2611293), format_number(4.05, 1), format_number(float("nan"))
    ('2\u202f611\u202f293', '4,0', 'non renseigné')
    """
    if not math.isfinite(value):
        return "non renseigné"
    return f"{value:,.{decimals}f}".replace(",", INSECABLE).replace(".", ",")


def format_figure(value: float, unite: str, decimals: int = 0) -> str:
    """A figure with its unit; a share is shown in per cent, seconds in minutes.

    >>> format_figure(0.213, "part"), format_figure(432.0, "s"), format_figure(269.06, "pour 10 000 hab.", 1)
    ('21,3\u202f%', '7,2\u202fmin', '269,1 pour 10 000 hab.')
    """
    if not math.isfinite(value):
        return "non renseigné"
    if unite == "part":
        return f"{format_number(100 * value, 1)}{INSECABLE}%"
    if unite == "s":
        return f"{format_number(value / 60, 1)}{INSECABLE}min"
    return f"{format_number(value, decimals)} {unite}"


def lower_first(name: str) -> str:
    """A label inside a sentence; an acronym keeps its capitals.

    >>> lower_first("Durée d'accès"), lower_first("APL aux médecins")
    ("durée d'accès", 'APL aux médecins')
    """
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def enumerate_words(words: list[str]) -> str:
    """A list in French.

    >>> enumerate_words(["le nord", "l'est", "le sud"])
    "le nord, l'est et le sud"
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}" if words else ""
