"""``manage registre``: what is kept about people, what for, who reads it, how long."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from maillage.web.comptes.retention.registre import describe


class Command(BaseCommand):
    """Print the register."""

    help = "Le registre des données personnelles, tiré des modèles."

    def handle(self, *args: Any, **options: Any) -> None:
        """The page itself."""
        self.stdout.write(describe(), ending="")
