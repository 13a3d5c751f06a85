"""Reads of kept scenarios; nothing here finds what a person may not read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from maillage.web.atelier.models import ScenarioEnregistre

Visibilite = ScenarioEnregistre.Visibilite


def list_lisibles(personne: Any) -> QuerySet[ScenarioEnregistre]:
    """The scenarios that this person may read, those moved last first: the rule of ``is_lisible``, asked."""
    wanted = Q(visibilite=Visibilite.PUBLIC)
    if personne.is_authenticated:
        own = {mandat.organisation_id for mandat in personne.mandats_en_cours}
        wanted |= Q(auteur=personne) | Q(visibilite=Visibilite.COMPTES)
        wanted |= Q(visibilite=Visibilite.ORGANISATION, organisation__in=own)
    return ScenarioEnregistre.objects.filter(wanted).select_related("auteur", "organisation")


def get_scenario(personne: Any, cle: str) -> ScenarioEnregistre:
    """One scenario that this person may read; 404 for any other."""
    found = list_lisibles(personne).filter(cle=cle).first()
    if found is None:
        raise Http404("Ce scénario n’existe pas, ou ne vous est pas ouvert.")
    return found


def sort_by_owner(personne: Any, lien: str = "") -> dict[str, list[ScenarioEnregistre]]:
    """What a person may read: hers, those shared with her, the public ones; ``lien``: of one object alone."""
    rows: dict[str, list[ScenarioEnregistre]] = {"miens": [], "partages": [], "publics": []}
    held = list_lisibles(personne)
    for row in (held.filter(lien=lien) if lien else held)[:500]:
        mine = personne.is_authenticated and row.auteur_id == personne.pk
        public = row.visibilite == Visibilite.PUBLIC
        rows["miens" if mine else "publics" if public else "partages"].append(row)
    return rows


def list_lies(personne: Any, cle: str) -> list[ScenarioEnregistre]:
    """The scenarios that serve an object of the programme, among those that this person may read."""
    return list(list_lisibles(personne).filter(lien=cle)[:50])


def choose_scenarios(personne: Any, cles: list[str]) -> list[ScenarioEnregistre]:
    """Those of some keys, in their order, once each; 404 when one is not open to this person."""
    return [get_scenario(personne, cle) for cle in dict.fromkeys(cles)]
