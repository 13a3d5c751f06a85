"""The state of the base: a stamp that any committed write changes, asked for next to nothing.

SQLite counts the commits that a connection did not make itself, PostgreSQL names what a snapshot sees. One
connection of this process asks, and never writes: two equal stamps have the same rows to read.

A ``VersionDesTables`` tells of some tables only. What an answer came from is seen while it is made
(``watch``): the versions it asked, and the tables it read besides.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection, models

from maillage.web.socle.memoire import Memoire

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)
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


_seen: ContextVar[set[str] | None] = ContextVar("seen", default=None)


@contextmanager
def watch() -> Iterator[set[str]]:
    """Names of the versions asked and of the tables read until it ends, in this thread."""
    seen: set[str] = set()
    token = _seen.set(seen)
    try:
        with connection.execute_wrapper(_note_tables):
            yield seen
    finally:
        _seen.reset(token)


@contextmanager
def _unseen() -> Iterator[None]:
    token = _seen.set(None)
    try:
        yield
    finally:
        _seen.reset(token)


def _note_tables(execute: Callable[..., Any], sql: Any, *arguments: Any) -> Any:
    seen = _seen.get()
    if seen is not None:
        seen |= _list_tables().intersection(re.findall(r"\w+", str(sql)))
    return execute(sql, *arguments)


@cache
def _list_tables() -> frozenset[str]:
    """Every table of the install."""
    return frozenset(connection.introspection.django_table_names())


class VersionDesTables(Generic[V]):
    """What changes at each write of some tables; asked again only when something was committed since.

    ``tables``: the models whose every write it tells; what is read through ``hold`` may come from others.
    """

    def __init__(self, nom: str, ask: Callable[[], V], tables: Callable[[], Iterable[type[models.Model]]]):
        self.nom = nom
        self._ask, self._models = ask, tables
        self._held, self._signs = Memoire(1), Memoire(1)

    def __call__(self) -> V:
        """The version: no query while nothing is committed."""
        if (seen := _seen.get()) is not None:
            seen.add(self.nom)
        with _unseen():
            stamp = read_stamp()
            found: V = self._ask() if stamp is None else self._held.get(stamp, self._ask)
        return found

    def sign(self) -> str:
        """The same, short, and written alike in every process."""
        version = self()
        signed: str = self._signs.get(
            version, lambda: hashlib.sha256(repr(version).encode()).hexdigest()[:32]
        )
        return signed

    def hold(self, memoire: Memoire, compute: Callable[[], T], key: Hashable = None) -> T:
        """What is read once for this version, then remembered; under ``key``, which holds the version asked.

        Whoever asks has asked the version, and not the tables: the next one will not read them.
        """
        under = self() if key is None else key
        with _unseen():
            held: T = memoire.get(under, compute)
        return held

    @cached_property
    def tables(self) -> frozenset[str]:
        """The names of its tables."""
        return frozenset(model._meta.db_table for model in self._models())  # noqa: SLF001  Django's name
