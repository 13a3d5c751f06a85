"""Values of the programme as a page shows them: texts, differences, time lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any

from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.differences import Morceau, compare_texts
from maillage.sdaasp.programme.statuts import Comptes, is_retenue, tell_status
from maillage.sdaasp.programme.structure import Champ, describe
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison, get_libelle
from maillage.web.programme import models
from maillage.web.programme.lieux import tell_figure
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.saisie.textes import write_line, write_money

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


def show_field(model: type[models.ObjetProgramme], name: str, value: Any, noms: Noms) -> str:
    """A value of a field of an object, in words: names, never keys."""
    return show(value, noms, next((champ for champ in describe(model.PUR) if champ.nom == name), None))


def show(value: Any, noms: Noms, champ: Champ | None = None) -> str:
    """A value of the exchange format in words; ``champ``: the field it is of, when known."""
    if value is None:
        return "À confirmer"
    if isinstance(value, list):
        return "\n".join(show(part, noms, champ) for part in value) or "—"
    if isinstance(value, Mapping):
        return _show_object(value, noms, champ)
    return _show_scalar(value, noms, champ) or "—"


def _show_scalar(value: Any, noms: Noms, champ: Champ | None) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return write_money(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return _show_text(value, noms, champ) if isinstance(value, str) and champ else str(value)


def _show_text(value: str, noms: Noms, champ: Champ) -> str:
    if issubclass(champ.type, StrEnum):
        return get_libelle(champ.type(value)) if value in list(champ.type) else value
    if champ.nom in REFERENCES:
        return noms.get(value)
    return f"{date.fromisoformat(value):%d/%m/%Y}" if champ.type is date else value


# Fields that hold the key of something with a name.
REFERENCES = frozenset(
    (
        *("arrondissement", "arrondissements", "territoire", "territoires", "zones"),
        *("theme", "fiche", "objectifs", "declinaisons", "labels", "objet", "sert", "indicateur_atlas"),
    )
)


def _show_object(value: Mapping[str, Any], noms: Noms, champ: Champ | None) -> str:
    if "cible" in value and "confirme" in value:
        name = (noms.get(value["cible"]) if value["cible"] else value["libelle_publie"]) or ""
        return name if value["confirme"] else f"{name} (à confirmer)"
    if champ is None or not champ.is_objet:
        return write_line(value)
    if champ.type is ChiffreCite:
        return tell_figure(value)
    fields = {inner.nom: inner for inner in describe(champ.type)}
    hidden = {"cle"} if "nom" in fields else set()
    kept = {n: part for n, part in value.items() if n not in hidden and part not in (None, "", [])}
    return " · ".join(show(part, noms, fields.get(name)) for name, part in kept.items())


def frame_history() -> tuple[dict[str, Any], Callable[[type[Any], str, Any], str]]:
    """What the history page of any object says around it, and how it writes the value of a field."""
    noms = get_noms()
    return {"section": "programme", "noms": noms}, partial(_show_for_history, noms)


def _show_for_history(noms: Noms, model: type[Any], name: str, value: Any) -> str:
    return show_field(model, name, value, noms)


def compare_change(
    change: Mapping[str, Any], model: type[models.ObjetProgramme], noms: Noms
) -> tuple[str, tuple[Morceau, ...]]:
    """A proposed change as (field in French, its words kept, added, removed)."""
    before, after = (show_field(model, change["champ"], change[side], noms) for side in ("avant", "apres"))
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
