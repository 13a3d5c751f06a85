"""What apps above add to a portrait: chapters of the diagnosis, each with where more is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from maillage.atlas.lecture.territoires import Territoire
from maillage.reports.diagnostic.document import Section
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class ApportPortrait:
    """A chapter, and the view (with its words) where the whole of it is read.

    ``resume``: what is read while it is folded.
    """

    section: Section
    vue: str
    lien: str
    resume: str = ""


Source = Callable[[AtlasOuvert, Territoire], ApportPortrait | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an app say what it adds."""
    _sources.append(source)


def gather(atlas: AtlasOuvert, here: Territoire) -> tuple[ApportPortrait, ...]:
    """What all of them add to the portrait of a territory, in the order they were registered."""
    found = (source(atlas, here) for source in _sources)
    return tuple(apport for apport in found if apport is not None)
