"""Values of the programme as a page shows them: texts, differences, time lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maillage.sdaasp.programme.differences import Morceau, compare_texts
from maillage.sdaasp.programme.statuts import Comptes, is_retenue, tell_status
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison
from maillage.web.programme import models
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.saisie.textes import write_line

TONS = {
    None: "attente",
    "identifiee": "",
    "non_identifiee": "attente",
    "non_traitee": "attente",
    "engagee": "accent",
    "en_cours": "accent",
    "achevee": "succes",
    "abandonnee": "erreur",
}


def show(value: Any, noms: Noms) -> str:
    """Any value of the exchange format, in words."""
    if value is None:
        return "À confirmer"
    if isinstance(value, list):
        return "\n".join(show(part, noms) for part in value) or "—"
    if isinstance(value, Mapping):
        if "cible" in value and "confirme" in value:
            name = noms.get(value["cible"]) or value["libelle_publie"] or ""
            return name if value["confirme"] else f"{name} (à confirmer)"
        return write_line(value)
    return str(value) or "—"


def frame_history() -> tuple[dict[str, Any], Callable[[Any], str]]:
    """What the history page of any object says around it, and how it writes a value."""
    noms = get_noms()
    return {"section": "programme", "noms": noms}, lambda value: show(value, noms)


def compare_change(
    change: Mapping[str, Any], model: type[models.ObjetProgramme], noms: Noms
) -> tuple[str, tuple[Morceau, ...]]:
    """A proposed change as (field in French, its words kept, added, removed)."""
    before, after = show(change["avant"], noms), show(change["apres"], noms)
    return model.name_champ(change["champ"]), compare_texts(before, after)


@dataclass(frozen=True)
class Avancement:
    """How far a theme is: declinaisons by status; ``retenues``: those that stand."""

    cle: str
    nom: str
    total: int
    retenues: int
    parts: tuple[tuple[str, str], ...]


def summarise(themes: Mapping[str, str], counts: Mapping[str, Mapping[str | None, int]]) -> list[Avancement]:
    """One line per theme, in the order of the schema."""
    rows = []
    for key, name in themes.items():
        found = counts.get(key, {})
        statuses = [(StatutDeclinaison(s) if s else None, tone) for s, tone in TONS.items() if s in found]
        rows.append(
            Avancement(
                cle=key,
                nom=name,
                total=sum(found.values()),
                retenues=sum(n for s, n in found.items() if is_retenue(s)),
                parts=tuple((tell_status(status, found[status]), tone) for status, tone in statuses),
            )
        )
    return rows


def add_up(counts: Mapping[str, Mapping[str | None, int]]) -> Comptes:
    """All the themes together: status → number."""
    total: Counter[StatutDeclinaison | None] = Counter()
    for found in counts.values():
        total.update({StatutDeclinaison(s) if s else None: n for s, n in found.items()})
    return total


@dataclass(frozen=True)
class Barre:
    """One step on the time line: position and width in thousandths of the period."""

    libelle: str
    declinaison: models.Declinaison
    debut: date | None
    fin: date | None
    x: int
    largeur: int
    fait: bool
    retard: bool


@dataclass(frozen=True)
class Frise:
    """The steps of declinaisons between two dates, and the years that mark it."""

    barres: tuple[Barre, ...]
    annees: tuple[tuple[int, int], ...]
    aujourdhui: int | None


def draw_timeline(rows: Iterable[models.Declinaison], first: int, last: int, today: date) -> Frise:
    """Dated steps as bars from January of ``first`` to December of ``last``; undated steps are left out."""
    start, end = date(first, 1, 1), date(last, 12, 31)
    span = (end - start).days

    def place(day: date) -> int:
        return max(0, min(1000, round(1000 * (day - start).days / span)))

    bars = []
    for row in rows:
        for step in row.etapes:
            begin, end_ = (date.fromisoformat(step[n]) if step[n] else None for n in ("debut", "fin"))
            if begin is None and end_ is None:
                continue
            left, right = place(begin or end_), place(end_ or begin)  # type: ignore[arg-type]
            done = bool(step["faite_le"])
            late = not done and end_ is not None and end_ < today
            left = min(left, 992)
            bars.append(
                Barre(step["libelle"], row, begin, end_, left, max(right - left, 8), fait=done, retard=late)
            )
    marks = tuple((year, place(date(year, 1, 1))) for year in range(first, last + 1))
    return Frise(tuple(bars), marks, place(today) if start <= today <= end else None)


Echeance = tuple[str, Any, models.Declinaison]


def gather_by_month(rows: Sequence[models.Declinaison]) -> list[tuple[date, list[Echeance]]]:
    """(first day of a month, steps that end in it), in order."""
    months: dict[date, list[Echeance]] = {}
    for row in rows:
        for step in row.etapes:
            if step["fin"]:
                end = date.fromisoformat(step["fin"])
                months.setdefault(end.replace(day=1), []).append((step["fin"], step, row))
    return [(month, sorted(steps, key=lambda s: (s[0], s[2].cle))) for month, steps in sorted(months.items())]
