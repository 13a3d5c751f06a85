"""Reads of surveys: those open, those published, their results with small groups hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.participation.questions import QuestionEnquete, SorteQuestion
from maillage.participation.resultats import (
    TriAPlat,
    TriCroise,
    get_minimum,
    measure_margin,
    sort_across,
    sort_flat,
)
from maillage.web.participation.models import Enquete, TexteLibre


def list_enquetes(personne: Any, jour: date) -> list[Enquete]:
    """Those open or published; for who runs surveys, hers too."""
    surveys = Enquete.objects.filter(consultation__isnull=True)
    rows = surveys.exclude(questions=[]).filter(
        Q(publiee_le__isnull=False) | Q(ouvre_le__lte=jour, ferme_le__gte=jour)
    )
    if personne.has_perm("participation.enqueter"):
        rows = surveys
    runs = personne.has_perm("participation.enqueter")
    kept = [row for row in rows if row.publiee_le or row.is_open(jour) or (runs and row.is_lisible(personne))]
    return sorted(kept, key=lambda row: (row.publiee_le is not None, -row.ouvre_le.toordinal(), row.pk))


def get_enquete(personne: Any, cle: str, jour: date) -> Enquete:
    """One that this person may read: open, published, or hers to run."""
    row = get_object_or_404(Enquete, cle=cle)
    if not (row.publiee_le or row.is_open(jour) or row.is_lisible(personne)):
        raise Http404("Cette enquête n’existe pas, ou n’est pas ouverte.")
    return row


def get_menee(personne: Any, cle: str) -> Enquete:
    """One that this person runs; 404 for others."""
    row = get_object_or_404(Enquete, cle=cle)
    if not row.is_lisible(personne):
        raise Http404("Cette enquête n’existe pas, ou n’est pas la vôtre.")
    return row


@dataclass(frozen=True, kw_only=True)
class ResultatsEnquete:
    """What a survey found. ``reponses``: null when too few to say how many.

    ``marge``: half the 95 % interval of a share (0 to 1) in the worst case; null where no chance was drawn,
    or where it has no meaning. ``textes``: question → texts that were read and are shown.
    """

    enquete: Enquete
    reponses: int | None
    minimum: int
    tris: tuple[TriAPlat, ...]
    croises: tuple[tuple[QuestionEnquete, TriCroise | None], ...]
    marge: float | None
    textes: tuple[tuple[QuestionEnquete, tuple[str, ...]], ...]

    @property
    def masque(self) -> bool:
        """Whether something is hidden."""
        return any(tri.masque for tri in self.tris) or any(c is None or c.tus for _, c in self.croises)


def read_results(row: Enquete) -> ResultatsEnquete:
    """The results, in two queries."""
    answers = list(row.reponses.values_list("valeurs", flat=True))
    asked = row.valeurs
    counted = [one for one in asked if one.sorte is not SorteQuestion.TEXTE]
    by = next((one for one in asked if one.cle == row.par), None)
    others = [one for one in counted if by and one.cle != by.cle]
    return ResultatsEnquete(
        enquete=row,
        reponses=len(answers) if len(answers) >= get_minimum() else None,
        minimum=get_minimum(),
        tris=tuple(sort_flat(one, answers) for one in counted),
        croises=tuple((one, sort_across(one, by, answers)) for one in others if by),
        marge=_measure(row, len(answers)),
        textes=_list_texts(row, asked),
    )


def _measure(row: Enquete, n: int) -> float | None:
    drawn = row.tirage == Enquete.Tirage.HASARD and n >= get_minimum()
    return (
        measure_margin(n, row.population)
        if drawn and (row.population is None or n <= row.population)
        else None
    )


def _list_texts(
    row: Enquete, asked: Sequence[QuestionEnquete]
) -> tuple[tuple[QuestionEnquete, tuple[str, ...]], ...]:
    shown = list(row.textes.filter(publie=True).order_by("texte", "id").values_list("question", "texte"))
    texts = [one for one in asked if one.sorte is SorteQuestion.TEXTE]
    return tuple((one, tuple(texte for key, texte in shown if key == one.cle)) for one in texts)


def list_a_relire(row: Enquete) -> list[tuple[TexteLibre, str]]:
    """(text, its question) that nobody has read yet."""
    names = {one.cle: one.texte for one in row.valeurs}
    rows = row.textes.filter(publie=None).order_by("id")
    return [(one, names.get(one.question, "")) for one in rows]


def list_publiees(annee: int) -> list[Enquete]:
    """Those that closed in a year and whose results are public, the first closed first."""
    rows = Enquete.objects.filter(ferme_le__year=annee, publiee_le__isnull=False)
    return list(rows.order_by("ferme_le", "pk"))
