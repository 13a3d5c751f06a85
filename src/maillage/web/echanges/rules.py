"""Who reads, writes and moderates a space for exchange: mandates, by what they touch and what they cover.

A space is open to each mandate that touches its theme and its place: that of an arrondissement opens the
space of the département on its theme, and the spaces of no other arrondissement. Who moderates covers it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate, is_superuser, predicate

from maillage.sdaasp.mandats.perimetre import Perimetre, Portee
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.echanges.models import MessageEchange

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
_MODERENT = (
    R.CHARGE_MISSION,
    R.DIRECTION,
    R.PILOTE_DEPARTEMENTAL,
    R.PILOTE_THEMATIQUE,
    R.PILOTE_TERRITORIAL,
)
LIBELLES = MappingProxyType(
    {
        "lire": "Lire un espace d’échange",
        "ecrire": "Y écrire, y joindre un document",
        "moderer": "En retirer le message ou le document d’un autre",
        "suivre": "Suivre, être prévenu",
    }
)


def _holds(roles: tuple[Mandat.Role, ...], bears: Callable[[Portee, Perimetre], bool]) -> Predicate:
    """Whether a mandate of today, of one of these roles, bears on a space; any, without one."""

    @predicate(f"{bears.__name__}:{','.join(roles)}")
    def check(personne: Personne, objet: Any = None) -> bool:
        if not personne.is_authenticated or not personne.is_active:
            return False
        held = [m.portee for m in personne.mandats_en_cours if m.est_de(roles)]
        return any(objet is None or bears(portee, objet.sujet) for portee in held)

    return check


membre = is_superuser | _holds(_TOUS, Portee.touche)
modere = is_superuser | _holds(_MODERENT, Portee.couvre)


@predicate
def retire(personne: Personne, objet: MessageEchange | None = None) -> bool:
    """Whether this person may take a message away: who wrote it, or who moderates its space."""
    if objet is None or not membre(personne, objet.espace):
        return False
    return bool(objet.auteur_id == personne.pk or modere(personne, objet.espace))


add_perm("echanges.lire", membre)
add_perm("echanges.ecrire", membre)
add_perm("echanges.suivre", membre)
add_perm("echanges.moderer", modere)
add_perm("echanges.retirer", retire)
