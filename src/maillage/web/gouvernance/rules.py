"""Who may do what in governance: one table, role × action; perimeters come from the mandates.

Who organises a meeting of an arrondissement holds a mandate over it, or over the whole département; a meeting
of the département takes a mandate that names no territory.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser, predicate

from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.rules import a_mandat
from maillage.web.gouvernance.models import RemonteeDeposee

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
TABLE = MappingProxyType(
    {
        "lire": _TOUS,
        "decrire": (R.CHARGE_MISSION,),
        "preparer_annee": (R.CHARGE_MISSION,),
        "organiser": (R.CHARGE_MISSION, R.DIRECTION),
        "ecrire_feuille": (
            R.CHARGE_MISSION,
            R.DIRECTION,
            R.PILOTE_DEPARTEMENTAL,
            R.PILOTE_THEMATIQUE,
            R.PILOTE_TERRITORIAL,
        ),
        "remonter": _TOUS,
        "traiter": (R.CHARGE_MISSION, R.DIRECTION),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
        "lire_historique": _TOUS,
    }
)
LIBELLES = MappingProxyType(
    {
        "lire": "Lire le calendrier, les séances, les décisions et les remontées",
        "decrire": "Décrire les comités",
        "preparer_annee": "Préparer le calendrier d’une année",
        "organiser": "Préparer et tenir une séance, écrire son compte rendu et ses décisions",
        "ecrire_feuille": "Écrire la feuille de route d’un arrondissement pour un thème",
        "remonter": "Faire remonter un blocage, une alerte, une recommandation",
        "traiter": "Inscrire, transmettre et répondre à une remontée",
        "commenter": "Commenter",
        "suivre": "Suivre, être prévenu",
        "restaurer": "Rétablir un état passé",
        "lire_historique": "Lire l’historique",
    }
)


@predicate
def est_auteur(personne: Personne, objet: RemonteeDeposee | None = None) -> bool:
    """Whether this person sent it up."""
    return objet is not None and personne.is_authenticated and objet.auteur_id == personne.pk


add_perm("gouvernance.retirer", est_auteur)
for action, roles in TABLE.items():
    add_perm(f"gouvernance.{action}", is_superuser | a_mandat(*roles))
