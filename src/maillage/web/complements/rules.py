"""Who may do what with the lines of partners: one table, role × action; perimeters come from the mandates."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser, predicate

from maillage.web.complements.models import ComplementPropose
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
_RELISENT = (
    R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_THEMATIQUE, R.COPILOTE, R.PILOTE_TERRITORIAL,
)  # fmt: skip
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
TABLE = MappingProxyType(
    {
        "lire": _TOUS,
        "proposer": (*_RELISENT, R.PARTENAIRE, R.ACCUEIL),
        "relire": _RELISENT,
        "commenter": _TOUS,
        "suivre": _TOUS,
        "lire_historique": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
    }
)
LIBELLES = MappingProxyType(
    {
        "lire": "Lire ce que les partenaires proposent pour les lieux de l’atlas, l’exporter",
        "proposer": "Corriger un lieu de l’atlas, en ajouter, en signaler la fermeture",
        "relire": "Accepter, refuser, interroger ce que proposent les partenaires",
        "commenter": "Commenter une ligne",
        "suivre": "Suivre une ligne, être prévenu",
        "lire_historique": "Lire l’historique d’une ligne",
        "restaurer": "Rétablir un état passé d’une ligne",
    }
)
for action, roles in TABLE.items():
    add_perm(f"complements.{action}", is_superuser | a_mandat(*roles))


@predicate
def est_de_la_mienne(personne: Personne, objet: ComplementPropose | None = None) -> bool:
    """Whether a line was proposed by this account, or for an organisation it holds a mandate of."""
    if not personne.is_authenticated or objet is None:
        return False
    mine = {mandat.organisation_id for mandat in personne.mandats_en_cours}
    return objet.auteur_id == personne.pk or objet.organisation_id in mine


add_perm("complements.reprendre", is_superuser | (a_mandat(*TABLE["proposer"]) & est_de_la_mienne))
