"""What waits for a person, in a pinned number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils import timezone

from maillage.sdaasp.programme.amendements import TRANSITIONS
from maillage.sdaasp.programme.vocabulaire import (
    INACTIFS,
    EtatAmendement,
    Meteo,
    StatutDeclinaison,
    StatutFrein,
)
from maillage.web.comptes.models import Mandat
from maillage.web.programme import models
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.taches.apports import gather
from maillage.web.programme.taches.pilotes import list_pilotes, name_pilotes
from maillage.web.suivi.models import Mouvement
from maillage.web.suivi.queries import find_objets, list_nouveautes, list_suivis

CLOS = frozenset({*INACTIFS, StatutDeclinaison.ACHEVEE})
RECENT = timedelta(days=14)
TOUT = ~Q(pk__in=[])  # an empty Q is no condition, and vanishes beside an « or »


@dataclass(frozen=True)
class Tache:
    """What one declinaison lacks, in words."""

    objet: models.Declinaison
    raison: str


@dataclass(frozen=True)
class Retard:
    """The steps of a declinaison that should be over, the oldest first."""

    objet: models.Declinaison
    etapes: tuple[str, ...]
    depuis: date
    modifiable: bool


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of an objective, and what would lift it (empty: nobody said)."""

    objet: models.ObjectifPrioritaire
    libelle: str
    levee: str


def list_taches(personne: Any, today: date, since: datetime | None = None) -> dict[str, Any]:
    """What waits for this person: late, to decide, to validate, to complete, changed, followed.

    ``since``: her last visit, null the first time.
    """
    mine = list(models.Declinaison.objects.filter(read_scope(personne)))
    followed = list_suivis(personne)
    objects = find_objets(row.objet for row in followed)
    apports = gather(personne, today)
    return {
        "apports": apports,
        "a_faire": [apport for apport in apports if apport.urgent],
        "en_retard": list_late(personne, mine, today),
        "a_decider": _list_to_decide(personne),
        "valeurs": list(_list_values_to_validate(personne)),
        "en_difficulte": [row for row in mine if row.meteo == Meteo.ORAGE and row.statut not in CLOS],
        "a_completer": _list_to_complete(personne, mine, today),
        "freins": _list_obstacles(personne, mine),
        "changements": _list_changes(personne, mine, since),
        "derniere_visite": since,
        "suivis": [row for row in objects.values() if row.is_lisible(personne)],
        "par_courriel": any(row.par_courriel for row in followed),
        "nouveautes": list_nouveautes(personne),
        "amendements": list(list_amendements(personne).filter(auteur=personne)[:20]),
    }


def read_scope(personne: Any) -> Q:
    """The declinaisons that today's mandates cover: all of them when a mandate leaves everything open."""
    parts = [TOUT] if personne.is_superuser else []
    parts += [_cover(mandate) for mandate in personne.mandats_en_cours]
    return reduce(or_, parts, Q(pk__in=[]))


def _cover(mandate: Mandat) -> Q:
    """What a mandate covers; a dimension reaches the themes whose fiche bears it."""
    part = TOUT
    if mandate.theme:
        part &= Q(theme=mandate.theme)
    if mandate.territoire:
        part &= Q(arrondissement=mandate.territoire.removeprefix("arrondissement:"))
    if mandate.dimension:
        fiches = models.FicheAction.objects.only("theme", "dimensions")
        part &= Q(theme__in=[f.theme for f in fiches if mandate.dimension in f.perimetre.dimensions])
    return part


def list_late(personne: Any, rows: Iterable[models.Declinaison], today: date) -> list[Retard]:
    """What has a step whose end has passed and that nobody said done, the longest delay first."""
    found = []
    for row in rows:
        late = [step for step in row.etapes if is_late(step, today)]
        if late and row.statut not in CLOS:
            since = date.fromisoformat(min(step["fin"] for step in late))
            names = tuple(step["libelle"] for step in late)
            found.append(Retard(row, names, since, _may_change(personne, row)))
    return sorted(found, key=lambda late: (late.depuis, late.objet.cle))


def is_late(step: Mapping[str, Any], today: date) -> bool:
    """Whether a step should be over and is not said done."""
    return bool(step["fin"]) and not step["faite_le"] and step["fin"] < today.isoformat()


def _may_change(personne: Any, row: models.Declinaison) -> bool:
    allowed: bool = personne.has_perm(row.MODIFIER, row)
    return allowed


def _list_to_complete(personne: Any, rows: Iterable[models.Declinaison], today: date) -> list[Tache]:
    """What lacks something that this person may write: this year and before, then the years to come."""
    pilotes = list_pilotes()
    lacking = [(row, _tell_missing(row, name_pilotes(row, pilotes))) for row in rows]
    found = [Tache(row, ", ".join(why)) for row, why in lacking if why and _may_change(personne, row)]
    return sorted(found, key=lambda task: (task.objet.annee > today.year, task.objet.annee, task.objet.cle))


def _tell_missing(row: models.Declinaison, pilotes: list[str]) -> list[str]:
    missing = {
        "état à confirmer": row.statut is None,
        "objectif à confirmer": row.objectifs is None,
        "pilote territorial non connu": not (row.pilote_territorial or pilotes),
    }
    return [words for words, true in missing.items() if true]


def _list_to_decide(personne: Any) -> list[tuple[models.Amendement, Any]]:
    """(amendment that waits for a decision, its object), the oldest first, for those who decide."""
    if not personne.has_perm("programme.instruire_amendement"):
        return []
    waiting = [s for s in EtatAmendement if TRANSITIONS[s] and s is not EtatAmendement.BROUILLON]
    rows = list(list_amendements().filter(etat__in=waiting).order_by("propose_le", "pk")[:50])
    objects = find_objets(row.objet for row in rows)
    return [(row, objects.get(row.objet)) for row in rows]


def _list_values_to_validate(personne: Any) -> Iterable[models.Valeur]:
    if not personne.has_perm("programme.valider_valeur"):
        return []
    return models.Valeur.objects.filter(etat="proposee").select_related("indicateur")[:50]


def _list_obstacles(personne: Any, rows: Iterable[models.Declinaison]) -> list[Obstacle]:
    """The obstacles that still stand in the themes of the perimeter, for those who decide."""
    if not personne.has_perm("programme.instruire_amendement"):
        return []
    themes = {row.theme for row in rows}
    sheets = models.FicheAction.objects.filter(theme__in=themes).values_list("cle", flat=True)
    objectives = models.ObjectifPrioritaire.objects.filter(fiche__in=list(sheets)).order_by("fiche", "ordre")
    found = ((op, stop) for op in objectives for stop in op.freins or ())
    return [
        Obstacle(op, stop["libelle"], stop["condition_levee"] or "")
        for op, stop in found
        if stop["statut"] != StatutFrein.LEVE
    ]


def _list_changes(personne: Any, rows: Iterable[models.Declinaison], since: datetime | None) -> list[Any]:
    """(move, its declinaison) since the last visit, by others, newest first; the first time, a fortnight."""
    known = {row.cle: row for row in rows}
    begin = since or timezone.now() - RECENT
    moves = Mouvement.objects.filter(le__gt=begin).exclude(auteur=personne)
    recent = moves.select_related("auteur").order_by("-le", "-pk")[:300]
    return [(move, known[move.objet]) for move in recent if move.objet in known][:20]
