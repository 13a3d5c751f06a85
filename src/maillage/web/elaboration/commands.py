"""Writes of the making of a schema: permission asked, atomic, in the history."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.elaboration import paroles as pur
from maillage.sdaasp.elaboration.modele import EtatEvenement, OrganisationInvitee, check_move
from maillage.sdaasp.elaboration.paroles import (
    ACTES,
    ActeParole,
    EtapeParole,
    EtatParole,
    OrigineParole,
    receive,
)
from maillage.sdaasp.elaboration.releve import ParoleLue, list_new
from maillage.sdaasp.elaboration.synthese import check_close
from maillage.web.elaboration.models import Elaboration, Evenement, Parole
from maillage.web.elaboration.queries import list_written
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi

SIGNES: Final = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Of a code said aloud or copied from a wall: no letter that looks like a figure."""
CODE: Final = 8
A_MODERER_AU_PLUS: Final = 2000
"""Paroles that wait for moderation at one event; beyond, the open address takes no more."""
VIDE: Final = "Rien n’est choisi : cochez au moins une parole."


def make_key(sorte: str) -> str:
    """A key that nobody guesses and no other object has."""
    return f"{sorte}-{secrets.token_hex(5)}"


def open_elaboration(auteur: Any, champs: Mapping[str, Any], schema: str) -> Elaboration:
    """The making of a schema begins, or its revision."""
    row = Elaboration(cle=make_key("elaboration"), schema=schema, **champs)
    with ecriture(auteur, row.MODIFIER, row):
        suivi.create(auteur, row)
    return row


def close_elaboration(auteur: Any, row: Elaboration, version: int, jour: date | None) -> Elaboration:
    """Close it on a day, when nothing that was said waits any more; null: open it again."""
    with ecriture(auteur, row.MODIFIER, row):
        if jour is not None:
            with as_validation():
                check_close(one.valeur for one in row.paroles.select_related("evenement"))
        return suivi.update(auteur, row, version, {"fin": jour}, "Close" if jour else "Rouverte")


def publish(auteur: Any, row: Elaboration, version: int, *, oui: bool) -> Elaboration:
    """Open to all what was kept of it, and why; or no longer."""
    return suivi.update(auteur, row, version, {"publique": oui}, "Publiée" if oui else "Retirée du public")


def _refuse_closed(row: Elaboration) -> None:
    if row.fin is not None:
        raise ValidationError(f"« {row} » est close depuis le {row.fin:%d/%m/%Y} : rouvrez-la d’abord.")


def add_evenement(auteur: Any, elaboration: Elaboration, champs: Mapping[str, Any]) -> Evenement:
    """One more event."""
    row = Evenement(cle=make_key("evenement"), elaboration=elaboration, **champs)
    with ecriture(auteur, row.MODIFIER, row):
        _refuse_closed(elaboration)
        suivi.create(auteur, row)
    return row


def add_in_each(
    auteur: Any, elaboration: Elaboration, champs: Mapping[str, Any], lieux: Mapping[str, str]
) -> list[Evenement]:
    """One event in each arrondissement (``lieux``: code → name), all the same day until they are moved."""
    with ecriture(auteur):
        return [
            add_evenement(
                auteur, elaboration, {**champs, "titre": f"{champs['titre']}, {name}", "territoire": code}
            )
            for code, name in lieux.items()
        ]


def change_evenement(
    auteur: Any, row: Evenement, version: int, champs: Mapping[str, Any], motif: str = ""
) -> Evenement:
    """Another day or place, other organisations; one announced that moves is to be announced again."""
    fields = dict(champs)
    if row.etat == EtatEvenement.TENU and not set(fields) <= {"invitees", "autres", "deroule"}:
        raise ValidationError("Cet événement a eu lieu : ses dates et son lieu ne changent plus.")
    moved = any(fields.get(name, getattr(row, name)) != getattr(row, name) for name in ("debut", "fin"))
    if row.etat == EtatEvenement.INVITE and moved:
        fields["etat"] = EtatEvenement.PREVU
        motif = motif or "Déplacé : à annoncer de nouveau"
    with ecriture(auteur):
        changed = suivi.update(auteur, row, version, fields, motif or "Événement modifié")
        if not auteur.has_perm(row.MODIFIER, changed):
            raise PermissionDenied(row.MODIFIER)
    return changed


def move_evenement(auteur: Any, row: Evenement, version: int, etat: EtatEvenement) -> Evenement:
    """Announced, held, called off, set again; held or called off, its address is closed."""
    with as_validation():
        check_move(EtatEvenement(row.etat), etat, row.debut, timezone.localdate())
    shut = {"code": "", "ouvert_au": None} if etat is EtatEvenement.ANNULE else {}
    return suivi.update(auteur, row, version, {"etat": etat, **shut}, "État")


