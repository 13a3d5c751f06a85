"""``manage menage``: apply the retention rules now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.web.comptes.retention.commands import RULES, apply_rules


class Command(BaseCommand):
    """Apply each rule and say how many rows it concerned."""

    help = "Appliquer maintenant les durées de conservation, et mettre en sommeil les comptes inutilisés."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a rule; those that failed are named last, and the command fails."""
        done = apply_rules()
        for rule, count in done.items():
            self.stdout.write(f"{rule} : {count}")
        if failed := [f"« {rule} »" for rule in RULES if rule not in done]:
            raise CommandError(f"Sans effet, le journal dit pourquoi : {', '.join(failed)}.")
