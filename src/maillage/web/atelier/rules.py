"""Who may do what in the workshop: the roles, then the person's place before one scenario.

A draft is its author's alone, whatever the roles: not even a superuser reads it.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate, is_superuser, predicate

from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
TABLE = MappingProxyType(
    {
        "creer": _TOUS,
        "publier": (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL, R.DIRECTION),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "lire_historique": _TOUS,
    }
)


def en_general(roles: Predicate) -> Predicate:
    """The same roles, whatever the scenario: mandates limited to a theme or a place included."""

    @predicate(f"{roles.name}:en_general")
    def holds(personne: Personne, objet: Any = None) -> bool:
        return bool(roles.test(personne))

    return holds


@predicate
def est_auteur(personne: Personne, objet: ScenarioEnregistre | None = None) -> bool:
    """Whether this person wrote it; a scenario to come is hers."""
    return objet is None or (personne.is_authenticated and objet.auteur_id == personne.pk)


@predicate
def ecrit_avec(personne: Personne, objet: ScenarioEnregistre | None = None) -> bool:
    """Whether this person works for the organisation that it is opened to, and it is no draft."""
    if objet is None or not personne.is_authenticated:
        return False
    return objet.visibilite != objet.Visibilite.BROUILLON and objet.is_de_son_organisation(personne)


for action, roles in TABLE.items():
    add_perm(f"atelier.{action}", is_superuser | en_general(a_mandat(*roles)))
_ecrit = is_superuser | en_general(a_mandat(*TABLE["creer"]))
add_perm("atelier.modifier", _ecrit & (est_auteur | ecrit_avec))
add_perm("atelier.restaurer", _ecrit & (est_auteur | ecrit_avec))
add_perm("atelier.partager", _ecrit & est_auteur)
