"""Who may ask for background work: anyone (its address is a secret), within limits."""

import rules

rules.add_perm("socle.demander_travail", rules.always_true)
rules.add_perm("socle.annuler_travail", rules.always_true)
