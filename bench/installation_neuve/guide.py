"""The commands of docs/exploitation.md, as they are written there: what is tried is the guide itself."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/exploitation.md"
INSTALLER, RESTAURER = "Pas à pas, sur une Debian", "Sauvegarder et restaurer"
METTRE_A_JOUR, DERNIER_INSTANT = "Mettre à jour", "Jusqu’au dernier enregistrement"


def read_commands(title: str) -> tuple[str, ...]:
    """The shell blocks under a heading of the guide, in order."""
    text = GUIDE.read_text("utf-8")
    section = re.search(rf"(?ms)^#+ {re.escape(title)}$\n(.*?)(?=^#+ |\Z)", text)
    if section is None:
        raise LookupError(f"{GUIDE} n’a pas de partie « {title} »")
    return tuple(re.findall(r"(?ms)^```sh\n(.*?)^```$", section[1]))
