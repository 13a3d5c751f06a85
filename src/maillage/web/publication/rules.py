"""Who may have what changes sent elsewhere: those who administer accounts."""

from __future__ import annotations

from rules.permissions import add_perm

from maillage.web.comptes.rules import administre

TENIR = "publication.tenir_webhooks"
add_perm(TENIR, administre)
