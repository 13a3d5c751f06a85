"""Permissions: predicates over the mandates that run today.

Other apps build theirs from :func:`a_mandat`: ``rules.add_perm("programme.modifier_fiche",
a_mandat(Role.PILOTE_THEMATIQUE, Role.CHARGE_MISSION))``. An object tells what it bears on by its ``perimetre``
(a :class:`~maillage.web.comptes.perimetre.Perimetre`); without an object, any mandate of the role is enough.
"""

from __future__ import annotations

from typing import Any

import rules

from maillage.web.comptes.models import Mandat, Personne

Role = Mandat.Role


def a_mandat(*roles: Mandat.Role) -> rules.Predicate:
    """Whether a person holds, today, a mandate of one of ``roles`` that covers the object."""

    @rules.predicate(f"a_mandat:{','.join(roles)}")
    def holds(personne: Personne, objet: Any = None) -> bool:
        if not personne.is_authenticated or not personne.is_active:
            return False
        held = [m for m in personne.mandats_en_cours if m.role in roles]
        perimetre = getattr(objet, "perimetre", None)
        return any(perimetre is None or m.portee.couvre(perimetre) for m in held)

    return holds


@rules.predicate
def est_soi(personne: Personne, objet: Any = None) -> bool:
    """Whether the object is, or belongs to, this very person."""
    return personne.is_authenticated and getattr(objet, "personne", objet) == personne


administre = rules.is_superuser | a_mandat(Role.ADMINISTRATION)

rules.add_perm("comptes", administre)
rules.add_perm("comptes.administrer", administre)
rules.add_perm("comptes.inviter", administre | a_mandat(Role.CHARGE_MISSION))
rules.add_perm("comptes.gerer_jetons", rules.is_authenticated)
rules.add_perm("comptes.revoquer_jeton", est_soi | administre)
for action in ("view", "add", "change", "delete"):
    for model in ("organisation", "mandat", "personne"):
        rules.add_perm(f"comptes.{action}_{model}", administre)
