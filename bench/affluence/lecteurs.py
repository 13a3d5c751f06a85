"""Readers at their own pace: each request leaves at its hour, whether or not the others have come back.

Written on bare sockets: what asks shares the machine with what answers, and must cost next to nothing.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from bench.affluence.parcours import AGENT, PARCOURS, Demande, Sorte

# A reader who has waited so long has left: it counts as a failure.
PATIENCE_S = 10
# Whose answers are errors; a page may also say that it moved, or that the reader holds it.
BON = frozenset((200, 204, 206, 302, 304))
RANGES = {".pmtiles": "bytes=0-16383"}


@dataclass
class Lecture:
    """One answer: its kind, when it should have left (seconds of the measure), milliseconds waited."""

    sorte: str
    a_s: float
    attente_ms: float
    neuve: bool
    connecte: bool
    echec: str = ""


@dataclass
class Lecteur:
    """Somebody with a browser: a source address of their own, one connection kept open, cookies."""

    adresse: str
    port: int
    cookie: str = ""
    vus: set[str] = field(default_factory=set)
    _lien: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _verrou: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, path: str, body: bytes = b"", essai: str = "") -> tuple[int, int]:
        """Status, bytes received; a connection that the server has closed meanwhile is opened again."""
        async with asyncio.timeout(PATIENCE_S), self._verrou:
            try:
                return await self._exchange(path, body, essai)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                return await self._exchange(path, body, essai)

    async def _exchange(self, path: str, body: bytes, essai: str) -> tuple[int, int]:
        if self._lien is None:
            self._lien = await asyncio.open_connection(
                "127.0.0.1", self.port, local_addr=(self.adresse, 0), limit=2**20
            )
        reader, writer = self._lien
        writer.write(write_request(path, body, self.cookie, essai))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head[9:12])
        size = await read_body(reader, head, status)
        if "connection: close" in head:
            self.close()
        return status, size

    def close(self) -> None:
        """Let go of the connection."""
        if self._lien is not None:
            self._lien[1].close()
            self._lien = None


def write_request(path: str, body: bytes, cookie: str, essai: str) -> bytes:
    """As a browser writes it, through a proxy that speaks HTTPS; ``essai``: what it is counted as."""
    lines = [
        f"{'POST' if body else 'GET'} {path} HTTP/1.1",
        "Host: localhost",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding: gzip, deflate, br",
        "Accept-Language: fr",
        "X-Forwarded-Proto: https",
    ]
    lines += [f"X-Essai: {quote(essai)}"] if essai else []
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"Range: {told}" for end, told in RANGES.items() if path.endswith(end)]
    if body:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def read_body(reader: asyncio.StreamReader, head: str, status: int) -> int:
    """Read an answer to its end; how many bytes. One that stops before its end raises."""
    if status in {204, 304}:
        return 0
    if "transfer-encoding: chunked" in head:
        total = 0
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            await reader.readexactly(size + 2)
            total += size
        await reader.readexactly(2)
        return total
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    await reader.readexactly(length)
    return length


@dataclass
class Foule:
    """Readers, and what they are about to open: each follows a journey, then begins another."""

    lecteurs: list[Lecteur]
    sortes: dict[str, Sorte]
    statiques: tuple[str, ...]
    part_neuve: float
    chance: random.Random
    lectures: list[Lecture] = field(default_factory=list)
    suites: list[Lecture] = field(default_factory=list)
    _chemins: dict[int, Iterator[str]] = field(default_factory=dict)
    _partis: set[int] = field(default_factory=set)

    def next_demande(self, rank: int) -> Demande:
        """The next page of this reader."""
        name = next(self._chemins.setdefault(rank, iter(())), None)
        if name is None:
            steps = AGENT if self.lecteurs[rank].cookie else self._choose_journey()
            begun = rank in self._partis  # the first is taken on its way: a crowd does not begin together
            self._partis.add(rank)
            self._chemins[rank] = iter(steps if begun else steps[self.chance.randrange(len(steps)) :])
            name = next(self._chemins[rank])
        return self.sortes[name].choose(name, self.chance, neuve=self.chance.random() < self.part_neuve)

    def _choose_journey(self) -> tuple[str, ...]:
        weights = [weight for weight, _ in PARCOURS.values()]
        return self.chance.choices([steps for _, steps in PARCOURS.values()], weights)[0]

    async def open_page(self, rank: int, due_s: float, start: float) -> None:
        """A page, noted from when it should have left; then what the browser asks besides, the first time."""
        reader, asked = self.lecteurs[rank], self.next_demande(rank)
        self.lectures.append(await note(reader, asked, due_s, start))
        if self.lectures[-1].echec:
            return
        for path in (*self.statiques, *asked.suites):
            if path not in reader.vus:
                reader.vus.add(path)
                kind = "fichier de la charte" if path in self.statiques else "données de la carte"
                told = Demande(kind, path)
                self.suites.append(await note(reader, told, time.perf_counter() - start, start))

    async def spend(self, seconds: float, pause: float) -> None:
        """Pages asked by each reader at hours of their own; back when all came."""
        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for due, rank in draw_hours(len(self.lecteurs), seconds, pause, self.chance):
                await asyncio.sleep(max(0.0, start + due - time.perf_counter()))
                group.create_task(self.open_page(rank, due, start))

    def forget(self) -> None:
        """What was read to warm up is not counted."""
        self.lectures.clear()
        self.suites.clear()


def draw_hours(readers: int, seconds: float, pause: float, chance: random.Random) -> list[tuple[float, int]]:
    """(Second, reader) of each page: readers begin anywhere in a pause, and pause from half as long to half
    as long again."""
    hours = []
    for rank in range(readers):
        due = chance.uniform(0, pause)
        while due < seconds:
            hours.append((due, rank))
            due += pause * chance.uniform(0.5, 1.5)
    return sorted(hours)


async def note(reader: Lecteur, asked: Demande, due_s: float, start: float) -> Lecture:
    """Ask, and say what came of it."""
    failure = ""
    try:
        kind = "neuve" if asked.neuve else "connue"
        told = f"{asked.sorte}|{'compte' if reader.cookie else kind}"
        status, _ = await reader.ask(asked.adresse, asked.corps, told)
        failure = "" if status in BON else str(status)
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        reader.close()
        failure = type(error).__name__
    waited = (time.perf_counter() - start - due_s) * 1000
    told = f"{failure} : {asked.adresse}" if failure else ""
    return Lecture(asked.sorte, due_s, waited, asked.neuve, bool(reader.cookie), told)


def make_readers(n: int, port: int, cookies: Iterable[str]) -> list[Lecteur]:
    """Each from an address of their own (127.1.0.1…); the first ones have an account."""
    known = list(cookies)
    return [
        Lecteur(f"127.1.{rank // 250}.{rank % 250 + 1}", port, known[rank] if rank < len(known) else "")
        for rank in range(n)
    ]
