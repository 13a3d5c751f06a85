"""Writes of campaigns: launched, asked by mail or letter, answered by a link, forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.annuaire.confirmation import CESSATION, ReponseFiche, group_structures
from maillage.annuaire.fraicheur import is_open
from maillage.catalogue.lecture import read_toml
from maillage.francais import accord, jour
from maillage.web.annuaire.commands import find_canal, find_refusals, set_mark
from maillage.web.annuaire.confirmations import CONFIRMATION, confirm_fields
from maillage.web.annuaire.fraicheur import queries
from maillage.web.annuaire.fraicheur.models import (
    CampagneMenee,
    DemandeConfirmation,
    LienConfirmation,
    RefusDeCourriel,
)
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.annuaire.queries import read_annuaire, read_field
from maillage.web.comptes import secret
from maillage.web.comptes.essais.bornes import make_borne
from maillage.web.comptes.essais.commands import count_attempt
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import UN_ENVOI

MENER: Final = "annuaire.mener_campagne"
RECUE = CorrectionProposee.Etat.RECUE


def read_setting(name: str) -> int:
    """A number of the campaigns, of the catalogue."""
    return int(read_toml("annuaire.toml")["fraicheur"][name])


def launch(auteur: Any, at: date) -> CampagneMenee:
    """Launch the campaign of a day, or take in who has come since; asking twice asks nobody twice.

    ``auteur`` null is the command line.
    """
    with ecriture(auteur, MENER if auteur is not None else None):
        told = queries.read_campagne(at)
        if not is_open(told.campagne, at):
            raise ValidationError(
                f"Aucune campagne n’est ouverte : la dernière a fini le {jour(told.campagne.fin)}."
            )
        row, _ = CampagneMenee.objects.get_or_create(
            debut=told.campagne.debut,
            defaults={"fin": told.campagne.fin, "lancee_le": timezone.localdate(), "auteur": auteur},
        )
        _queue(row, told.structures)
    return row


def _queue(row: CampagneMenee, structures: Iterable[queries.StructureSondee]) -> None:
    """One demand an address; who came once its address was written to is shown by the same link."""
    groups: dict[str, list[int]] = {}
    for one in structures:
        if one.etat == queries.A_ECRIRE:
            groups.setdefault(one.adresse, []).append(one.cle)
    for address, keys in sorted(groups.items()):
        demande, _ = DemandeConfirmation.objects.get_or_create(
            campagne=row, adresse=address, defaults={"identifiant": secrets.token_hex(16)}
        )
        demande.fiches.add(*keys)


def take(pk: int, now: datetime) -> tuple[DemandeConfirmation, str] | None:
    """Take up a demand to send it, with the secret of a new link; null when it has left or refuses."""
    with ecriture(None):
        row = (
            DemandeConfirmation.objects.select_for_update(of=("self",)).select_related("campagne").get(pk=pk)
        )
        busy = row.pris_le is not None and now - row.pris_le < UN_ENVOI
        if busy or row.envoyee_le is not None or not row.adresse:
            return None
        if RefusDeCourriel.objects.filter(empreinte__in=queries.list_signatures(row.adresse)).exists():
            return None
        row.pris_le = now
        row.save()
        return row, _make_link(row)


def settle(row: DemandeConfirmation, envoyee_le: date | None) -> None:
    """It has left; null: it was refused, and may be tried again at once."""
    with ecriture(None):
        DemandeConfirmation.objects.filter(pk=row.pk).update(pris_le=None, envoyee_le=envoyee_le)


def _make_link(row: DemandeConfirmation) -> str:
    clear, kept = secret.nouveau()
    LienConfirmation.objects.create(demande=row, empreinte=kept, cree_le=timezone.localdate())
    return clear


@dataclass(frozen=True)
class LettreFaite:
    """A letter to print: its structure, and the secret of its link."""

    fiche: FicheTenue
    jeton: str


def write_letters(auteur: Any, at: date, cles: Collection[int] = ()) -> list[LettreFaite]:
    """Letters to who has no mail, or to these structures; as many at once as the catalogue says."""
    with ecriture(auteur, MENER):
        row = CampagneMenee.objects.filter(debut__lte=at, fin__gte=at).first()
        if row is None:
            raise ValidationError("Lancez d’abord la campagne : les lettres en portent les dates.")
        told = queries.read_campagne(at).structures
        wanted = [
            one.cle
            for one in told
            if (one.cle in cles if cles else one.etat == queries.SANS_COURRIEL and one.demandee_le is None)
        ]
        most = read_setting("lettres_a_la_fois")
        fiches = FicheTenue.objects.filter(pk__in=wanted[:most], disparue_le=None).order_by(
            "code_insee", "pk"
        )
        return [_write_letter(row, fiche) for fiche in fiches]


def _write_letter(row: CampagneMenee, fiche: FicheTenue) -> LettreFaite:
    demande = row.demandes.filter(papier=True, fiches=fiche).first()
    if demande is None:
        demande = DemandeConfirmation.objects.create(
            campagne=row, papier=True, identifiant=secrets.token_hex(16), envoyee_le=timezone.localdate()
        )
        demande.fiches.add(fiche)
    return LettreFaite(fiche, _make_link(demande))


def answer(
    demande: DemandeConfirmation, reponses: Mapping[int, ReponseFiche], rows: Iterable[FicheTenue],
    adresse: str | None,
) -> int:  # fmt: skip
    """Keep what a link answered of records, all or nothing; how many corrections were proposed.

    The same answer again changes nothing: what holds is dated of the day, what was proposed stands.

    Raises:
        ValidationError: « key.field » → what the schema refuses; or too many answers from one network.
    """
    rows = {row.pk: row for row in rows if row.pk in reponses and not reponses[row.pk].vide}  # type: ignore[assignment]
    held: dict[int, FicheTenue] = rows  # type: ignore[assignment]
    changes = {pk: _read_changes(row, reponses[pk]) for pk, row in held.items()}
    _check(held, changes)
    _check_flood(adresse)
    with ecriture(None):
        set_mark()
        for pk, row in held.items():
            _keep(row, reponses[pk], changes[pk])
        DemandeConfirmation.objects.filter(pk=demande.pk).update(repondue_le=timezone.localdate())
    return sum(len(one) for one in changes.values())


def _read_changes(row: FicheTenue, reponse: ReponseFiche) -> dict[str, Any]:
    """What differs from the source: a field put right as it was holds."""
    return {
        champ: value
        for champ, value in reponse.corrections.items()
        if (read_field(row, champ) or None) != (value or None)
    }


def _check(held: Mapping[int, FicheTenue], changes: Mapping[int, Mapping[str, Any]]) -> None:
    faults = {
        f"{pk}.{champ}": told
        for pk, row in held.items()
        for champ, value in changes[pk].items()
        if (told := find_refusals(row, champ, value))
    }
    if faults:
        raise ValidationError(faults)


def _check_flood(adresse: str | None) -> None:
    refusal = count_attempt([make_borne("confirmation:", adresse, read_setting("reponses_par_adresse"))])
    if refusal is not None:
        raise ValidationError(
            "Plusieurs réponses viennent d’arriver de votre connexion : attendez "
            f"{accord(refusal[1], 'minute')} avant d’en envoyer une autre."
        )


def _keep(row: FicheTenue, reponse: ReponseFiche, changes: Mapping[str, Any]) -> None:
    """Dates of the fields that hold, corrections to be read again, a task when it is no more.

    A field whose correction waits was shown corrected: that it holds confirms the correction, not the source.
    """
    today = timezone.localdate()
    mine = row.corrections.filter(etat=RECUE, par_structure=True)
    waiting = set(mine.values_list("champ", flat=True))
    back = [champ for champ in reponse.corrections if champ not in changes]
    confirm_fields(row, [*(champ for champ in reponse.justes if champ not in waiting), *back], today)
    row.save(update_fields=CONFIRMATION)
    said = dict(changes) | ({CESSATION: True} if reponse.cesse else {})
    mine.filter(champ__in=[*said, *back]).delete()
    for champ, value in said.items():
        CorrectionProposee.objects.create(
            fiche=row, champ=champ, valeur=value, motif=reponse.mot, proposee_le=today, etat=RECUE,
            canal=find_canal(row), par_structure=True,
        )  # fmt: skip


def refuse_mail(demande: DemandeConfirmation) -> None:
    """Write no more to this address, in this campaign or any other."""
    if demande.adresse:
        with ecriture(None):
            RefusDeCourriel.objects.get_or_create(
                empreinte=queries.sign_address(demande.adresse), defaults={"refuse_le": timezone.localdate()}
            )


def carry_refusals() -> int:
    """Keep under today's key the refusals that a former one tells, of addresses in the directory; how many.

    For whoever administers the machine (``manage reprendre_cle``), when the key has changed.
    """
    with ecriture(None):
        kept = dict(RefusDeCourriel.objects.values_list("empreinte", "refuse_le"))
        carried = {}
        for address in filter(None, group_structures(read_annuaire().annuaire)):
            former = kept.keys() & queries.list_signatures(address)
            if former and queries.sign_address(address) not in kept:
                carried[queries.sign_address(address)] = min(kept[one] for one in former)
        RefusDeCourriel.objects.bulk_create(
            RefusDeCourriel(empreinte=empreinte, refuse_le=le) for empreinte, le in carried.items()
        )
    return len(carried)


def forget(now: datetime) -> int:
    """Links and addresses of campaigns that ended long enough ago; how many demands."""
    before = timezone.localdate(now) - timedelta(days=read_setting("garde_jours"))
    old = DemandeConfirmation.objects.filter(campagne__fin__lt=before)
    LienConfirmation.objects.filter(demande__in=old.values("pk")).delete()
    return int(old.exclude(adresse="").update(adresse=""))
