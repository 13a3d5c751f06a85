"""What apps above add to the page of a scenario: what it does to what the atlas does not hold."""

from __future__ import annotations

from collections.abc import Callable

from maillage.reports.diagnostic.document import Section
from maillage.scenarios.modifications import Scenario
from maillage.web.socle.atlas import AtlasOuvert

Source = Callable[[AtlasOuvert, Scenario], Section | None]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an app say what it adds."""
    _sources.append(source)


def gather(atlas: AtlasOuvert, scenario: Scenario) -> tuple[Section, ...]:
    """What all of them add to a scenario on an atlas, in the order they were registered."""
    found = (source(atlas, scenario) for source in _sources)
    return tuple(section for section in found if section is not None and section.has_content)