def invite(auteur: Any, row: Evenement, version: int, noms: Iterable[str]) -> Evenement:
    """Invite organisations; those in the list already stay as they are."""
    held = {one["organisation"] for one in row.invitees}
    new = [asdict(OrganisationInvitee(organisation=name)) for name in dict.fromkeys(noms) if name not in held]
    if not new:
        raise ValidationError("Toutes les organisations connues sont déjà dans la liste.")
    return change_evenement(auteur, row, version, {"invitees": [*row.invitees, *new]}, "Invitations")


def open_to_all(auteur: Any, row: Evenement, version: int, jusqu_au: date | None) -> Evenement:
    """Let anybody who has its address speak, until a day; null: no longer, and the address is forgotten."""
    with ecriture(auteur, row.MODIFIER, row):
        _refuse_closed(row.elaboration)
        if jusqu_au is not None and jusqu_au < timezone.localdate():
            raise ValidationError("Ce jour est passé.")
        if jusqu_au is not None and row.etat == EtatEvenement.ANNULE:
            raise ValidationError("Cet événement est annulé.")
        code = "".join(secrets.choice(SIGNES) for _ in range(CODE)) if jusqu_au and not row.code else row.code
        fields = {"code": code if jusqu_au else "", "ouvert_au": jusqu_au}
        return suivi.update(auteur, row, version, fields, "Ouvert à tous" if jusqu_au else "Fermé au public")


def collect(
    auteur: Any, elaboration: Elaboration, champs: Mapping[str, Any], evenement: Evenement | None = None
) -> Parole:
    """What somebody said, written by an account: in the room, in writing, or her own, online.

    Her own, she is told what becomes of it; of what others said, nobody's name is kept beside it.
    """
    row = Parole(
        cle=make_key("parole"), elaboration=elaboration, evenement=evenement,
        recue_le=_find_day(evenement), **champs,
    )  # fmt: skip
    with ecriture(auteur, "elaboration.contribuer"):
        _refuse_closed(elaboration)
        if row.origine == OrigineParole.EN_LIGNE:
            row.auteur = auteur
        _begin(row, str(auteur) if row.auteur else "")
        if row.auteur:
            suivi.follow(auteur, row, oui=True)
    return row


def deposit(evenement: Evenement, texte: str, theme: str = "") -> Parole:
    """What anybody sends by the open address of an event: nobody reads it before it is let in."""
    with ecriture(None):
        held = Evenement.objects.select_for_update().select_related("elaboration").get(pk=evenement.pk)
        if not held.is_open(timezone.localdate()) or held.elaboration.fin is not None:
            raise ValidationError("Ce recueil est fermé.")
        if held.paroles.filter(etat=EtatParole.A_MODERER).count() >= A_MODERER_AU_PLUS:
            raise ValidationError("Ce recueil est plein pour l’instant : revenez plus tard.")
        row = Parole(
            cle=make_key("parole"), elaboration=held.elaboration, evenement=held, texte=texte, theme=theme,
            territoire=held.territoire, origine=OrigineParole.EN_LIGNE, recue_le=timezone.localdate(),
        )  # fmt: skip
        _begin(row, moderer=True)
    return row


def _begin(row: Parole, par: str = "", *, moderer: bool = False) -> None:
    with as_validation():
        row.take(receive(row.valeur, row.recue_le, par, moderer=moderer))
    row._change_reason = "Recueillie"  # type: ignore[attr-defined]  # noqa: SLF001  simple_history's name
    row.save()


def import_paroles(auteur: Any, elaboration: Elaboration, lues: Sequence[ParoleLue]) -> tuple[int, int]:
    """Write what a table holds and is not written yet; (written, known already)."""
    with ecriture(auteur, "elaboration.importer"):
        _refuse_closed(elaboration)
        events = {row.cle: row for row in elaboration.evenements.all()}
        new = list_new(lues, list_written(elaboration))
        for one in new:
            _begin(_make_read(elaboration, one, events.get(one.evenement)))
    return len(new), len(lues) - len(new)


def _make_read(elaboration: Elaboration, lue: ParoleLue, evenement: Evenement | None) -> Parole:
    return Parole(
        cle=make_key("parole"), elaboration=elaboration, evenement=evenement, texte=lue.texte,
        origine=lue.origine, organisation=lue.organisation, theme=lue.theme, territoire=lue.territoire,
        recue_le=_find_day(evenement),
    )  # fmt: skip


def _find_day(evenement: Evenement | None) -> date:
    """When it was said: today, or the last day of an event that is over."""
    today = timezone.localdate()
    return today if evenement is None else min(today, evenement.fin)


def move_paroles(auteur: Any, versions: Mapping[str, int], etape: EtapeParole) -> list[Parole]:
    """One act on several paroles read at ``versions`` (by key): on all of them, or none."""
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        for row in rows:
            step = _complete(row, etape)
            with as_validation():
                moved = pur.move(row.valeur, step)
            _keep(auteur, row, moved)
    return rows


