"""What waits for a person, in a pinned number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Q

from maillage.web.programme import models
from maillage.web.programme.discussion import list_amendements
from maillage.web.suivi.queries import find_objets, list_nouveautes, list_suivis


def list_taches(personne: Any, today: date) -> dict[str, Any]:
    """What waits for this person: what lacks something in her perimeter, values to validate, follow-ups."""
    mandates = personne.mandats_en_cours
    scope = Q(pk__in=[])
    for mandate in mandates:
        part = Q()
        if mandate.theme:
            part &= Q(theme=mandate.theme)
        if mandate.territoire:
            part &= Q(arrondissement=mandate.territoire.removeprefix("arrondissement:"))
        scope |= part
    mine = models.Declinaison.objects.filter(scope)
    followed = list_suivis(personne)
    objects = find_objets(row.objet for row in followed)
    blank = mine.filter(Q(statut=None) | Q(objectifs=None) | Q(pilote_territorial=None))
    late = [row for row in mine.filter(datee=True)[:500] if any(_is_late(step, today) for step in row.etapes)]
    return {
        "a_completer": list(blank[:50]),
        "en_retard": late[:50],
        "valeurs": list(_list_values_to_validate(personne)),
        "suivis": [row for row in objects.values() if row.is_lisible(personne)],
        "par_courriel": any(row.par_courriel for row in followed),
        "nouveautes": list_nouveautes(personne),
        "amendements": list(list_amendements(personne).filter(auteur=personne)[:20]),
    }


def _is_late(step: Mapping[str, Any], today: date) -> bool:
    return bool(step["fin"]) and not step["faite_le"] and step["fin"] < today.isoformat()


def _list_values_to_validate(personne: Any) -> Iterable[models.Valeur]:
    if not personne.has_perm("programme.valider_valeur"):
        return []
    return models.Valeur.objects.filter(etat="proposee").select_related("indicateur")[:50]
