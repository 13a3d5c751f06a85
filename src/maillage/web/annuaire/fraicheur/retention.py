"""What is forgotten each day: the links of campaigns that have ended, and who was written to."""

from __future__ import annotations

from maillage.web.annuaire.fraicheur import commands
from maillage.web.comptes.retention.commands import register

register("campagnes de fraîcheur", commands.forget)