def _complete(row: Parole, etape: EtapeParole) -> EtapeParole:
    """What is filed keeps its own theme and place where the act says none."""
    if etape.acte is not ActeParole.RANGER:
        return etape
    return replace(etape, theme=etape.theme or row.theme, territoire=etape.territoire or row.territoire)


def lock_paroles(auteur: Any, versions: Mapping[str, int]) -> list[Parole]:
    """The paroles until the end of the transaction, when all may be sorted and none has moved since.

    Raises:
        ValidationError: none is chosen, or the élaboration of one is closed.
        ConflitVersion: somebody has written since.
    """
    held = Parole.objects.select_for_update(of=("self",)).filter(cle__in=list(versions))
    rows = list(held.select_related("evenement", "elaboration").order_by("pk"))
    if not rows or len(rows) != len(versions):
        raise ValidationError(VIDE)
    for row in rows:
        if not auteur.has_perm(row.MODIFIER, row):
            raise PermissionDenied(row.MODIFIER)
        if row.version != versions[row.cle]:
            raise suivi.ConflitVersion(row)
        _refuse_closed(row.elaboration)
    return rows


def keep_links(auteur: Any, rows: Sequence[Parole], etape: EtapeParole) -> None:
    """Tie locked paroles to what they led to; called inside a command."""
    for row in rows:
        with as_validation():
            moved = pur.move(row.valeur, etape)
        _keep(auteur, row, moved)


def _keep(auteur: Any, row: Parole, moved: pur.Parole) -> None:
    """One more step, one more version; whoever sent it herself is told."""
    if len(moved.etapes) == len(row.etapes):
        return
    row.take(moved)
    row.check_rules()
    row.version += 1
    last = moved.etapes[-1]
    said = " : ".join(part for part in (ACTES[last.acte], last.motif) if part)
    row._change_reason = said[:100]  # type: ignore[attr-defined]  # noqa: SLF001  simple_history's name
    row.save()
    if row.auteur_id:
        suivi.announce(auteur, row, suivi.Nature.CHANGEMENT, said)


def split_parole(auteur: Any, row: Parole, version: int, textes: Sequence[str], motif: str) -> list[Parole]:
    """A parole that says several things becomes its parts; it stays, with its own words."""
    with ecriture(auteur):
        (held,) = lock_paroles(auteur, {row.cle: version})
        keys = [make_key("parole") for _ in textes]
        step = EtapeParole(acte=ActeParole.DIVISER, le=timezone.localdate(), par=str(auteur), motif=motif)
        with as_validation():
            whole, parts = pur.split(held.valeur, textes, keys, step)
        _keep(auteur, held, whole)
        return [_make_part(held, part) for part in parts]


def _make_part(whole: Parole, part: pur.Parole) -> Parole:
    row = Parole(
        cle=part.cle, elaboration=whole.elaboration, evenement=whole.evenement, texte=part.texte,
        origine=whole.origine, organisation=whole.organisation, issue_de=whole.cle,
        recue_le=whole.recue_le, auteur=whole.auteur,
    )  # fmt: skip
    row.take(part)
    row._change_reason = "Issue d’une autre"  # type: ignore[attr-defined]  # noqa: SLF001
    row.save()
    return row


def join_paroles(auteur: Any, versions: Mapping[str, int], vers: str, motif: str) -> Parole:
    """Join paroles that say the same to one of them (``vers``), which goes on for all."""
    with ecriture(auteur):
        rows = lock_paroles(auteur, versions)
        target = next((row for row in rows if row.cle == vers), None)
        if target is None or len(rows) < 2:
            raise ValidationError("Cochez au moins deux paroles, dont celle qui portera les autres.")
        if len({row.elaboration_id for row in rows}) > 1:
            raise ValidationError("On réunit des paroles d’une même élaboration.")
        step = EtapeParole(acte=ActeParole.REUNIR, le=timezone.localdate(), par=str(auteur), motif=motif)
        for row in rows:
            if row is not target:
                with as_validation():
                    joined = pur.join(row.valeur, target.valeur, step)
                _keep(auteur, row, joined)
    return target


def anonymise(auteur: Any, row: Parole, version: int, texte: str, motif: str) -> Parole:
    """Take a person's name out of a text, and out of every version of it: those words are gone."""
    with ecriture(auteur):
        (held,) = lock_paroles(auteur, {row.cle: version})
        if not texte.strip():
            raise ValidationError("Le texte est vide.")
        step = EtapeParole(acte=ActeParole.ANONYMISER, le=timezone.localdate(), par=str(auteur), motif=motif)
        with as_validation():
            moved = pur.move(held.valeur, step)
        held.texte = texte.strip()
        _keep(auteur, held, moved)
        Parole.history.filter(cle=held.cle).update(texte=held.texte)
    return held
