"""Who is asked to contribute to a bilan, until when, who still owes what, and the days of the reminders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from maillage.catalogue.lecture import read_toml
from maillage.sdaasp.programme.modele import Declinaison, Programme
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison

RENONCE: Final = frozenset({StatutDeclinaison.NON_IDENTIFIEE, StatutDeclinaison.NON_TRAITEE})
"""Nothing was begun: there is nothing to tell."""


@dataclass(frozen=True, slots=True, order=True)
class PartDuBilan:
    """What one contribution is about: a theme in an arrondissement, a theme, or the whole (both null)."""

    theme: str | None = None
    arrondissement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionAttendue:
    """A contribution asked of somebody: ``a_qui`` in words, ``rendue_le`` null while it is owed."""

    part: PartDuBilan
    a_qui: str
    echeance: date
    texte: str = ""
    rendue_le: date | None = None


def list_declinaisons(programme: Programme, annee: int) -> tuple[Declinaison, ...]:
    """What the bilan of a year tells of: declinaisons of that year, those of earlier years that go on."""
    return tuple(d for d in programme.declinaisons if d.annee == annee or (d.annee < annee and _goes_on(d)))


def _goes_on(declinaison: Declinaison) -> bool:
    return declinaison.statut not in RENONCE and declinaison.statut is not StatutDeclinaison.ABANDONNEE


def list_parts(programme: Programme, annee: int) -> tuple[PartDuBilan, ...]:
    """Every contribution to ask for: arrondissements first, then themes, then the département.

    >>> from maillage.sdaasp.reprise.chargement import load_programme
    >>> parts = list_parts(load_programme("nord-2025-2030"), 2025)
    >>> parts[-1], len({part.arrondissement for part in parts if part.arrondissement})
    (PartDuBilan(theme=None, arrondissement=None), 6)
    """
    told = {
        (d.arrondissement, d.theme) for d in list_declinaisons(programme, annee) if d.statut not in RENONCE
    }
    order = {theme.cle: theme.ordre for theme in programme.themes}
    places = {place.code: rank for rank, place in enumerate(programme.territoires)}
    near = sorted(told, key=lambda pair: (places.get(pair[0], len(places)), order.get(pair[1], 0)))
    themes = [PartDuBilan(fiche.theme) for fiche in programme.fiches]
    return (*(PartDuBilan(theme, place) for place, theme in near), *dict.fromkeys(themes), PartDuBilan())


def find_pilote(programme: Programme, part: PartDuBilan) -> str:
    """Who the programme says leads this part; empty when it does not."""
    if part.arrondissement:
        named = (
            d.pilote_territorial
            for d in programme.declinaisons
            if (d.theme, d.arrondissement) == (part.theme, part.arrondissement) and d.pilote_territorial
        )
        return next(named, "")
    if part.theme:
        return next((f.pilote for f in programme.fiches if f.theme == part.theme and f.pilote), "")
    return ", ".join(programme.schema.pilotes)


def find_echeance(demandee_le: date) -> date:
    """The day by which a contribution is asked for (``delais_gouvernance.toml``)."""
    return demandee_le + timedelta(days=int(_read()["jours"]))


def find_rappel(contribution: ContributionAttendue, aujourdhui: date) -> date | None:
    """The next day this contribution is asked for again, today included; null once it is given.

    Before its day, at the days the catalogue says; after it, at a steady pace, without end.

    >>> owed = ContributionAttendue(part=PartDuBilan(), a_qui="CAF", echeance=date(2026, 10, 15))
    >>> [find_rappel(owed, date(2026, m, d)).isoformat() for m, d in ((9, 1), (10, 2), (10, 15), (10, 23))]
    ['2026-10-01', '2026-10-12', '2026-10-22', '2026-10-29']
    """
    if contribution.rendue_le is not None:
        return None
    rule = _read()
    before = [contribution.echeance - timedelta(days=int(d)) for d in rule["rappels_avant"]]
    if coming := [day for day in before if day >= aujourdhui]:
        return min(coming)
    pace = int(rule["rappel_apres"])
    late = max((aujourdhui - contribution.echeance).days, 1)
    return contribution.echeance + timedelta(days=-(-late // pace) * pace)


def list_owed(contributions: Iterable[ContributionAttendue]) -> tuple[ContributionAttendue, ...]:
    """Those that are still owed, the first due first."""
    owed = [one for one in contributions if one.rendue_le is None]
    return tuple(sorted(owed, key=lambda one: one.echeance))


def _read() -> dict[str, Any]:
    found: dict[str, Any] = read_toml("delais_gouvernance.toml")["contribution_bilan"]
    return found
