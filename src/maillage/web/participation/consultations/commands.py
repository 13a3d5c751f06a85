"""Writes of consultations: opened on a text as it stands, comments sorted and answered, carried further."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404

from maillage.participation.consultations import QUI, TriAvis, check_tri, make_questions
from maillage.participation.identifiants import find_identifying, mask
from maillage.sdaasp.elaboration.projet import CHAMPS, add_words
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.gouvernance.commands import make_key
from maillage.web.participation.commands import check_public
from maillage.web.participation.consultations.queries import TexteConsulte
from maillage.web.participation.enquetes import commands as enquetes
from maillage.web.participation.enquetes.commands import ENQUETER
from maillage.web.participation.models import ConsultationPublique, Enquete, TexteLibre
from maillage.web.programme import models as programme
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.conversion import to_value
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi


@dataclass(frozen=True, kw_only=True)
class DemandeConsultation:
    """What one asks, between two days; ``lieux``: names of the arrondissements, to say who was not heard."""

    titre: str
    question: str
    ouvre_le: date
    ferme_le: date
    presentation: str = ""
    une_seule: bool = True
    lieux: Sequence[str] = ()


def open_consultation(
    auteur: Any, consulte: TexteConsulte, demande: DemandeConsultation
) -> ConsultationPublique:
    """Ask about a text, within what its author pilots; the words consulted are kept with it."""
    with ecriture(auteur):
        enquete = enquetes.create_enquete(auteur, _list_fields(consulte, demande), _ask(demande))
        row = _make(enquete, consulte, demande)
        suivi.create(auteur, row, "Consultation")
    return row


def _list_fields(consulte: TexteConsulte, demande: DemandeConsultation) -> dict[str, Any]:
    return {
        "titre": demande.titre, "presentation": demande.presentation, "theme": consulte.theme,
        "territoire": consulte.territoire, "ouvre_le": demande.ouvre_le, "ferme_le": demande.ferme_le,
        "une_seule": demande.une_seule, "par": QUI,
    }  # fmt: skip


def _ask(demande: DemandeConsultation) -> Any:
    return make_questions(demande.question, demande.lieux)


def _make(enquete: Enquete, consulte: TexteConsulte, demande: DemandeConsultation) -> ConsultationPublique:
    return ConsultationPublique(
        cle=make_key("consultation"), enquete=enquete, objet=consulte.objet,
        amendement=consulte.amendement, objet_version=consulte.version, intitule=consulte.intitule,
        extrait=[dict(one) for one in consulte.extrait], question=demande.question,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DecisionAvis:
    """What becomes of some comments: sorted so (``tri`` null: not shown), for a reason that all read.

    ``texte``: another text for the only one chosen; empty: as it was received, what surely names somebody
    masked. ``relu``: what may be a name was read, and is none. ``connus``: names of communes.
    """

    tri: TriAvis | None
    reponse: str
    texte: str = ""
    relu: bool = False
    connus: Collection[str] = ()


def sort_avis(
    auteur: Any, row: ConsultationPublique, choisis: Collection[str], decision: DecisionAvis
) -> int:
    """Sort and answer comments, all of them or none; how many."""
    with as_validation():
        check_tri(decision.tri, decision.reponse)
    check_public(decision.reponse, decision.connus, relu=True)
    with ecriture(auteur, ENQUETER, row.enquete):
        texts = list(row.enquete.textes.select_for_update().filter(pk__in=choisis).order_by("pk"))
        if not texts:
            raise ValidationError("Rien n’est choisi : cochez au moins un avis.")
        for one in texts:
            _sort_one(one, decision, seul=len(texts) == 1)
    return len(texts)


def _sort_one(one: TexteLibre, decision: DecisionAvis, *, seul: bool) -> None:
    fields: dict[str, Any] = {"publie": False, "tri": "", "reponse": decision.reponse.strip()}
    if decision.tri is not None:
        said = (decision.texte.strip() if seul else "") or mask(
            one.texte, [found for found in find_identifying(one.texte, decision.connus) if found.sur]
        )
        check_public(said, decision.connus, relu=decision.relu)
        fields |= {"publie": True, "tri": decision.tri.value, "texte": said}
    if one.amendement is not None and decision.tri is not TriAvis.RETENU:
        raise ValidationError(f"Un de ces avis a mené à l’amendement n° {one.amendement} : il reste retenu.")
    TexteLibre.objects.filter(pk=one.pk).update(**fields)


@dataclass(frozen=True, kw_only=True)
class AjoutPropose:
    """Words to carry into the programme: into which field of which object, and why."""

    sorte: str
    cle: str
    champ: str
    texte: str
    motif: str


def keep_in_amendement(
    auteur: Any, row: ConsultationPublique, choisis: Collection[str], ajout: AjoutPropose
) -> programme.Amendement:
    """Propose an amendment out of comments that were kept, by the programme's own command; they say so."""
    if ajout.champ not in CHAMPS.get(ajout.sorte, {}):
        raise ValidationError("On ne porte pas d’avis dans ce champ.")
    with ecriture(auteur, ENQUETER, row.enquete):
        kept = row.enquete.textes.filter(pk__in=choisis, publie=True, tri=TriAvis.RETENU.value)
        if not kept:
            raise ValidationError("Choisissez au moins un avis retenu.")
        objet = get_object_or_404(programme.SORTES[ajout.sorte], cle=ajout.cle)
        with as_validation():
            value = add_words(ajout.champ, to_plain(to_value(objet))[ajout.champ], ajout.texte)
        proposed = propose_amendement(auteur, objet, {ajout.champ: value}, ajout.motif)
        kept.update(amendement=proposed.pk)
    return proposed


def tell_suites(
    auteur: Any, row: ConsultationPublique, version: int, texte: str, connus: Collection[str]
) -> ConsultationPublique:
    """Say to all what was made of it."""
    check_public(texte, connus, relu=True)
    return suivi.update(auteur, row, version, {"suites": texte.strip()}, "Ce que nous en avons fait")


def keep_example(
    consulte: TexteConsulte,
    demande: DemandeConsultation,
    reponses: Sequence[tuple[int, Mapping[str, Any]]],
) -> ConsultationPublique:
    """A simulated consultation that is open, and simulated answers: for who tries the tool."""
    with ecriture(None):
        enquete = Enquete(**_list_fields(consulte, demande), essai=True)
        enquetes.keep_answers(enquete, _ask(demande), reponses, demande.ouvre_le)
        row = _make(enquete, consulte, demande)
        suivi.create(None, row, "Jeu d’essai")
    return row
