"""Who may ask for background work: anyone (its address is a secret), within limits."""

from rules.permissions import add_perm
from rules.predicates import always_true

add_perm("socle.demander_travail", always_true)
add_perm("socle.annuler_travail", always_true)
