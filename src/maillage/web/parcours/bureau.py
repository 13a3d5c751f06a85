"""What a desk shows of the course: the avis that one's own body owes; to who conducts it, those to recall."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.francais import jour as dire_jour
from maillage.sdaasp.parcours.delais import list_rappels
from maillage.web.parcours import queries
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES = 20


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections of a desk; empty ones are left out."""
    if not personne.has_perm("parcours.lire"):
        return []
    waiting = queries.list_attendus(jour)
    found = [Apport("avis-a-donner", "Avis à donner", _list_own(personne, waiting), urgent=True)]
    if personne.has_perm("parcours.conduire"):
        recalled = [_write(line) for line in waiting if is_recalled(line, jour)]
        found.append(Apport("avis-attendus", "Avis à rappeler", recalled[:LIGNES], urgent=True))
    return [one for one in found if one.lignes]


def _list_own(personne: Any, waiting: list[queries.LigneOrganisme]) -> list[LigneDeBureau]:
    """Those that this person's own organisation owes; whoever conducts the course owes none."""
    held = {m.organisation_id for m in personne.mandats_en_cours}
    own = (line for line in waiting if line.objet.organisation_id in held)
    return [_write(line) for line in own if personne.has_perm("parcours.rendre", line.objet)][:LIGNES]


def _write(line: queries.LigneOrganisme) -> LigneDeBureau:
    end = line.suivi.echeance
    when = f"jusqu’au {dire_jour(end)} inclus, sans quoi il est réputé donné" if end else ""
    return LigneDeBureau(f"Avis de {line.objet.nom} sur le schéma", line.objet.get_absolute_url(), when)


def is_recalled(line: queries.LigneOrganisme, jour: date) -> bool:
    """Whether the first reminder has come, the delay still running."""
    days = list_rappels(line.objet.saisi_le) if line.objet.saisi_le else ()
    return bool(days) and days[0] <= jour


register(list_apports)
