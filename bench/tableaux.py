"""Numbers and tables of the pages that the bench writes."""

from __future__ import annotations


def number(value: float, digits: int = 1) -> str:
    """A number as it is written in French; a dash when it cannot be computed.

    >>> number(-1234.56), number(float("nan"))
    ('−1234,6', '–')
    """
    return f"{value:.{digits}f}".replace(".", ",").replace("-", "−") if value == value else "–"  # noqa: PLR0124


def signed(value: float, digits: int = 1) -> str:
    """With its sign: an overestimate is positive."""
    return ("+" if value >= 0 else "") + number(value, digits)


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; numbers to the right."""
    rule = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, rule, *rows))
