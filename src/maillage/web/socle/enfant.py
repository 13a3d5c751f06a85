"""The child process of a piece of work: orders on stdin, progress on stdout, in JSON lines."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import django

from maillage.catalogue.erreurs import EntreeInvalide


def say(**event: Any) -> None:
    """One event for the parent."""
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run the function named on stdin and say the file it made."""
    order = json.loads(sys.stdin.readline())
    django.setup()
    module, name = order["fonction"].split(":")
    function = getattr(import_module(module), name)
    try:
        fichier = function(
            order["parametres"],
            Path(order["dossier"]),
            lambda percent, step: say(progression=percent, etape=step),
        )
    except EntreeInvalide as error:
        sys.exit(" ".join(str(error).split("\n")))  # one line: what the person who asked reads
    say(fichier=fichier)


if __name__ == "__main__":
    main()
