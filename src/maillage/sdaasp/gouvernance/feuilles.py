"""The road map of an arrondissement for a theme and a year: what we do, who does it, until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from maillage.catalogue.dates import read_date
from maillage.catalogue.erreurs import EntreeInvalide, Faute

PARTIES: Final = 4
FAIT: Final = "fait le "


class EtatFeuille(StrEnum):
    """Written together, then agreed upon by the comité; a change afterwards makes it a draft again."""

    BROUILLON = "brouillon"
    VALIDEE = "validee"


LIBELLES_FEUILLE: Final[Mapping[EtatFeuille, str]] = {
    EtatFeuille.BROUILLON: "en cours d’écriture",
    EtatFeuille.VALIDEE: "validée en comité",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """One thing to do: what, by whom; ``echeance`` and ``fait_le``: null when nobody said."""

    quoi: str
    qui: str = ""
    echeance: date | None = None
    fait_le: date | None = None

    def is_late(self, jour: date) -> bool:
        """Whether it should have been done by ``jour``."""
        return self.fait_le is None and self.echeance is not None and self.echeance < jour


def read_engagements(lines: Iterable[str]) -> tuple[Engagement, ...]:
    """Engagements typed one a line: « quoi ; qui ; pour le JJ/MM/AAAA ; fait le JJ/MM/AAAA ».

    Raises:
        EntreeInvalide: with every line that cannot be read.

    >>> read_engagements(["Ouvrir une permanence ; CAF ; 30/06/2026 ; fait le 12/05/2026"])[0].fait_le
    datetime.date(2026, 5, 12)
    """
    found, faults = [], []
    for rank, line in enumerate(lines, 1):
        try:
            found.append(_read_line(line))
        except ValueError as error:
            faults.append(Faute(f"« {line[:80]} » : {error}", f"ligne {rank}"))
    if faults:
        raise EntreeInvalide("Ces engagements ne peuvent pas être lus.", tuple(faults))
    return tuple(found)


def _read_line(line: str) -> Engagement:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) > PARTIES:
        raise ValueError("au plus quoi ; qui ; pour le ; fait le")
    what, who, day, done = [*parts, *[""] * (PARTIES - len(parts))]
    if not what:
        raise ValueError("dites d’abord quoi")
    if done and not done.lower().startswith(FAIT):
        raise ValueError("la dernière partie s’écrit « fait le 30/06/2026 »")
    return Engagement(quoi=what, qui=who, echeance=_read_day(day), fait_le=_read_day(done[len(FAIT) :]))


def _read_day(text: str) -> date | None:
    return read_date(text) if text.strip() else None


def write_engagement(one: Engagement) -> str:
    """An engagement as it is typed; what is empty at the end is left out.

    >>> write_engagement(Engagement(quoi="Ouvrir", echeance=date(2026, 6, 30)))
    'Ouvrir ; ; 30/06/2026'
    """
    done = f"{FAIT}{one.fait_le:%d/%m/%Y}" if one.fait_le else ""
    parts = [one.quoi, one.qui, f"{one.echeance:%d/%m/%Y}" if one.echeance else "", done]
    while not parts[-1]:
        parts.pop()
    return " ; ".join(parts).replace("  ", " ")


@dataclass(frozen=True, slots=True)
class CompteEngagements:
    """How far a road map is, in engagements."""

    total: int
    faits: int
    en_retard: int


def count_engagements(engagements: Iterable[Engagement], jour: date) -> CompteEngagements:
    """How many there are, are done, are late.

    >>> day = date(2026, 7, 1)
    >>> count_engagements(read_engagements(["A ; ; 30/06/2026", "B ; ; 01/07/2026", "C"]), day)
    CompteEngagements(total=3, faits=0, en_retard=1)
    """
    held = tuple(engagements)
    done = sum(one.fait_le is not None for one in held)
    return CompteEngagements(len(held), done, sum(one.is_late(jour) for one in held))
