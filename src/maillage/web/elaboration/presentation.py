"""What the pages of an élaboration share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from maillage.sdaasp.elaboration.paroles import ACTES, CASES, EtapeParole
from maillage.sdaasp.elaboration.synthese import IssueParole, SyntheseElaboration
from maillage.web.elaboration import queries
from maillage.web.elaboration.forms import VERS
from maillage.web.elaboration.models import Elaboration, Parole
from maillage.web.programme.noms import Noms
from maillage.web.suivi.queries import find_objets

PARTOUT, SANS_THEME = "Tout le département", "Thème non dit"


def frame(onglet: str, elaboration: Elaboration | None = None) -> dict[str, Any]:
    """What every page has: its section, its tab, the élaboration it is of."""
    return {"section": "programme", "onglet": "elaboration", "ici": onglet, "elaboration": elaboration}


def require_lire(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An élaboration is read by whoever holds a mandate."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("elaboration.lire"):
            raise PermissionDenied("elaboration.lire")
        return view(request, *args, **kwargs)

    return check


@dataclass(frozen=True, slots=True)
class CroisementParoles:
    """Paroles by arrondissement × theme: heads, then (row name, its (received, kept), received in all)."""

    themes: tuple[str, ...]
    lignes: tuple[tuple[str, tuple[tuple[int, int], ...], int], ...]


def cross(synthese: SyntheseElaboration, noms: Noms) -> CroisementParoles:
    """How many paroles came from where, on what; what names no place or theme has its own line, column."""
    themes = [key for key in (*noms.themes, "") if any(theme == key for _, theme in synthese.cases)]
    places = [key for key in (*noms.arrondissements, "") if any(place == key for place, _ in synthese.cases)]

    def get(place: str, theme: str) -> tuple[int, int]:
        found = synthese.cases.get((place, theme))
        return (found.recues, found.get(IssueParole.RETENUE)) if found else (0, 0)

    rows = []
    for place in places:
        counts = tuple(get(place, theme) for theme in themes)
        rows.append((noms.arrondissements.get(place, PARTOUT), counts, sum(n for n, _ in counts)))
    return CroisementParoles(tuple(noms.themes.get(key, SANS_THEME) for key in themes), tuple(rows))


@dataclass(frozen=True, slots=True)
class EtapeRacontee:
    """One step of a journal, in words: what, when, why, where it leads (empty: nowhere)."""

    quoi: str
    etape: EtapeParole
    precision: str = ""
    objet: Any = None
    amendement: Any = None


def tell_steps(row: Parole, noms: Noms) -> list[EtapeRacontee]:
    """The journal of a parole: three queries at most, whatever its length."""
    steps = row.valeur.etapes
    objects = find_objets(step.objet for step in steps if step.objet)
    amendements = queries.find_amendements([row])
    return [
        EtapeRacontee(
            ACTES[step.acte],
            step,
            _tell_box(step, noms),
            objects.get(step.objet),
            amendements.get(step.amendement) if step.amendement else None,
        )
        for step in steps
    ]


def _tell_box(step: EtapeParole, noms: Noms) -> str:
    if step.case is None:
        return ""
    place = noms.arrondissements.get(step.territoire, PARTOUT)
    return f"{CASES[step.case]}, {noms.themes.get(step.theme, step.theme)}, {place}"


def list_vers(elaboration: Elaboration) -> list[tuple[str, str]]:
    """What its paroles may lead to: a revision makes no new objective, it amends those that exist."""
    return [pair for pair in VERS if pair[0] != "objectif" or not elaboration.is_revision]


def name_places(rows: Iterable[Parole], noms: Noms) -> list[tuple[Parole, str, str]]:
    """(parole, its theme, its place), in words."""
    return [
        (row, noms.themes.get(row.theme, SANS_THEME), noms.arrondissements.get(row.territoire, PARTOUT))
        for row in rows
    ]
