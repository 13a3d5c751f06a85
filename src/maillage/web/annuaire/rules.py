"""Who may import records and correct them; anyone reads them."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
TABLE = MappingProxyType(
    {
        "importer": (R.CHARGE_MISSION,),
        "corriger": tuple(R(value) for value in R.values if value != R.ADMINISTRATION),
        "suivre_correction": (R.CHARGE_MISSION,),
        "reunir": (R.CHARGE_MISSION, R.DIRECTION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_TERRITORIAL, R.ACCUEIL),
    }
)
LIBELLES = MappingProxyType(
    {
        "importer": "Importer des fiches dans l’annuaire, défaire un import",
        "corriger": "Proposer une correction d’une fiche, confirmer qu’elle est encore juste",
        "suivre_correction": "Dire où en est une correction auprès de sa source",
        "reunir": "Dire si deux fiches de l’annuaire sont un même lieu, revenir dessus",
    }
)

for action, roles in TABLE.items():
    add_perm(f"annuaire.{action}", is_superuser | a_mandat(*roles))
