"""The state of the base: a stamp that any committed write changes, asked for next to nothing.

SQLite counts the commits that a connection did not make itself, PostgreSQL names what a snapshot sees. One
connection of this process asks, and never writes: two equal stamps have the same rows to read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

QUESTIONS = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
Tampon = tuple[int, Any]


class Sentinelle:
    """The connection that asks, opened at the first question and again after a failure."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Any = None
        self._rank = 0  # stamps of two connections do not compare

    def ask(self) -> Tampon | None:
        """The stamp; None when the base does not answer."""
        with self._lock:
            try:
                return self._rank, self._fetch()
            except DatabaseError:
                self._close()
                return None

    def _fetch(self) -> Any:
        if self._connection is None:
            self._connection = connection.copy()
            self._connection.inc_thread_sharing()
            self._rank += 1
        with self._connection.cursor() as cursor:
            cursor.execute(QUESTIONS[self._connection.vendor])
            return cursor.fetchone()[0]

    def _close(self) -> None:
        held, self._connection = self._connection, None
        if held is not None:
            held.close()


_sentinelle = Sentinelle()
_moment: ContextVar[list[Tampon | None] | None] = ContextVar("moment", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Ask once for a whole request that reads: each question is a journey to the base.

    What it then says is of its beginning or newer, never older.
    """
    token = _moment.set([])
    try:
        yield
    finally:
        _moment.reset(token)


def read_stamp() -> Tampon | None:
    """The stamp of what is committed; None inside a transaction, which reads what nobody else does yet.

    None too where nothing is to be kept.
    """
    if connection.in_atomic_block or not settings.MAILLAGE_PAGES_OCTETS:
        return None
    asked = _moment.get()
    if asked is None:
        return _sentinelle.ask()
    if not asked:
        asked.append(_sentinelle.ask())
    return asked[0]
