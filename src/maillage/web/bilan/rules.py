"""Who may do what with a bilan: one table, role × action; perimeters come from the mandates."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
PILOTES = (R.PILOTE_DEPARTEMENTAL, R.PILOTE_THEMATIQUE, R.COPILOTE, R.PILOTE_TERRITORIAL)
TABLE = MappingProxyType(
    {
        "lire": _TOUS,
        "conduire": (R.CHARGE_MISSION,),
        "relire": (R.CHARGE_MISSION, R.DIRECTION),
        "contribuer": (R.CHARGE_MISSION, R.DIRECTION, *PILOTES),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
        "lire_historique": _TOUS,
    }
)
LIBELLES = MappingProxyType(
    {
        "lire": "Lire un bilan et ses contributions",
        "conduire": "Ouvrir un bilan, demander les contributions, le consolider, le dire validé, le figer",
        "relire": "Consolider la part d’un arrondissement",
        "contribuer": "Écrire une contribution",
        "commenter": "Commenter",
        "suivre": "Suivre, être prévenu",
        "restaurer": "Rétablir un état passé d’une contribution",
        "lire_historique": "Lire l’historique",
    }
)

for action, roles in TABLE.items():
    add_perm(f"bilan.{action}", is_superuser | a_mandat(*roles))
