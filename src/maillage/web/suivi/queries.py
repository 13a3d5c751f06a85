"""Reads of followed objects: themselves, their discussion, their history, what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.web.suivi.models import Abonnement, Commentaire, Mouvement, ObjetSuivi


def list_sortes() -> dict[str, type[Any]]:
    """kind → model, of every followed object of every app, in the order of the install."""
    return {model.SORTE: model for model in apps.get_models() if issubclass(model, ObjetSuivi)}


def get_objet(sorte: str, cle: str) -> Any:
    """One followed object, or a 404."""
    model = list_sortes().get(sorte)
    if model is None:
        raise Http404(f"« {sorte} » n’est pas une sorte d’objet que l’on suit.")
    return get_object_or_404(model, cle=cle)


def get_lisible(personne: Any, sorte: str, cle: str) -> Any:
    """One followed object that this person may read, or a 404."""
    found = get_objet(sorte, cle)
    if not found.is_lisible(personne):
        raise Http404("Rien de tel ici.")
    return found


def find_objet(cle: str) -> Any:
    """The object of a key, whatever its kind; ``None`` when there is none."""
    found = (model.objects.filter(cle=cle).first() for model in list_sortes().values())
    return next((row for row in found if row is not None), None)


def find_objets(keys: Iterable[str]) -> dict[str, Any]:
    """Key → object, whatever its kind, one query per kind."""
    wanted = set(keys)
    rows = (row for model in list_sortes().values() for row in model.objects.filter(cle__in=wanted))
    return {row.cle: row for row in rows} if wanted else {}


def find_free_key(base: str, ends: Iterable[str]) -> str:
    """``base`` with the first of ``ends`` that makes a key no object has, whatever its kind."""
    models = list_sortes().values()
    taken = {
        key
        for model in models
        for key in model.objects.filter(cle__startswith=base).values_list("cle", flat=True)
    }
    return next(f"{base}{end}" for end in ends if f"{base}{end}" not in taken)


def read_discussion(personne: Any, objet: ObjetSuivi) -> dict[str, Any]:
    """What the page of an object says of it: its comments, and what this person may do around it."""
    known = personne.is_authenticated
    rows = Abonnement.objects.filter(objet=objet.cle, personne_id=personne.pk)
    said = Commentaire.objects.filter(objet=objet.cle).select_related("auteur")
    return {
        "commentaires": list(said) if known else [],
        "suivi": known and rows.exists(),
        "peut_discuter": personne.has_perm(f"{objet.espace}.commenter"),
        "peut_historique": personne.has_perm(f"{objet.espace}.lire_historique"),
        "peut_modifier": personne.has_perm(objet.MODIFIER, objet),
    }


def list_versions(personne: Any, objet: Any) -> list[Any]:
    """The states of an object through time that a person may read, newest first, with their authors."""
    rows = objet.list_etats(personne).select_related("history_user")
    return list(rows.order_by("-history_date", "-history_id"))


def get_etat(personne: Any, objet: Any, moment: datetime) -> Any:
    """The object as it was at a moment; ``None`` before it existed, or was this person's to read."""
    rows = objet.list_etats(personne).filter(history_date__lte=moment)
    return rows.order_by("-history_date", "-history_id").first()


def get_versions_around(objet: Any) -> tuple[Any, Any]:
    """(the write that made the present version, the last state of the version before it or ``None``)."""
    records = objet.history.select_related("history_user")
    last = records.filter(version=objet.version).order_by("history_id").first()
    return last, records.filter(version__lt=objet.version).order_by("-version", "-history_id").first()


@dataclass(frozen=True)
class Ecart:
    """One field in two states, as text."""

    champ: str
    avant: str
    apres: str


Montrer = Callable[[type[Any], str, Any], str]  # (model, field, value) → words


def compare(before: Any, after: Any, model: type[ObjetSuivi], show: Montrer) -> list[Ecart]:
    """The fields in which two states of one object differ, as ``show`` writes them; a state may be absent."""
    pairs = ((name, getattr(before, name, None), getattr(after, name, None)) for name in model.list_champs())
    return [
        Ecart(model.name_champ(name), show(model, name, old), show(model, name, new))
        for name, old, new in pairs
        if old != new
    ]


MOUVEMENTS_DITS = 200
"""The last ones, on a desk or in a digest; a digest says that there are others."""


@dataclass(frozen=True)
class Nouveautes:
    """What happened around one followed object since a date: the object, its moves newest first."""

    cle: str
    objet: Any
    mouvements: list[Mouvement]


def list_suivis(personne: Any) -> QuerySet[Abonnement]:
    """What a person follows, in the order of keys."""
    return Abonnement.objects.filter(personne=personne).order_by("objet")


def _list_moves(personne: Any, since: str) -> QuerySet[Mouvement]:
    """Moves, by others, around what a person follows, after the date ``since`` of each subscription."""
    around = Q(objet=OuterRef("objet")) | Q(objet=OuterRef("sur")) | Q(objet=OuterRef("theme"))
    followed = Abonnement.objects.filter(around, personne=personne, **{f"{since}__lt": OuterRef("le")})
    return Mouvement.objects.filter(Exists(followed)).exclude(auteur=personne)


def count_nouveautes(personne: Any) -> int:
    """How many things changed in what a person follows since she last looked; 100 stands for more."""
    return _list_moves(personne, "lu_le")[:100].count()


def list_nouveautes(personne: Any, since: str = "lu_le", until: datetime | None = None) -> list[Nouveautes]:
    """What changed in what a person follows since she last looked (or ``envoye_le``), by followed object.

    What bears on an object that she may not read, or no longer, is left out; ``until``: nothing after it.
    """
    rows = list(list_suivis(personne))
    wanted = _list_moves(personne, since)
    if until is not None:
        wanted = wanted.filter(le__lte=until)
    moves = list(wanted.select_related("auteur")[:MOUVEMENTS_DITS])
    objects = find_objets({row.objet for row in rows} | {move.objet for move in moves})
    closed = {key for key, objet in objects.items() if not objet.is_lisible(personne)}
    found = [
        Nouveautes(
            row.objet,
            objects.get(row.objet),
            [
                m
                for m in moves
                if row.objet in (m.objet, m.sur, m.theme)
                and m.le > getattr(row, since)
                and m.objet not in closed
            ],
        )
        for row in rows
        if row.objet not in closed
    ]
    return sorted((n for n in found if n.mouvements), key=lambda n: n.mouvements[0].le, reverse=True)
