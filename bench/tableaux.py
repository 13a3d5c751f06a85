"""Numbers and tables of the pages that the bench writes."""

from __future__ import annotations

from maillage.francais import known, nombre


def number(value: float, digits: int = 1) -> str:
    """A number as it is written in French; a dash when it cannot be computed.

    >>> number(-1.26), number(float("nan"))
    ('−1,3', '–')
    """
    return nombre(value, digits) if known(value) else "–"


def signed(value: float, digits: int = 1) -> str:
    """With its sign: an overestimate is positive."""
    return ("+" if value >= 0 else "") + number(value, digits)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; numbers to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))
