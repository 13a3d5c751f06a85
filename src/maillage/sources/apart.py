"""Reading a workbook in a child process, whose memory and processor time the system limits.

What stops the child (memory, time, a fault of a library) stops nothing else, and is said in words.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.limites import limit_process, read_limit
from maillage.sources.formats_classeur import open_here
from maillage.sources.pages import Page, from_plain, to_plain
from maillage.sources.poids import tell_heavy

PATIENCE: Final = 5  # seconds of wall for one of processor: others work too


def read_apart(path: Path) -> list[Page]:
    """Every sheet of a workbook, with the faults of its cells.

    Raises:
        EntreeInvalide: not a workbook, or one that takes more than the limits.
    """
    command = [sys.executable, "-m", __name__, str(path.resolve())]
    patience = PATIENCE * read_limit("classeur", "processeur_s")
    try:
        ran = subprocess.run(  # noqa: S603 - our own module and a path
            command,
            capture_output=True,
            timeout=patience,
            check=True,
        )
        answer: dict[str, Any] = json.loads(ran.stdout)
    except (subprocess.SubprocessError, ValueError):
        tell_heavy("sa lecture dépasse la mémoire ou le temps permis", path.name)
    if "refus" in answer:
        raise EntreeInvalide(answer["refus"], tuple(Faute(**faute) for faute in answer["fautes"]))
    return [from_plain(page) for page in answer["pages"]]


def main(path: Path) -> None:
    """What the child does: read, and say what it read on its standard output."""
    limit_process(resource.RLIMIT_AS, read_limit("classeur", "memoire_octets"))
    limit_process(resource.RLIMIT_CPU, read_limit("classeur", "processeur_s"))
    try:
        answer: dict[str, Any] = {"pages": [to_plain(page) for page in open_here(path)]}
    except EntreeInvalide as error:
        answer = {"refus": error.message, "fautes": [asdict(faute) for faute in error.fautes]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
