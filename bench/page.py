"""Paragraphs, numbers and tables of the pages that the bench writes in English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

NOT_MEASURED = "not measured"


def title(text: str) -> Iterator[str]:
    """A heading."""
    yield text
    yield ""


def say(text: str) -> Iterator[str]:
    """A paragraph, wrapped as the other pages are."""
    yield from wrap(" ".join(text.split()), 110)
    yield ""


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def number(value: float | None) -> str:
    """Three significant digits, no exponent."""
    if value is None:
        return "—"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def yes(value: bool | None) -> str:  # noqa: FBT001
    """Said plainly."""
    return {None: NOT_MEASURED, True: "yes", False: "**no**"}[value]
