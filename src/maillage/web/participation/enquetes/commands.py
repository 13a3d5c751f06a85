"""Writes of surveys: questions until somebody has answered, answers without a name, results once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.francais import accord
from maillage.participation.questions import QuestionEnquete, SorteQuestion, Valeur
from maillage.participation.reglages import read_setting
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.comptes.essais.bornes import make_borne
from maillage.web.comptes.essais.commands import count_attempt
from maillage.web.gouvernance.commands import make_key
from maillage.web.participation.commands import check_public
from maillage.web.participation.models import ConsultationPublique, Enquete, ReponseEnquete, TexteLibre
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi

ENQUETER = "participation.enqueter"


def create_enquete(auteur: Any, champs: Mapping[str, Any], questions: Sequence[QuestionEnquete]) -> Enquete:
    """A new survey."""
    row = Enquete(cle=make_key("enquete"), questions=[to_plain(one) for one in questions], **champs)
    with ecriture(auteur, ENQUETER, row):
        _check(row)
        suivi.create(auteur, row)
    return row


def change_enquete(
    auteur: Any, row: Enquete, version: int, champs: Mapping[str, Any], questions: Sequence[QuestionEnquete]
) -> Enquete:
    """Other words or dates; its questions no more once somebody answered, nothing once it is published."""
    fields = {**champs, "questions": [to_plain(one) for one in questions]}
    if row.publiee_le is not None:
        raise ValidationError("Ses résultats sont publiés : elle ne change plus.")
    if fields["questions"] != row.questions and (is_consultation(row) or row.reponses.exists()):
        raise ValidationError(
            "Des personnes ont déjà répondu, ou c’est une consultation : ses questions ne changent plus."
        )
    draft = Enquete(pk=row.pk, cle=row.cle, **fields)
    _check(draft)
    with ecriture(auteur, ENQUETER, draft):
        return suivi.update(auteur, row, version, fields, "Enquête modifiée")


def _check(row: Enquete) -> None:
    if row.ferme_le < row.ouvre_le:
        raise ValidationError("Elle ferme avant d’ouvrir : corrigez ses dates.")
    by = {one.cle: one for one in row.valeurs}.get(row.par)
    if row.par and (by is None or by.sorte not in {SorteQuestion.UN_CHOIX, SorteQuestion.OUI_NON}):
        raise ValidationError("On détaille par une question à un seul choix, ou oui/non.")


def answer_enquete(row: Enquete, valeurs: Mapping[str, Valeur], adresse: str | None) -> None:
    """Take one person's answers, without a name: texts are kept apart, the address is not kept."""
    today = timezone.localdate()
    if not row.is_open(today):
        raise ValidationError("Cette enquête n’est pas ouverte.")
    refusal = count_attempt([make_borne(f"{row.cle}:", adresse, read_setting("reponses_par_adresse"))])
    if refusal is not None:
        raise ValidationError(
            "Beaucoup de réponses viennent d’arriver de votre connexion : attendez un quart d’heure."
        )
    if is_consultation(row) and row.textes.filter(publie=None).count() >= read_setting("avis_en_attente"):
        raise ValidationError(
            "Trop d’avis attendent d’être lus : le vôtre n’a pas été pris. Revenez dans quelques jours."
        )
    with ecriture(None):
        _keep(row, valeurs, today, papier=False)


def is_consultation(row: Enquete) -> bool:
    """Whether a survey asks about a text of the programme: then each comment is sorted and answered."""
    return ConsultationPublique.objects.filter(enquete=row).exists()


def _keep(row: Enquete, valeurs: Mapping[str, Valeur], jour: date, *, papier: bool) -> None:
    texts = {one.cle for one in row.valeurs if one.sorte is SorteQuestion.TEXTE}
    counted = {key: value for key, value in valeurs.items() if key not in texts}
    ReponseEnquete.objects.create(enquete=row, jour=jour, papier=papier, valeurs=counted)
    for key in sorted(texts & valeurs.keys()):
        TexteLibre.objects.create(enquete=row, question=key, texte=valeurs[key])


def import_paper(auteur: Any, row: Enquete, lignes: Sequence[Mapping[str, Valeur]]) -> int:
    """The answers written on paper, all of them or none, in no order; how many."""
    with ecriture(auteur, ENQUETER, row):
        if row.publiee_le is not None:
            raise ValidationError("Ses résultats sont publiés : aucune réponse n’entre plus.")
        today = timezone.localdate()
        for valeurs in secrets.SystemRandom().sample(list(lignes), len(lignes)):
            _keep(row, valeurs, today, papier=True)
    return len(lignes)


@dataclass(frozen=True)
class DecisionDeTexte:
    """What a reader does of a text: shown as written again, or not shown (empty)."""

    texte: str
    publie: bool
    relu: bool = False


def read_text(
    auteur: Any, row: Enquete, texte: TexteLibre, decision: DecisionDeTexte, connus: Sequence[str]
) -> None:
    """Show a text, without names, or do not."""
    if is_consultation(row):
        raise ValidationError("C’est une consultation : triez cet avis, et répondez-y, sur sa page.")
    if decision.publie:
        check_public(decision.texte, connus, relu=decision.relu)
    with ecriture(auteur, ENQUETER, row):
        fields = {"publie": decision.publie} | ({"texte": decision.texte.strip()} if decision.publie else {})
        TexteLibre.objects.filter(pk=texte.pk).update(**fields)


def publish_results(auteur: Any, row: Enquete, version: int) -> Enquete:
    """Show its results to all, once it is closed: then no answer enters, and no two lists can be compared."""
    today = timezone.localdate()
    with ecriture(auteur, ENQUETER, row):
        if today <= row.ferme_le:
            last = f"{row.ferme_le:%d/%m/%Y}"
            raise ValidationError(
                f"Elle est ouverte jusqu’au {last} : fermez-la d’abord, en changeant ses dates."
            )
        if row.publiee_le is not None:
            raise ValidationError("Ses résultats sont déjà publiés.")
        left = row.textes.filter(publie=None).count() if is_consultation(row) else 0
        if left:
            told = accord(left, "avis attend", "avis attendent")
            raise ValidationError(f"{told} d’être lus et triés : chacun reçoit une réponse d’abord.")
        return suivi.update(auteur, row, version, {"publiee_le": today}, "Résultats publiés")


def keep_example(
    row: Enquete,
    questions: Sequence[QuestionEnquete],
    reponses: Sequence[tuple[int, Mapping[str, Valeur]]],
    publiee_le: date,
) -> Enquete:
    """A simulated survey and its results: only for an install that tries the tool."""
    row.publiee_le = publiee_le
    return keep_answers(row, questions, reponses, row.ferme_le)


def keep_answers(
    row: Enquete,
    questions: Sequence[QuestionEnquete],
    reponses: Sequence[tuple[int, Mapping[str, Valeur]]],
    jour: date,
) -> Enquete:
    """A simulated survey and simulated answers of one day: only for an install that tries the tool."""
    with ecriture(None):
        row.cle = make_key("enquete")
        row.questions = [to_plain(one) for one in questions]
        suivi.create(None, row, "Jeu d’essai")
        for count, valeurs in reponses:
            for _ in range(count):
                _keep(row, valeurs, jour, papier=False)
    return row
