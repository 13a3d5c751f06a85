"""What a desk shows of an élaboration: what waits to be sorted, the events to prepare or to count."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from django.urls import reverse

from maillage.catalogue.lecture import read_toml
from maillage.francais import accord
from maillage.sdaasp.elaboration.modele import ETATS_EVENEMENT, EtatEvenement
from maillage.sdaasp.elaboration.paroles import EtatParole
from maillage.web.elaboration import queries
from maillage.web.elaboration.models import Elaboration
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES: Final = 10
MOTS: Final = {
    EtatParole.A_MODERER: ("parole à modérer", "paroles à modérer"),
    EtatParole.A_TRIER: ("parole à trier", "paroles à trier"),
    EtatParole.RANGEE: ("parole rangée, à retenir ou non", "paroles rangées, à retenir ou non"),
}
A_PREPARER: Final = timedelta(days=read_toml("delais_gouvernance.toml")["preparation_evenement"]["jours"])


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections of a desk; empty ones are left out."""
    if not personne.has_perm("elaboration.lire"):
        return []
    found = [
        Apport("paroles", "Élaborations où des paroles attendent", _list_to_sort(personne), urgent=True),
        Apport("evenements", "Événements à préparer", _list_to_prepare(personne, jour), urgent=True),
    ]
    return [one for one in found if one.lignes]


def _list_to_sort(personne: Any) -> list[LigneDeBureau]:
    """What waits in the perimeters that this person sorts, by élaboration and state."""
    if not personne.has_perm("elaboration.trier"):
        return []
    counts: Counter[tuple[Elaboration, str]] = Counter()
    covered: dict[tuple[str, str], bool] = {}
    for row in queries.list_to_sort():
        where = (row.theme, row.territoire)
        if where not in covered:
            covered[where] = personne.has_perm(row.MODIFIER, row)
        if covered[where]:
            counts[row.elaboration, row.etat] += 1
    return [
        LigneDeBureau(
            accord(counts[parent, state.value], *words),
            f"{reverse('elaboration:tri', args=[parent.cle])}?etat={state.value}",
            str(parent),
        )
        for parent in dict.fromkeys(parent for parent, _ in counts)
        for state, words in MOTS.items()
        if counts[parent, state.value]
    ][:LIGNES]


def _list_to_prepare(personne: Any, jour: date) -> list[LigneDeBureau]:
    """The events that this person organises, soon or past, and what they lack."""
    if not personne.has_perm("elaboration.organiser"):
        return []
    rows = queries.list_to_prepare(jour, jour + A_PREPARER)
    return [
        LigneDeBureau(row.titre, row.get_absolute_url(), _tell(row, jour))
        for row in rows
        if personne.has_perm(row.MODIFIER, row)
    ][:LIGNES]


def _tell(row: Any, jour: date) -> str:
    when = f"le {row.debut:%d/%m/%Y}"
    if row.fin < jour:
        return f"{when} : dites-le tenu, et combien sont venus"
    if not row.invitees:
        return f"{when} : aucune organisation invitée"
    state = ETATS_EVENEMENT[EtatEvenement(row.etat)]
    return f"{when} : {state}" if row.etat == EtatEvenement.INVITE else f"{when} : invitations à envoyer"


register(list_apports)
