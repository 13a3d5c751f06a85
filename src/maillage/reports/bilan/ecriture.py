"""The four forms of a bilan in a folder: to rework, to send, to compute with, to keep."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from maillage.atlas.construction.ecriture import whole_file
from maillage.reports.bilan.document import EtatEcrit, make_annexes, make_bilan
from maillage.reports.ecrire.formes import write_document
from maillage.sdaasp.bilan.contenu import Contenu
from maillage.sdaasp.programme.echange import to_plain

FORMES: Final = ("docx", "pdf", "ods", "json")
FORMAT: Final = 1


def write_form(contenu: Contenu, ecrit: EtatEcrit, path: Path) -> None:
    """One form at ``path``, by its name: the workbook holds the annexes, the JSON what is frozen."""
    if path.suffix == ".json":
        text = json.dumps(to_document(contenu, ecrit), ensure_ascii=False, indent=2, sort_keys=True)
        path.write_text(text, "utf-8")
        return
    make = make_annexes if path.suffix == ".ods" else make_bilan
    write_document(make(contenu, ecrit), path)


def to_document(contenu: Contenu, ecrit: EtatEcrit) -> dict[str, Any]:
    """The exchange of a bilan: ``bilan`` is what its ``empreinte`` (null before it is frozen) is made of."""
    return {
        "format": FORMAT,
        "etat": ecrit.etat,
        "empreinte": ecrit.empreinte or None,
        "bilan": to_plain(contenu),
    }


def write_all(contenu: Contenu, ecrit: EtatEcrit, folder: Path) -> list[Path]:
    """The four of them in a folder, made if needed: all of them, or none."""
    paths = [folder / f"bilan-{contenu.annee}.{forme}" for forme in FORMES]
    with ExitStack() as stack:
        for path in paths:
            write_form(contenu, ecrit, stack.enter_context(whole_file(path)))
    return paths
