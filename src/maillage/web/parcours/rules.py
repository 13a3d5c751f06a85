"""Who may do what in the legal course: one table, role × action.

The arrêté is the préfet's: whoever conducts the course records it, on either side, and so does the direction
of the whole département; a mandate on one arrondissement does not. A body's own agents record its avis: those
who hold a mandate of partner for the organisation it is tied to.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser, predicate

from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.rules import a_mandat
from maillage.web.parcours.models import OrganismeConsulte

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
TABLE = MappingProxyType(
    {
        "lire": _TOUS,
        "conduire": (R.CHARGE_MISSION,),
        "arreter": (R.CHARGE_MISSION, R.DIRECTION),
        "emporter": (R.CHARGE_MISSION, R.DIRECTION),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
        "lire_historique": _TOUS,
    }
)


@predicate
def est_de_l_organisme(personne: Personne, objet: OrganismeConsulte | None = None) -> bool:
    """Whether this person is a partner of the schema, today, for the body itself."""
    if objet is None or objet.organisation_id is None or not personne.is_authenticated:
        return False
    held = personne.mandats_en_cours
    return any(m.est_de((R.PARTENAIRE,)) and m.organisation_id == objet.organisation_id for m in held)


add_perm("parcours.rendre", is_superuser | a_mandat(R.CHARGE_MISSION) | est_de_l_organisme)
for action, roles in TABLE.items():
    add_perm(f"parcours.{action}", is_superuser | a_mandat(*roles))
