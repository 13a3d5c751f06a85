"""Writes of a bilan: permission asked, atomic, in the history, told to who follows."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.textes import clean_text
from maillage.sdaasp.bilan import etats
from maillage.sdaasp.bilan.contributions import find_echeance, find_pilote, find_rappel, list_parts
from maillage.sdaasp.bilan.etats import ActeBilan, EtapeBilan, ReunionDeBilan
from maillage.sdaasp.bilan.scelle import countersign, seal, write_canonical
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.bilan import lecture, queries
from maillage.web.bilan.models import (
    BilanAnnuel,
    BilanFige,
    BrouillonContribution,
    ContreSceau,
    ContributionEcrite,
)
from maillage.web.gouvernance.commands import make_key
from maillage.web.gouvernance.models import Seance
from maillage.web.programme.lecture import read_programme
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Abonnement, Mouvement

MOTS = 20_000
"""As many letters as a contribution holds."""
RAPPEL = "Rappel : votre contribution est attendue"


def open_year(auteur: Any, annee: int) -> BilanAnnuel:
    """Open the bilan of a year; the one that is open already stays as it is."""
    with ecriture(auteur, "bilan.conduire"):
        if held := BilanAnnuel.objects.filter(annee=annee).first():
            return held
        if annee in lecture.list_vanished():
            raise ValidationError(f"Un bilan {annee} a été figé, puis a disparu : rétablissez la sauvegarde.")
        row = BilanAnnuel(cle=f"bilan-{annee}", annee=annee)
        suivi.create(auteur, row, "Ouvert")
    return row


def advance(
    auteur: Any,
    row: BilanAnnuel,
    version: int,
    acte: ActeBilan,
    *,
    territoire: str = "",
    reunion: str = "",
    motif: str = "",
    atlas: Lecteur | None = None,
) -> BilanAnnuel:
    """One act more: ask, consolidate, validate, freeze, reopen."""
    asked = queries.PorteeDeBilan(territoire) if acte is ActeBilan.RELIRE else row
    permission = "bilan.relire" if acte is ActeBilan.RELIRE else "bilan.conduire"
    with ecriture(auteur, permission, asked):
        current = BilanAnnuel.objects.select_for_update().get(pk=row.pk)
        if current.version != version:
            raise suivi.ConflitVersion(current)
        step = EtapeBilan(
            acte=acte,
            le=timezone.localdate(),
            territoire=territoire or None,
            reunion=reunion,
            motif=motif.strip(),
            par=auteur.get_full_name(),
        )
        with as_validation():
            steps = etats.move(current.marche, step, _find_meeting(reunion), _count_owed(current, step))
        current.etapes = to_plain(steps)
        suivi.save_change(auteur, current, ["etapes"], etats.NOMS[acte])
        if acte is ActeBilan.DEMANDER:
            _ask(auteur, current)
        elif acte is ActeBilan.FIGER:
            _freeze(current, atlas)
    return current


def _find_meeting(key: str) -> ReunionDeBilan | None:
    row = Seance.objects.filter(cle=key).first() if key else None
    if row is None:
        return None
    held = row.etat == EtatSeance.TENUE
    return ReunionDeBilan(
        cle=row.cle, comite=row.comite, jour=row.jour, tenue=held, territoire=row.territoire or None
    )


def _count_owed(row: BilanAnnuel, step: EtapeBilan) -> int:
    owed = row.contributions.filter(rendue_le=None)
    return owed.filter(territoire=step.territoire).count() if step.territoire else owed.count()


def _ask(auteur: Any, row: BilanAnnuel) -> None:
    """One contribution for each part of the programme, told to whoever pilots it by mandate."""
    programme, today = read_programme(), timezone.localdate()
    asked, marche = queries.read_pilotes(), row.marche
    for ordre, part in enumerate(list_parts(programme, row.annee)):
        people = asked.list_for(part)
        names = dict.fromkeys(m.organisation.nom for m in people)
        contribution = ContributionEcrite(
            cle=make_key("contribution"),
            bilan=row,
            theme=part.theme or "",
            territoire=part.arrondissement or "",
            a_qui=(", ".join(names) or find_pilote(programme, part))[:300],
            echeance=find_echeance(today),
            ordre=ordre,
        )
        contribution.check_marche(marche)
        suivi.add(auteur, contribution, "Demandée")
        for personne in {m.personne_id: m.personne for m in people}.values():
            Abonnement.objects.get_or_create(objet=contribution.cle, personne=personne)


def _freeze(row: BilanAnnuel, atlas: Lecteur | None) -> None:
    """The text, sealed after the last one that was."""
    contenu = lecture.fill(row, row.marche, row.annee, atlas, timezone.localdate())
    BrouillonContribution.objects.filter(contribution__bilan=row).delete()
    last = BilanFige.objects.order_by("pk").last()
    text = clean_text(write_canonical(to_plain(contenu)))
    made = seal(text, lecture.list_keys()[0], last.empreinte if last else "")
    BilanFige.objects.create(
        bilan=row,
        texte=made.texte,
        precedent=made.precedent,
        empreinte=made.empreinte,
        signature=made.signature,
    )


@transaction.atomic
def countersign_all() -> list[int]:
    """Sign again, by the key of today, each frozen bilan that only a former one verifies; their years.

    For whoever administers the machine (``manage reprendre_cle``): nobody's mandate opens it. What no key of
    the install verifies is left as it is.
    """
    rows = lecture.list_only_by_former_keys()
    for row in rows:
        ContreSceau.objects.create(fige=row, signature=countersign(row.scelle, lecture.list_keys()[0]))
    return [row.bilan.annee for row in rows]


def write_contribution(
    auteur: Any, row: ContributionEcrite, version: int, texte: str, *, rendre: bool
) -> ContributionEcrite:
    """Other words; ``rendre``: they are given, and enter the bilan."""
    if rendre and not texte.strip():
        raise ValidationError("Une contribution vide ne se rend pas : écrivez-la.")
    fields: dict[str, Any] = {"texte": texte, "rendue_le": timezone.localdate() if rendre else None}
    with ecriture(auteur, row.MODIFIER, row):
        written = suivi.update(auteur, row, version, fields, "Rendue" if rendre else "Enregistrée")
        row.brouillons.filter(personne=auteur).delete()
    return written


def keep_draft(auteur: Any, row: ContributionEcrite, version: int, texte: str) -> BrouillonContribution:
    """Keep what somebody is typing, for that person alone: no version, nobody told."""
    with ecriture(auteur, row.MODIFIER, row):
        row.check_rules()
        if len(texte) > MOTS:
            raise ValidationError(f"Ce texte dépasse {MOTS} caractères.")
        values = {"texte": texte, "version": version, "ecrit_le": timezone.now()}
        held, _ = BrouillonContribution.objects.update_or_create(
            contribution=row, personne=auteur, defaults=values
        )
    return held


def drop_draft(auteur: Any, row: ContributionEcrite) -> None:
    """Forget what was being typed: the contribution is as it was saved."""
    with ecriture(auteur):
        row.brouillons.filter(personne=auteur).delete()


def _begin(jour: date) -> datetime:
    """The first moment of a day: a reminder is of its day, old enough for the digest that follows it."""
    return timezone.make_aware(datetime.combine(jour, time.min))


def remind(jour: date) -> int:
    """Tell those who owe a contribution whose reminder falls on this day, once; how many were told."""
    told = 0
    with ecriture(None):
        for row in ContributionEcrite.objects.filter(rendue_le=None).select_related("bilan"):
            if find_rappel(row.valeur, jour) != jour or not queries.is_open(row):
                continue
            said = Mouvement.objects.filter(objet=row.cle, texte=RAPPEL, le__date=jour)
            if not said.exists():
                suivi.announce(None, row, Mouvement.Nature.COMMENTAIRE, RAPPEL, le=_begin(jour))
                told += 1
    return told
