"""``manage reprendre_cle``: take up under today's key what only a former one holds, before it is given up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from maillage.web.annuaire.fraicheur.commands import carry_refusals
from maillage.web.bilan.commands import countersign_all


class Command(BaseCommand):
    """Countersign frozen bilans, keep refusals of mail, and say how many of each."""

    help = "Reprendre sous la clé d'aujourd'hui ce qui ne tient que par une ancienne : bilans figés, refus."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a bilan, then one for refusals."""
        years, refusals = countersign_all(), carry_refusals()
        for year in years:
            self.stdout.write(f"Bilan {year} : contresigné.")
        if refusals:
            self.stdout.write(f"Refus de courriel repris : {refusals}.")
        if not years and not refusals:
            self.stdout.write("Rien à reprendre.")
