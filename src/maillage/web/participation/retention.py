"""What is forgotten each day: ways to call back, texts as they were received."""

from __future__ import annotations

from maillage.web.comptes.retention.commands import register
from maillage.web.participation import commands

register("contacts de rappel", commands.forget_contacts)
register("textes de signalements", commands.forget_texts)
