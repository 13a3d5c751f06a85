"""Reads of discussions, histories and news."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from maillage.web.programme import models
from maillage.web.programme.amendements.queries import list_amendements
from maillage.web.programme.rules import MODIFIER


def get_objet(sorte: str, cle: str) -> models.Suivi:
    """One followed object, or a 404."""
    model = models.SORTES.get(sorte)
    if model is None:
        raise Http404(f"« {sorte} » n’est pas une sorte d’objet du programme.")
    row: models.Suivi = get_object_or_404(model, cle=cle)
    return row


def find_objet(cle: str) -> models.Suivi | None:
    """The object of a key, whatever its kind."""
    for model in models.SORTES.values():
        if (row := model.objects.filter(cle=cle).first()) is not None:
            return row
    return None


def list_commentaires(objet: str) -> QuerySet[models.Commentaire]:
    """The comments on an object, oldest first."""
    return models.Commentaire.objects.filter(objet=objet).select_related("auteur")


def is_suivi(objet: str, personne: Any) -> bool:
    """Whether a person follows an object."""
    return (
        personne.is_authenticated
        and models.Abonnement.objects.filter(objet=objet, personne=personne).exists()
    )


def read_discussion(personne: Any, row: models.Suivi) -> dict[str, Any]:
    """What the pages of an object say of it: comments, amendments, whether this person follows it."""
    return {
        "commentaires": list(list_commentaires(row.cle)),
        "amendements": list(list_amendements(personne, row.cle)),
        "suivi": is_suivi(row.cle, personne),
        "peut_discuter": personne.has_perm("programme.commenter"),
        "peut_pratique": personne.has_perm("programme.contribuer_pratique"),
        "peut_historique": personne.has_perm("programme.lire_historique"),
    }


def list_versions(row: models.Suivi) -> list[Any]:
    """The states of an object through time, newest first, with their authors."""
    return list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))  # type: ignore[attr-defined]


def get_etat(row: models.Suivi, moment: datetime) -> Any:
    """The object as it was at a moment; ``None`` before it existed."""
    return row.history.filter(history_date__lte=moment).order_by("-history_date", "-history_id").first()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Nouveautes:
    """What happened around one followed object since a date: the object, its moves newest first."""

    cle: str
    objet: models.Suivi | None
    mouvements: list[models.Mouvement]


def _list_moves(personne: Any, since: str) -> QuerySet[models.Mouvement]:
    """Moves, by others, around what a person follows, after the date ``since`` of each subscription."""
    mine = models.Abonnement.objects.filter(personne=personne)
    around = Q(objet=OuterRef("objet")) | Q(objet=OuterRef("sur")) | Q(objet=OuterRef("theme"))
    followed = mine.filter(around, **{f"{since}__lt": OuterRef("le")})
    return models.Mouvement.objects.filter(Exists(followed)).exclude(auteur=personne)


def count_nouveautes(personne: Any) -> int:
    """How many things changed in what a person follows since she last looked; 100 stands for more."""
    return _list_moves(personne, "lu_le")[:100].count()


def list_nouveautes(personne: Any, since: str = "lu_le") -> list[Nouveautes]:
    """What changed in what a person follows since she last looked (or ``envoye_le``), by followed object."""
    rows = list(models.Abonnement.objects.filter(personne=personne).order_by("objet"))
    moves = list(_list_moves(personne, since).select_related("auteur")[:200])
    objects = find_objets(row.objet for row in rows)
    found = [
        Nouveautes(
            row.objet,
            objects.get(row.objet),
            [m for m in moves if row.objet in (m.objet, m.sur, m.theme) and m.le > getattr(row, since)],
        )
        for row in rows
    ]
    return sorted((n for n in found if n.mouvements), key=lambda n: n.mouvements[0].le, reverse=True)


def find_objets(keys: Iterable[str]) -> dict[str, models.Suivi]:
    """Key → object, whatever its kind, one query per kind."""
    wanted = set(keys)
    rows = (row for model in models.SORTES.values() for row in model.objects.filter(cle__in=wanted))
    return {row.cle: row for row in rows} if wanted else {}


def read_page_discussion(request: HttpRequest, row: models.Suivi) -> dict[str, Any]:
    """The discussion of a page, and whether its reader may change the object."""
    allowed = request.user.has_perm(MODIFIER[row.SORTE], row)
    return read_discussion(request.user, row) | {"peut_modifier": allowed}
