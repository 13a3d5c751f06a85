"""Sentences of the diagnosis: figures with one decimal where they are shares or minutes, lists, labels."""

from __future__ import annotations

from maillage.francais import avec_unite

# A share is told to a tenth of a point, a time to a tenth of a minute; the others as the catalogue says.
DECIMALES = {"part": 3, "s": 1}


def format_figure(value: float, unite: str, decimals: int = 0) -> str:
    """A figure with its unit; a share is shown in per cent, seconds in minutes.

    >>> format_figure(0.213, "part"), format_figure(432.0, "s"), format_figure(269.06, "pour 10 000 hab.", 1)
    ('21,3\\xa0%', '7,2\\xa0min', '269,1\\xa0pour 10\\u202f000 hab.')
    """
    return avec_unite(value, unite, DECIMALES.get(unite, decimals))


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
