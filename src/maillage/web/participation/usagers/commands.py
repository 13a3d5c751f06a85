"""Writes of comités d'usagers: described, joined of one's own will, their propositions read then answered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.participation.identifiants import find_identifying, mask
from maillage.participation.pilotes import REPONDENT
from maillage.participation.propositions import (
    NOMS_ACTES_PROPOSITION,
    TRANCHENT,
    ActeProposition,
    CollegeRepresente,
    EtapeProposition,
    PropositionUsagers,
    move_proposition,
)
from maillage.sdaasp.gouvernance.remontees import NatureRemontee
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance.commands import make_key
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation.commands import check_public
from maillage.web.participation.models import (
    ComiteUsagers,
    MembreUsagers,
    PropositionDeposee,
    ReunionUsagers,
)
from maillage.web.participation.queries import name_comite, read_mandats
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Abonnement

A = ActeProposition
ANIMER, REPONDRE, PROPOSER = "participation.animer", "participation.repondre", "participation.proposer"


def create_comite(
    auteur: Any, champs: Mapping[str, Any], colleges: Sequence[CollegeRepresente]
) -> ComiteUsagers:
    """A new comité d'usagers, within what its author animates."""
    row = ComiteUsagers(cle=make_key("usagers"), colleges=[to_plain(one) for one in colleges], **champs)
    with ecriture(auteur, ANIMER, row):
        suivi.create(auteur, row)
    return row


def change_comite(
    auteur: Any,
    row: ComiteUsagers,
    version: int,
    champs: Mapping[str, Any],
    colleges: Sequence[CollegeRepresente],
) -> ComiteUsagers:
    """Other words, another perimeter, other seats; where it goes is its author's to animate too."""
    fields = {**champs, "colleges": [to_plain(one) for one in colleges]}
    with ecriture(auteur, ANIMER, ComiteUsagers(cle=row.cle, **fields)):
        return suivi.update(auteur, row, version, fields, "Comité d’usagers modifié")


def ask_to_join(personne: Any, row: ComiteUsagers, college: str) -> MembreUsagers:
    """Say, of one's own will and with one's account, that one sits there; asked twice, it is asked once."""
    with ecriture(personne):
        if row.ferme_le is not None:
            raise ValidationError("Ce comité ne se réunit plus.")
        return MembreUsagers.objects.get_or_create(
            comite=row,
            personne=personne,
            defaults={"college": college.strip(), "consenti_le": timezone.localdate()},
        )[0]


def leave(personne: Any, row: ComiteUsagers) -> None:
    """Sit there no more: nothing is left of it."""
    with ecriture(personne):
        MembreUsagers.objects.filter(comite=row, personne=personne).delete()


def settle_membre(auteur: Any, membre: MembreUsagers, *, oui: bool) -> None:
    """Who animates the comité takes an account as a member, or does not: the request goes."""
    with ecriture(auteur, ANIMER, membre.comite):
        held = MembreUsagers.objects.filter(pk=membre.pk)
        if oui:
            held.update(confirme_le=timezone.localdate())
        else:
            held.delete()


def add_reunion(auteur: Any, row: ComiteUsagers, champs: Mapping[str, Any]) -> ReunionUsagers:
    """A meeting, to come or held."""
    made = ReunionUsagers(cle=make_key("reunion"), comite=row, **champs)
    with ecriture(auteur, ANIMER, row):
        suivi.create(auteur, made)
    return made


def change_reunion(
    auteur: Any, row: ReunionUsagers, version: int, champs: Mapping[str, Any]
) -> ReunionUsagers:
    """Another day, another agenda, how many came."""
    return suivi.update(auteur, row, version, champs, "Réunion modifiée")


@dataclass(frozen=True, kw_only=True)
class DemandeProposition:
    """What a comité d'usagers proposes. ``relu``: what may be a name was read, and is none.

    ``theme`` and ``territoire`` empty: those of the comité. ``connus``: names of communes.
    """

    texte: str
    theme: str = ""
    territoire: str = ""
    reunion: ReunionUsagers | None = None
    relu: bool = False
    connus: Collection[str] = ()


def propose(auteur: Any, comite: ComiteUsagers, demande: DemandeProposition) -> PropositionDeposee:
    """Set a proposition down: public at once when who animates the comité writes it, else read first."""
    if comite.ferme_le is not None:
        raise ValidationError("Ce comité ne se réunit plus.")
    check_public(demande.texte, demande.connus, relu=demande.relu)
    with ecriture(auteur, PROPOSER, comite):
        row = _create(auteur, comite, demande, timezone.localdate())
        return publish(auteur, row, row.version) if auteur.has_perm(ANIMER, comite) else row


def _create(
    auteur: Any, comite: ComiteUsagers, demande: DemandeProposition, le: date, *, essai: bool = False
) -> PropositionDeposee:
    value = PropositionUsagers(cle=make_key("proposition"))
    with as_validation():
        value = move_proposition(value, EtapeProposition(acte=A.DEPOSER, le=le))
    row = PropositionDeposee(
        cle=value.cle, comite=comite, reunion=demande.reunion, texte=demande.texte.strip(),
        theme=demande.theme or comite.theme, territoire=demande.territoire or comite.territoire, essai=essai,
    )  # fmt: skip
    row.write(row.take(value))
    suivi.create(auteur, row, "Déposée")
    return row


def _advance(
    auteur: Any,
    row: PropositionDeposee,
    version: int | None,
    etape: EtapeProposition,
    champs: Mapping[str, Any] | None = None,
) -> PropositionDeposee:
    """One step: lock, rules, history; ``version`` null: whatever it is. The permission was asked before."""
    with ecriture(auteur):
        rows = PropositionDeposee.objects.select_for_update(of=("self",)).select_related("comite")
        current = rows.get(pk=row.pk)
        if version is not None and current.version != version:
            raise suivi.ConflitVersion(current)
        with as_validation():
            value = move_proposition(current.valeur, etape)
        current.write({**(champs or {}), **current.take(value)})
        suivi.save_change(auteur, current, ["etapes"], NOMS_ACTES_PROPOSITION[etape.acte])
    return current


