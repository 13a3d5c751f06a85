"""Who may do what in the making of a schema: one table, role × action; perimeters come from the mandates.

An event bears on its themes in its arrondissement, a parole on its theme in its own: who sorts holds a
mandate over them. What has neither is sorted by who covers the whole département.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
_THEME = (R.CHARGE_MISSION, R.DIRECTION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_THEMATIQUE)
_TERRAIN = (*_THEME, R.COPILOTE, R.PILOTE_TERRITORIAL)
TABLE = MappingProxyType(
    {
        "lire": _TOUS,
        "conduire": (R.CHARGE_MISSION,),
        "organiser": _TERRAIN,
        "contribuer": _TOUS,
        "trier": _TERRAIN,
        "importer": (R.CHARGE_MISSION,),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
        "lire_historique": _TOUS,
    }
)
LIBELLES = MappingProxyType(
    {
        "lire": "Lire les événements, les paroles et ce qu’elles deviennent",
        "conduire": "Ouvrir une élaboration ou une révision, la clore, publier ce qui en a été retenu",
        "organiser": "Préparer et tenir un événement, l’ouvrir à tous",
        "contribuer": "Écrire une parole, en salle ou en ligne",
        "trier": "Modérer, ranger, retenir ou non une parole",
        "importer": "Reprendre un tableau de paroles",
        "commenter": "Commenter",
        "suivre": "Suivre, être prévenu",
        "restaurer": "Rétablir un état passé",
        "lire_historique": "Lire l’historique",
    }
)

for action, roles in TABLE.items():
    add_perm(f"elaboration.{action}", is_superuser | a_mandat(*roles))
