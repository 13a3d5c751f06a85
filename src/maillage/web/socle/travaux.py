"""The kinds of background work. Each is a plain function run in a child process, without the database.

A function takes its parameters (JSON), the folder to write in and ``progress(percent, step)``; it returns the
name of the file it made. Apps register theirs when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, str], None]
_GENRES: dict[str, tuple[str, str]] = {}
TRAVAIL = "socle:travail"


def declare(genre: str, fonction: str, page: str = TRAVAIL) -> None:
    """Register a kind of work: ``fonction`` is ``module:name``, imported in the child only.

    ``page``: the address name where a person reads its answer, given the token; that of the file unless said.
    """
    _GENRES[genre] = (fonction, page)


def get_fonction(genre: str) -> str:
    """The ``module:name`` of a kind."""
    return _GENRES[genre][0]


def get_page(genre: str) -> str:
    """Where the answer of a kind is read; its file, for a kind that is no more."""
    return _GENRES.get(genre, ("", TRAVAIL))[1]
