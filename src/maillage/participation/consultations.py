"""A consultation: a survey about a text, whose comments are each sorted and answered.

Its questions are always the same: for, with reserves, against; why; who one is and where one lives, at will.
It is answered, read and published as any survey (ADR 0151): nothing ties a comment to a vote, or to a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.participation.questions import CHOIX_AU_PLUS, QuestionEnquete, SorteQuestion
from maillage.participation.resultats import SANS_REPONSE, TriAPlat

VOTE, POURQUOI, QUI, OU = "q1", "q2", "q3", "q4"
VOTES: Final = ("Favorable", "Réservé", "Défavorable")
PUBLICS_CONSULTES: Final = (
    "Habitant",
    "Membre d’une association",
    "Agent d’un accueil ou d’un service",
    "Professionnel",
    "Élu",
    "Autre",
)
AILLEURS: Final = "Ailleurs"


class TriAvis(StrEnum):
    """What becomes of a comment."""

    RETENU = "retenu"
    NON_RETENU = "non_retenu"
    DEJA = "deja"
    HORS_SUJET = "hors_sujet"


TRIS_AVIS: Final = {
    TriAvis.RETENU: "retenu",
    TriAvis.NON_RETENU: "non retenu",
    TriAvis.DEJA: "déjà dans le texte",
    TriAvis.HORS_SUJET: "hors sujet",
}


def make_questions(question: str, lieux: Sequence[str]) -> tuple[QuestionEnquete, ...]:
    """The questions of a consultation; ``lieux``: names of the places one may live in, none to not ask.

    >>> [one.cle for one in make_questions("Ce projet vous convient-il ?", ["Avesnes", "Douai"])]
    ['q1', 'q2', 'q3', 'q4']
    """
    one = SorteQuestion.UN_CHOIX
    asked = [
        QuestionEnquete(cle=VOTE, sorte=one, texte=question, choix=VOTES, obligatoire=True),
        QuestionEnquete(cle=POURQUOI, sorte=SorteQuestion.TEXTE, texte="Pourquoi ? Que changer ?"),
        QuestionEnquete(cle=QUI, sorte=one, texte="Vous êtes", choix=PUBLICS_CONSULTES),
    ]
    names = tuple(dict.fromkeys(lieux))
    if names and len(names) < CHOIX_AU_PLUS:
        where = "Vous habitez dans l’arrondissement de"
        asked.append(QuestionEnquete(cle=OU, sorte=one, texte=where, choix=(*names, AILLEURS)))
    return tuple(asked)


def check_tri(tri: TriAvis | None, reponse: str) -> None:
    """Refuse a sort that does not say why; ``tri`` null: the comment is not shown.

    Raises:
        EntreeInvalide: nobody would read why.

    >>> check_tri(TriAvis.DEJA, " ")
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Dites pourquoi : c’est la réponse que tous liront.
    """
    if not reponse.strip():
        why = "c’est la réponse que tous liront" if tri else "un avis ne se tait pas sans raison"
        raise EntreeInvalide(f"Dites pourquoi : {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentsDUneConsultation:
    """Whom a consultation did not hear: groups nobody said to belong to, and those too few to be counted."""

    personne: tuple[str, ...] = ()
    trop_peu: tuple[str, ...] = ()


def find_absent(tris: Iterable[TriAPlat]) -> AbsentsDUneConsultation:
    """The groups that were not heard, among those that the questions name; a hidden count says no number.

    >>> from maillage.participation.resultats import sort_flat
    >>> asked = make_questions("Pour ?", ["Douai", "Lille"])[3]
    >>> found = find_absent([sort_flat(asked, [{"q4": "Douai"}] * 6)])
    >>> found.personne, found.trop_peu
    (('Lille', 'Ailleurs'), ())
    """
    nobody: list[str] = []
    few: list[str] = []
    for tri in tris:
        for line in tri.lignes:
            if line.modalite != SANS_REPONSE and line.effectif == 0:
                nobody.append(line.modalite)
            elif line.modalite != SANS_REPONSE and line.effectif is None:
                few.append(line.modalite)
    return AbsentsDUneConsultation(personne=tuple(nobody), trop_peu=tuple(few))
