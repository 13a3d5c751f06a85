"""The documents of the programme, made in a child process: what a document costs in memory leaves with it.

The child reads, from its own parent, the programme and the legal answer, pickled with the form and the fiche;
it knows no database.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.programme.document import make_fiche, make_programme
from maillage.reports.programme.edition import Edition
from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.indicateurs.budget import make_whole
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.programme.echange import extract_fiche
from maillage.sdaasp.programme.modele import Programme

LIMITE_S = 120
REFUS, DISQUE = 3, 4


class FabricationInterrompueError(Exception):
    """Whoever was making the document was stopped: it can be asked again."""


def write_apart(programme: Programme, law: Completude, fiche: str, edition: Edition, path: Path) -> None:
    """Write the document in a child process.

    Raises:
        EntreeInvalide: its form cannot hold all.
        OSError: the disk refuses it.
        FabricationInterrompueError: the child was killed, or took longer than ``LIMITE_S``.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no outside input in the command
            [sys.executable, "-m", __name__],
            input=pickle.dumps((programme, law, fiche, edition, str(path))),
            capture_output=True,
            timeout=LIMITE_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FabricationInterrompueError from error
    if done.returncode < 0:  # by a signal
        raise FabricationInterrompueError
    if done.returncode == REFUS:
        raise EntreeInvalide(done.stdout.decode())
    if done.returncode == DISQUE:
        number = int(done.stdout)
        raise OSError(number, os.strerror(number), str(path))
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-2000:])


def write(programme: Programme, law: Completude, fiche: str, edition: Edition, path: Path) -> None:
    """Write the whole programme, or one fiche, in the form that the suffix says."""
    if path.suffix in {".ods", ".xlsx"}:
        alone = extract_fiche(programme, fiche) if fiche else None
        sheets = make_sheets(alone) if alone else make_whole(programme, law)
        schema = (alone or programme).schema
        write_sheets(sheets, path, schema.nom, ", ".join(schema.pilotes) or "Maillage")
        return
    document = make_fiche(programme, fiche, edition) if fiche else make_programme(programme, law, edition)
    if path.suffix == ".pdf":
        path.write_bytes(write_pdf(document))
    else:
        write_docx(document, path)


def main() -> None:
    """What the child does."""
    programme, law, fiche, edition, path = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    try:
        write(programme, law, fiche, edition, Path(path))
    except EntreeInvalide as error:
        sys.stdout.buffer.write(str(error).encode())
        sys.exit(REFUS)
    except OSError as error:
        sys.stdout.buffer.write(str(error.errno or 0).encode())
        sys.exit(DISQUE)


if __name__ == "__main__":
    main()
