"""The four forms of a bilan in a folder: to rework, to send, to compute with, to keep."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from maillage.atlas.construction.ecriture import whole_file
from maillage.reports.bilan.document import EtatEcrit, make_annexes, make_bilan
from maillage.reports.bilan.evaluation import make_evaluation_document, make_evaluation_tables
from maillage.reports.ecrire.formes import write_document
from maillage.sdaasp.bilan.contenu import Contenu
from maillage.sdaasp.bilan.evaluation import EvaluationSchema
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
    return _write_forms(folder / f"bilan-{contenu.annee}", lambda path: write_form(contenu, ecrit, path))


def write_evaluation(evaluation: EvaluationSchema, path: Path) -> None:
    """One form of an evaluation at ``path``, by its name."""
    if path.suffix == ".json":
        told = {"format": FORMAT, "titre": evaluation.titre, "evaluation": to_plain(evaluation)}
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True), "utf-8")
        return
    make = make_evaluation_tables if path.suffix == ".ods" else make_evaluation_document
    write_document(make(evaluation), path)


def write_whole_evaluation(evaluation: EvaluationSchema, folder: Path) -> list[Path]:
    """Its four forms in a folder, made if needed: all of them, or none."""
    name = f"evaluation-{evaluation.derniere.annee}"
    return _write_forms(folder / name, lambda path: write_evaluation(evaluation, path))


def _write_forms(base: Path, write: Callable[[Path], None]) -> list[Path]:
    paths = [base.with_name(f"{base.name}.{forme}") for forme in FORMES]
    with ExitStack() as stack:
        for path in paths:
            write(stack.enter_context(whole_file(path)))
    return paths
