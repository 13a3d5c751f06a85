"""Big exports, run in a child process."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maillage.reports.ecrire import tableur
from maillage.web.socle.atlas import AtlasOuvert, open_folder
from maillage.web.territoires import classement


def tout_exporter(parametres: dict[str, Any], dossier: Path, progress: Callable[[int, str], None]) -> str:
    """One CSV for each mesh, all indicators, in one ZIP; its name."""
    atlas = open_folder(Path(parametres["atlas"]))
    name = f"maillage-{atlas.id}.zip"
    niveaux = atlas.niveaux()
    with zipfile.ZipFile(dossier / f"{name}.partiel", "w", zipfile.ZIP_DEFLATED) as archive:
        for rank, niveau in enumerate(niveaux):
            progress(round(100 * rank / len(niveaux)), niveau)
            archive.writestr(f"{niveau}.csv", _csv(atlas, niveau))
    (dossier / f"{name}.partiel").rename(dossier / name)
    return name


def _csv(atlas: AtlasOuvert, niveau: str) -> bytes:
    whole = classement.Choix(niveau, atlas.indicateurs(niveau), "nom")
    table = classement.compute_table(atlas, whole)
    return tableur.make_csv(classement.entetes(table), classement.export(atlas, table))
