"""What every kind of edit is made of: its configuration, short texts, positions."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

STRICT: Final = ConfigDict(extra="forbid", str_strip_whitespace=True)

Texte = Annotated[str, Field(min_length=1, max_length=200)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Situe:
    """Somewhere: ``lon`` and ``lat``, or ``commune`` (INSEE code)."""

    lon: Longitude | None = None
    lat: Latitude | None = None
    commune: Texte | None = None

    def __post_init__(self) -> None:
        """Refuse half a position."""
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon et lat vont ensemble")

    @property
    def est_situe(self) -> bool:
        """Whether it says where."""
        return self.lon is not None or self.commune is not None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Situee(Situe):
    """Somewhere, that has to be said."""

    def __post_init__(self) -> None:
        """Refuse what is nowhere."""
        super().__post_init__()
        if not self.est_situe:
            raise ValueError("dites où : lon et lat, ou commune (code INSEE)")
