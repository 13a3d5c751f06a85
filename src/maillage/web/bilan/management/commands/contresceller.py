"""``manage contresceller``: sign frozen bilans again by today's key, before a former one is given up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from maillage.web.bilan.commands import countersign_all


class Command(BaseCommand):
    """Countersign what only a former key verifies, and say which."""

    help = "Signer de la clé d’aujourd’hui les bilans figés qui ne tiennent que par une ancienne clé."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a bilan."""
        years = countersign_all()
        for year in years:
            self.stdout.write(f"Bilan {year} : contresigné.")
        if not years:
            self.stdout.write("Rien à contresigner.")
