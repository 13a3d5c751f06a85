"""The kinds of background work. Each is a plain function run in a child process, without the database.

A function takes its parameters (JSON), the folder to write in and ``progress(percent, step)``; it returns the
name of the file it made. Apps register theirs when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, str], None]
_GENRES: dict[str, str] = {}


def declare(genre: str, fonction: str) -> None:
    """Register a kind of work: ``fonction`` is ``module:name``, imported in the child only."""
    _GENRES[genre] = fonction


def get_fonction(genre: str) -> str:
    """The ``module:name`` of a kind."""
    return _GENRES[genre]