def _step(auteur: Any, row: PropositionDeposee, acte: ActeProposition, texte: str = "") -> EtapeProposition:
    return EtapeProposition(
        acte=acte, le=timezone.localdate(), texte=texte.strip(), par=name_office(auteur, row)
    )


def name_office(personne: Any, row: PropositionDeposee) -> str:
    """In the name of whom a person acts: the role and the organisation of her mandate, never her own name."""
    held = [m for m in personne.mandats_en_cours if m.est_de(REPONDENT) and m.portee.couvre(row.perimetre)]
    held.sort(key=lambda mandat: REPONDENT.index(mandat.role))
    return f"{held[0].get_role_display()}, {held[0].organisation}" if held else ""


def publish(auteur: Any, row: PropositionDeposee, version: int) -> PropositionDeposee:
    """Show it to all; who pilots its subject by mandate follows it from then on."""
    with ecriture(auteur, ANIMER, row.comite):
        moved = _advance(auteur, row, version, EtapeProposition(acte=A.PUBLIER, le=timezone.localdate()))
        for mandat in read_mandats().pick(moved):
            Abonnement.objects.get_or_create(objet=moved.cle, personne=mandat.personne)
    return moved


def withdraw(auteur: Any, row: PropositionDeposee, version: int, motif: str) -> PropositionDeposee:
    """The comité d'usagers takes it back, or who animates it does not publish it, and why."""
    with ecriture(auteur, ANIMER, row.comite):
        step = EtapeProposition(acte=A.RETIRER, le=timezone.localdate(), texte=motif.strip())
        return _advance(auteur, row, version, step)


def hide(
    auteur: Any, row: PropositionDeposee, version: int, texte: str, motif: str, connus: Collection[str]
) -> PropositionDeposee:
    """Another public text, and why; the former one is in no version."""
    if not texte.strip():
        raise ValidationError("Pour tout enlever, retirez la proposition : elle ne sera plus publique.")
    check_public(texte, connus, relu=True)
    with ecriture(auteur, ANIMER, row.comite):
        step = EtapeProposition(acte=A.MASQUER, le=timezone.localdate(), texte=motif.strip())
        return _advance(auteur, row, version, step, {"texte": texte.strip()})


def answer(
    auteur: Any,
    row: PropositionDeposee,
    version: int,
    acte: ActeProposition,
    texte: str,
    connus: Collection[str],
) -> PropositionDeposee:
    """Kept, kept in part, not kept, under study, opened again: with a reason that all may read."""
    if acte not in TRANCHENT | {A.ETUDIER, A.ROUVRIR}:
        raise ValidationError("Dites ce qui en est gardé : retenue, en partie, non retenue, à l’étude.")
    check_public(texte, connus, relu=True)
    with ecriture(auteur, REPONDRE, row):
        return _advance(auteur, row, version, _step(auteur, row, acte, texte))


def send_up(
    auteur: Any, row: PropositionDeposee, version: int, texte: str, connus: Collection[str]
) -> PropositionDeposee:
    """Ask a comité of the governance, in one's own words: a remontée about it, sent where the rule says."""
    if not texte.strip():
        raise ValidationError("Dites au comité ce que vous lui demandez.")
    check_public(texte, connus, relu=True)
    with ecriture(auteur, REPONDRE, row):
        up = gouvernance.deposit(
            auteur, NatureRemontee.PROPOSITION, texte, theme=row.theme, territoire=row.territoire,
            objet=row.cle,
        )  # fmt: skip
        step = _step(auteur, row, A.TRANSMETTRE, texte)
        kept = EtapeProposition(acte=step.acte, le=step.le, texte=step.texte, vers=up.cle, par=step.par)
        return _advance(auteur, row, version, kept, {"remontee": up.cle})


def follow_remontee(auteur: Any, up: RemonteeDeposee) -> None:
    """What a comité answers enters the journal, without names; it is then to say what is kept."""
    row = PropositionDeposee.objects.filter(remontee=up.cle, etat=A.TRANSMETTRE.value).first()
    if row is None or not up.close:
        return
    last = up.valeur.etapes[-1]
    said = mask(last.texte, [one for one in find_identifying(last.texte) if one.sur])
    step = EtapeProposition(
        acte=A.ENTENDRE, le=max(last.le, row.valeur.etapes[-1].le), texte=said, par=name_comite(last.comite)
    )
    _advance(auteur, row, None, step)


def keep_example(
    row: ComiteUsagers,
    reunion: ReunionUsagers,
    propositions: Sequence[tuple[str, Sequence[tuple[ActeProposition, str]]]],
) -> ComiteUsagers:
    """A simulated comité, its meeting, what it proposes and what follows, for who tries the tool."""
    with ecriture(None):
        row.cle, reunion.cle, reunion.comite = make_key("usagers"), make_key("reunion"), row
        suivi.create(None, row, "Jeu d’essai")
        suivi.create(None, reunion, "Jeu d’essai")
        for texte, suite in propositions:
            demande = DemandeProposition(texte=texte, reunion=reunion)
            one = _create(None, row, demande, reunion.jour, essai=True)
            for rank, (acte, said) in enumerate(suite):
                day = reunion.jour + timedelta(days=7 * rank)
                step = EtapeProposition(acte=acte, le=day, texte=said, par="jeu d’essai" if said else "")
                one = _advance(None, one, None, step)
    return row
