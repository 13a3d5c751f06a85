"""The periods of a comité as people type them: « avril-mai ; octobre »."""

from __future__ import annotations

from typing import Any, Final

from django.core.exceptions import ValidationError

MOIS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip


def write_periodes(periodes: Any) -> str:
    """Periods as they are typed.

    >>> write_periodes([[4, 5], [10, 10]])
    'avril-mai ; octobre'
    """
    return " ; ".join(
        MOIS[first - 1] if first == last else f"{MOIS[first - 1]}-{MOIS[last - 1]}"
        for first, last in periodes
    )


def read_periodes(text: str) -> list[list[int]]:
    """Pairs of months.

    Raises:
        ValidationError: a word is no month, or the months go backwards.

    >>> read_periodes("Avril-mai ; octobre")
    [[4, 5], [10, 10]]
    """
    found = []
    for part in filter(None, (part.strip().lower() for part in text.replace("\n", ";").split(";"))):
        names = [name.strip() for name in part.replace(" à ", "-").split("-")]
        if len(names) > 2 or any(name not in MOIS for name in names):
            raise ValidationError(f"« {part} » : écrivez un mois, ou deux séparés par un tiret.")
        months = [MOIS.index(name) + 1 for name in names]
        if months[0] > months[-1]:
            raise ValidationError(f"« {part} » : une période reste dans l’année civile.")
        found.append([months[0], months[-1]])
    return found
