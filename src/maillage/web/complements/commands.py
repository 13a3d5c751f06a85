"""Writes on the lines of partners: proposed, decided, taken up again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from maillage.web.complements.models import OUVERTES, ComplementPropose
from maillage.web.comptes.models import Mandat, Organisation, Personne
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Abonnement

LIRE, PROPOSER, RELIRE = "complements.lire", "complements.proposer", "complements.relire"
REPRENDRE: Final = "complements.reprendre"
Etat = ComplementPropose.Etat
ACCEPTER, REFUSER, DEMANDER, MAINTENIR = "accepter", "refuser", "demander", "maintenir"
DECISIONS: Final = {
    ACCEPTER: Etat.ACCEPTEE,
    REFUSER: Etat.REFUSEE,
    DEMANDER: Etat.QUESTION,
    MAINTENIR: Etat.ACCEPTEE,
}


@dataclass(frozen=True)
class ChampDit:
    """One field of one place, as somebody says it is: what a form or a row of a file becomes."""

    lieu: str
    type_lieu: str
    nom: str
    code_insee: str
    champ: str
    valeur: str
    avant: str = ""
    origine: str = ""
    arrondissement: str = ""
    themes: tuple[str, ...] = ()
    source: str = ""
    lien: str = ""
    verifie_le: date | None = None


@dataclass(frozen=True)
class Attestation:
    """Who says it: the organisation, what it read, when; a row that says its own keeps it."""

    organisation: Organisation
    source: str
    lien: str
    verifie_le: date


def make_ajout() -> str:
    """The id of a place to add, of no other."""
    return f"ajout:{secrets.token_hex(6)}"


def propose(auteur: Any, lines: Sequence[ChampDit], attestation: Attestation) -> list[ComplementPropose]:
    """Propose lines, all of them or none; whoever proposes them follows them.

    Raises:
        ValidationError: with every fault of every line; a line that the same organisation proposes already.
    """
    if not lines:
        raise ValidationError("Rien n’a changé : aucune ligne à proposer.")
    with ecriture(auteur, PROPOSER):
        _check_organisation(auteur, attestation.organisation)
        rows = [_make_row(auteur, line, attestation) for line in lines]
        _check_all(rows)
        for row in rows:
            suivi.create(auteur, row, "Proposée")
        Abonnement.objects.bulk_create(Abonnement(objet=row.cle, personne=auteur) for row in rows)
    return rows


def _check_organisation(auteur: Any, organisation: Organisation) -> None:
    held = {mandat.organisation_id for mandat in auteur.mandats_en_cours}
    if organisation.pk not in held and not auteur.is_superuser:
        raise ValidationError("On ne propose qu’au nom d’une organisation dont on a un mandat.")


def _make_row(auteur: Any, line: ChampDit, attestation: Attestation) -> ComplementPropose:
    return ComplementPropose(
        cle=f"complement-{secrets.token_hex(6)}",
        lieu=line.lieu,
        type_lieu=line.type_lieu,
        nom=line.nom,
        code_insee=line.code_insee,
        arrondissement=line.arrondissement,
        themes=list(line.themes),
        champ=line.champ,
        valeur=line.valeur,
        avant=line.avant,
        origine=line.origine,
        source=line.source or attestation.source,
        lien=line.lien or attestation.lien,
        verifie_le=line.verifie_le or attestation.verifie_le,
        organisation=attestation.organisation,
        auteur=auteur,
    )


def _check_all(rows: Iterable[ComplementPropose]) -> None:
    rows = list(rows)
    faults: list[str] = []
    for row in rows:
        try:
            row.check_rules()
        except ValidationError as error:
            faults += [f"{row.nom} : {text}" for text in error.messages]
    faults += [f"{row} : votre organisation le propose déjà." for row in _find_twice(rows)]
    if faults:
        raise ValidationError(faults)


def _find_twice(rows: Sequence[ComplementPropose]) -> list[ComplementPropose]:
    """The lines whose organisation has one open on the same field: 1 query."""
    known = ComplementPropose.objects.filter(etat__in=OUVERTES, lieu__in={row.lieu for row in rows})
    held = set(known.values_list("lieu", "champ", "organisation"))
    return [row for row in rows if (row.lieu, row.champ, row.organisation_id) in held]


def decide(
    auteur: Any, row: ComplementPropose, version: int, decision: str, motif: str = "", valeur: str = ""
) -> list[ComplementPropose]:
    """Accept, accept with another value, refuse with a reason, ask; the lines changed, this one first.

    Accepting replaces the line accepted before on the same field of the same place.
    """
    motif = motif.strip()
    if decision not in DECISIONS:
        raise ValidationError("Choisissez : accepter, refuser, ou poser une question.")
    if decision in {REFUSER, DEMANDER} and not motif:
        asked = "la raison du refus" if decision == REFUSER else "la question"
        raise ValidationError(f"Écrivez {asked} : qui a proposé la lira.")
    state = DECISIONS[decision]
    fields: dict[str, Any] = {"etat": state, "motif": motif, "relu_par": auteur, "relu_le": timezone.now()}
    with ecriture(auteur, RELIRE, row):
        _refuse_state(row, decision)
        if decision == ACCEPTER and valeur.strip() and valeur.strip() != row.valeur:
            fields["valeur"] = valeur.strip()
        replaced = _replace_others(auteur, row) if state == Etat.ACCEPTEE else []
        told = f"{Etat(state).label.capitalize()}{' avec changement' if 'valeur' in fields else ''}"
        return [suivi.update(auteur, row, version, fields, told), *replaced]


def _refuse_state(row: ComplementPropose, decision: str) -> None:
    if decision == MAINTENIR and row.etat != Etat.ACCEPTEE:
        raise ValidationError("On ne maintient qu’une ligne acceptée.")
    if row.etat == Etat.RETIREE:
        raise ValidationError("Cette ligne a été retirée par qui la proposait.")


def _replace_others(auteur: Any, row: ComplementPropose) -> list[ComplementPropose]:
    others = ComplementPropose.objects.select_for_update().filter(
        ~Q(pk=row.pk), lieu=row.lieu, champ=row.champ, etat=Etat.ACCEPTEE
    )
    return [
        suivi.update(auteur, one, one.version, {"etat": Etat.REMPLACEE}, "Remplacée par une autre ligne")
        for one in others.order_by("pk")
    ]


def decide_all(
    auteur: Any, rows: Iterable[ComplementPropose], versions: Mapping[str, int], decision: str, motif: str
) -> list[ComplementPropose]:
    """The same decision on several lines (``versions`` by key): all of them, or none.

    Raises:
        ValidationError: two of them answer to the same field of the same place.
    """
    rows = list(rows)
    twice = len({(row.lieu, row.champ) for row in rows}) < len(rows)
    if decision == ACCEPTER and twice:
        raise ValidationError("Deux lignes cochées se contredisent : choisissez celle qui vaut.")
    with ecriture(auteur):
        return [done for row in rows for done in decide(auteur, row, versions[row.cle], decision, motif)]


def maintain(
    auteur: Any, row: ComplementPropose, version: int, base: str, origine: str
) -> list[ComplementPropose]:
    """Keep an accepted line although its list says something else since: it answers to that value now."""
    with ecriture(auteur, RELIRE, row):
        _refuse_state(row, MAINTENIR)
        fields = {
            "avant": base, "origine": origine, "relu_par": auteur, "relu_le": timezone.now(), "motif": "",
        }  # fmt: skip
        return [suivi.update(auteur, row, version, fields, "Maintenue : la liste a changé")]


def take_up(
    auteur: Any, row: ComplementPropose, version: int, champs: Mapping[str, Any]
) -> ComplementPropose:
    """Change one's own line while nobody has decided, or answer a question: it waits to be read again."""
    with ecriture(auteur, REPRENDRE, row):
        current = _lock_open(row, version)
        known = {
            name: value
            for name, value in champs.items()
            if name in {"valeur", "source", "lien", "verifie_le"}
        }
        for name, value in {**known, "etat": Etat.PROPOSEE}.items():
            setattr(current, name, value)
        suivi.save_change(auteur, current, known, "Reprise par qui la propose")
        return current


def withdraw(auteur: Any, row: ComplementPropose, version: int) -> ComplementPropose:
    """Take back one's own line while nobody has decided."""
    with ecriture(auteur, REPRENDRE, row):
        current = _lock_open(row, version)
        current.etat = Etat.RETIREE
        suivi.save_change(auteur, current, ["etat"], "Retirée par qui la propose")
        return current


def _lock_open(row: ComplementPropose, version: int) -> ComplementPropose:
    current = ComplementPropose.objects.select_for_update().get(pk=row.pk)
    if current.version != version:
        raise suivi.ConflitVersion(current)
    if not current.ouverte:
        raise ValidationError("Cette ligne est déjà tranchée : proposez-en une autre.")
    return current


def join_example(personne: Personne, nom: str) -> Organisation:
    """A second organisation for a demonstration account, so that an example may hold two that disagree."""
    with ecriture(None):
        other, _ = Organisation.objects.get_or_create(nom=nom, defaults={"nature": Organisation.Nature.EPCI})
        Mandat.objects.get_or_create(personne=personne, role=Mandat.Role.PARTENAIRE, organisation=other)
    return other
