"""Permissions: predicates over the mandates that run today.

Other apps build theirs from :func:`a_mandat`:
``add_perm("programme.modifier_fiche", a_mandat(Role.PILOTE_THEMATIQUE, Role.CHARGE_MISSION))``.
An object tells what it bears on by its ``perimetre`` (see ``maillage.sdaasp.mandats.perimetre``); without an
object, any mandate of the role is enough. Who may give which mandate: ``maillage.sdaasp.mandats.autorite``.
"""

from __future__ import annotations

from typing import Any

from rules.permissions import add_perm
from rules.predicates import Predicate, is_authenticated, is_superuser, predicate

from maillage.web.comptes.models import Mandat, Personne

Role = Mandat.Role


def a_mandat(*roles: Mandat.Role) -> Predicate:
    """Whether a person holds, today, a mandate of one of ``roles`` that covers the object."""

    @predicate(f"a_mandat:{','.join(roles)}")
    def holds(personne: Personne, objet: Any = None) -> bool:
        if not personne.is_authenticated or not personne.is_active:
            return False
        held = [m for m in personne.mandats_en_cours if m.est_de(roles)]
        perimetre = getattr(objet, "perimetre", None)
        return any(perimetre is None or m.portee.couvre(perimetre) for m in held)

    return holds


@predicate
def est_soi(personne: Personne, objet: Any = None) -> bool:
    """Whether the object is, or belongs to, this very person."""
    return personne.is_authenticated and getattr(objet, "personne", objet) == personne


administre = is_superuser | a_mandat(Role.ADMINISTRATION)

add_perm("comptes", administre)
add_perm("suivi.suivre", is_superuser | a_mandat(*set(Role) - {Role.ADMINISTRATION}))
add_perm("comptes.administrer", administre)
add_perm("comptes.inviter", administre | a_mandat(Role.CHARGE_MISSION))
add_perm("comptes.gerer_jetons", is_authenticated)
add_perm("comptes.revoquer_jeton", est_soi | administre)
for action in ("view", "add", "change", "delete"):
    for model in ("organisation", "mandat", "personne"):
        add_perm(f"comptes.{action}_{model}", administre)
