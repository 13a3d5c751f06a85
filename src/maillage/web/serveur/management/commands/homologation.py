"""``manage homologation DOSSIER``: the file of an accreditation and the draft of its decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

import maillage
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.formes import write_document
from maillage.reports.homologation.decision import make_decision
from maillage.reports.homologation.dossier import make_dossier
from maillage.web.serveur.homologation import read_matiere

PAGES = Path(maillage.__file__).parents[2] / "docs"
FORMES = (".docx", ".pdf", ".html")


class Command(BaseCommand):
    """Write both documents in each form, in a folder that is new or empty."""

    help = "Écrire le dossier d'homologation (RGS) de cette installation, et un projet de décision."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to write, and where the pages of this version are."""
        parser.add_argument("dossier", type=Path, help="Dossier nouveau, ou vide.")
        parser.add_argument("--pages", type=Path, default=PAGES, help="Dossier docs/ de cette version.")

    def handle(self, *args: Any, dossier: Path, pages: Path, **options: Any) -> None:
        """Six files."""
        texts = [_read(pages / name) for name in ("securite.md", "permissions.md")]
        try:
            matiere = read_matiere(*texts)
        except EntreeInvalide as error:
            raise CommandError(str(error)) from error
        _make_folder(dossier)
        today = timezone.localdate()
        for name, make in (("dossier", make_dossier), ("decision", make_decision)):
            for suffix in FORMES:
                write_document(make(matiere, today), dossier / f"homologation-{name}{suffix}")
                self.stdout.write(str(dossier / f"homologation-{name}{suffix}"))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise CommandError(
            f"{path} ne se lit pas : donnez par --pages le dossier docs/ des sources de cette version."
        ) from error


def _make_folder(dossier: Path) -> None:
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        empty = not any(dossier.iterdir())
    except OSError as error:
        raise CommandError(f"{dossier} ne peut pas recevoir le dossier : {error.strerror}.") from error
    if not empty:
        raise CommandError(f"{dossier} n'est pas vide : donnez un dossier nouveau.")
