"""What is forgotten each day: orientations, some days after they are closed."""

from __future__ import annotations

from maillage.web.annuaire.accueil import commands
from maillage.web.comptes.retention.commands import register

register("orientations", commands.forget_orientations)
