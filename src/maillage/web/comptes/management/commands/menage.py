"""``manage menage``: apply the retention rules now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from maillage.web.comptes.retention.commands import apply_rules


class Command(BaseCommand):
    """Apply each rule and say how many rows it concerned."""

    help = "Appliquer maintenant les durées de conservation, et mettre en sommeil les comptes inutilisés."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a rule."""
        for rule, count in apply_rules().items():
            self.stdout.write(f"{rule} : {count}")
