"""Who may do what with what residents say: one table, role × action; perimeters come from the mandates."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser, predicate

from maillage.participation.pilotes import REPONDENT
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.rules import a_mandat
from maillage.web.participation.models import ComiteUsagers
from maillage.web.participation.usagers.queries import is_membre

R = Mandat.Role
_REPONDENT = tuple(R(role) for role in REPONDENT)
TABLE = MappingProxyType(
    {
        "moderer": (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL),
        "repondre": _REPONDENT,
        "enqueter": (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_THEMATIQUE, R.PILOTE_TERRITORIAL),
        "animer": _REPONDENT,
        "commenter": _REPONDENT,
        "suivre": _REPONDENT,
        "lire_historique": _REPONDENT,
        "restaurer": (R.CHARGE_MISSION,),
    }
)
LIBELLES = MappingProxyType(
    {
        "moderer": "Relire, publier, masquer, refuser ou réunir des signalements",
        "repondre": "Répondre à un signalement, ou le transmettre à un comité",
        "enqueter": "Préparer une enquête, entrer les réponses papier, publier ses résultats",
        "animer": "Animer un comité d’usagers : qui y siège, ses réunions, ses propositions à relire",
        "commenter": "Commenter un signalement, une proposition, entre soi",
        "suivre": "Suivre, être prévenu",
        "lire_historique": "Lire l’historique",
        "restaurer": "Rétablir un classement passé",
    }
)
for action, roles in TABLE.items():
    add_perm(f"participation.{action}", is_superuser | a_mandat(*roles))


@predicate
def est_membre(personne: Personne, objet: ComiteUsagers | None = None) -> bool:
    """Whether this account is a confirmed member of a comité d'usagers."""
    return objet is not None and is_membre(personne, objet)


add_perm("participation.proposer", est_membre | is_superuser | a_mandat(*TABLE["animer"]))
