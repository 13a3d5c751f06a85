"""Connections that crawl: headers byte by byte, forms byte by byte, answers read byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from dataclasses import dataclass, field

EVERY_S = 1.0
HEAD = b"GET /carte/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\nX-Essai: "
FORM = (
    b"POST /trouver/ HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\nbesoin="
)
BIG = b"GET /catalogue.ttl HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n"
# What is said at once, then byte by byte; whether the answer is then read byte by byte.
SORTES = {"en-têtes": (HEAD, False), "corps": (FORM, False), "lecture": (BIG, True)}


@dataclass
class Lenteurs:
    """What came of slow connections: held now, opened, closed by the server, refused."""

    tenues: int = 0
    ouvertes: int = 0
    fermees: int = 0
    refusees: int = 0
    taches: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, n: int, port: int) -> None:
        """Hold ``n`` of them, of each kind in turn, until told to stop."""
        for rank, kind in zip(range(n), itertools.cycle(SORTES), strict=False):
            address = f"127.2.{rank // 250}.{rank % 250 + 1}"
            self.taches.append(asyncio.create_task(self._hold(address, port, *SORTES[kind])))

    async def stop(self) -> None:
        """Let all go."""
        for task in self.taches:
            task.cancel()
        await asyncio.gather(*self.taches, return_exceptions=True)

    async def _hold(self, address: str, port: int, said: bytes, reads: bool) -> None:  # noqa: FBT001
        while True:
            try:
                # A small window: the server's system keeps little of the answer for who does not read.
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", port, local_addr=(address, 0), limit=1
                )
            except OSError:
                self.refusees += 1
                await asyncio.sleep(EVERY_S)
                continue
            self.ouvertes += 1
            self.tenues += 1
            with contextlib.suppress(OSError):
                await (read_slowly if reads else write_slowly)(reader, writer, said)
            self.tenues -= 1
            self.fermees += 1
            writer.close()
            await asyncio.sleep(EVERY_S)


async def write_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> None:
    """A byte now and then, until the server closes."""
    writer.write(said)
    while not reader.at_eof():
        writer.write(b"a")
        await writer.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await reader.read(1)


async def read_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: bytes) -> None:
    """A byte of the answer now and then, until the server closes."""
    writer.write(said)
    while await reader.read(1):
        await asyncio.sleep(EVERY_S)
