"""``manage travailler``: a worker in a process of its own, for an install of several."""

from __future__ import annotations

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from maillage.web.socle import verrou
from maillage.web.socle.travailleur import Travailleur


class Command(BaseCommand):
    """Run the background work until told to stop."""

    help = "Exécuter les travaux de fond, et clore ceux qu'un arrêt a interrompus."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--seul``."""
        parser.add_argument("--seul", action="store_true", help="Aucun autre travailleur ne sert cette base.")

    def handle(self, *args: Any, seul: bool, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        verrou.use(settings.VAR)
        travailleur = Travailleur(seul=seul)
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, lambda *_: travailleur.stop())
        travailleur.start()
        travailleur.wait()
