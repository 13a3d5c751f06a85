"""What a long command is doing, on stderr: a live line per stage on a terminal, else a line for each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import TaskID


class TerminalProgress:
    """The stages of a command, by name; ``labels`` says in French those that have a name of the code.

    ``quiet``: nothing at all. Without ``lines``, nothing where it is no terminal: a program reads the answer.
    ``octets``: stages that count bytes, which are shown.
    """

    def __init__(
        self,
        labels: Mapping[str, str] | None = None,
        *,
        quiet: bool = False,
        lines: bool = True,
        octets: Collection[str] = (),
    ) -> None:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        self.labels = labels or {}
        self.octets = octets
        self.tasks: dict[str, TaskID] = {}
        self.lines = lines and not (quiet or console.is_terminal)
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TaskProgressColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[mesure]}"),
            TimeElapsedColumn(),
        )
        self.bar = Progress(*columns, console=console, disable=quiet or not console.is_terminal)

    def __enter__(self) -> TerminalProgress:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()

    def progress(self, etape: str, share: float) -> None:
        """``etape`` is done up to ``share``."""
        if etape not in self.tasks:
            label = self.labels.get(etape, etape)
            if self.lines:
                click.echo(f"{label}…", err=True)
            self.tasks[etape] = self.bar.add_task(label, total=1.0, mesure="")
        self.bar.update(self.tasks[etape], completed=share)

    def count(self, etape: str, done: int | None, total: int | None) -> None:
        """``done`` of ``total`` are done; null where ``etape`` cannot count."""
        self.progress(etape, (done or 0) / total if total else 0.0)
        if etape in self.octets and total:
            self.bar.update(self.tasks[etape], mesure=say_megabytes(done or 0, total))

    def cancelled(self) -> bool:
        """Ctrl-C stops at once; nothing to ask."""
        return False


@contextmanager
def step(text: str, *, lines: bool = True) -> Iterator[None]:
    """Work of one stage, whose length is not known."""
    with TerminalProgress(lines=lines) as suivi:
        suivi.progress(text, 0.0)
        yield
        suivi.progress(text, 1.0)


def say_megabytes(done: int, total: int) -> str:
    """Bytes done of those to do.

    >>> say_megabytes(1_250_000, 210_400_000), say_megabytes(39_000, 75_353)
    ('1,2 / 210,4 Mo', '0,0 / 0,1 Mo')
    """
    return f"{done / 1e6:.1f} / {total / 1e6:.1f} Mo".replace(".", ",")
