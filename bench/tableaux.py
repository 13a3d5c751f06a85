"""Numbers and tables of the pages that the bench writes."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.francais import known, nombre

NUMERIC = frozenset("0123456789+−–>")


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
    """A Markdown table; columns of numbers to the right, but the first.

    >>> print(table(["lieu", "km"], [["Lille", "1,5"]]))
    | lieu | km |
    | --- | ---: |
    | Lille | 1,5 |
    """
    columns = list(zip(*rows, strict=True))[1:]
    rule = ["---", *("---:" if holds_numbers(column) else "---" for column in columns)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))


def holds_numbers(cells: Iterable[str]) -> bool:
    """Whether a column holds nothing but numbers (and dashes)."""
    return all(not cell or cell.strip("* ")[:1] in NUMERIC for cell in cells)
