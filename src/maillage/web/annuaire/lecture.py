"""A file of a directory read in a child process: what it holds, waiting for somebody to write it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.sources.annuaire.registre import read
from maillage.sources.annuaire.tableur import make_correspondance
from maillage.web.annuaire.commands import FichierLu
from maillage.web.socle import magasin
from maillage.web.socle.models import Travail
from maillage.web.socle.travaux import Progress

GENRE: Final = "lire_annuaire"
FICHIER: Final = "lecture.json"


def lire(parametres: Mapping[str, Any], dossier: Path, progress: Progress) -> str:
    """Read a given file (``empreinte`` in the store) and write what it holds beside; nothing in the base."""
    progress(5, "Lecture du fichier")
    told = parametres.get("correspondance")
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(parametres["nom"]).name
        path.write_bytes(magasin.read(settings.MAILLAGE_FICHIERS, parametres["empreinte"]))
        found = read(
            path,
            parametres["format"] or None,
            departement=parametres["departement"] or None,
            correspondance=make_correspondance(told, told["nom"]) if told else None,
        )
    progress(80, "Ce que le fichier contient")
    waiting = found.write() | {
        "format": found.format,
        "phrases": [str(fault) for fault in found.fautes],
        "ailleurs": found.ailleurs,
        "entier": bool(parametres["entier"]),
        "departement": found.departement,
    }
    (dossier / FICHIER).write_text(json.dumps(waiting, ensure_ascii=False), "utf-8")
    return FICHIER


def open_lecture(work: Travail) -> tuple[FichierLu, dict[str, Any]]:
    """What a reading that is over found: the file to write, and all that it said.

    Raises:
        FileNotFoundError: it is not over, or was forgotten since.
    """
    told = json.loads((settings.EXPORTS / work.jeton / FICHIER).read_text("utf-8"))
    annuaire = Annuaire(
        tuple(map(Structure.read, told["structures"])),
        tuple(map(Prestation.read, told["services"])),
        {one["id"]: Complement.read(one) for one in told["complements"]},
    )
    asked = work.parametres
    lu = FichierLu(
        annuaire, asked["nom"], told["format"], asked["empreinte"], tuple(told["phrases"]),
        entier=told["entier"], departement=told["departement"],
    )  # fmt: skip
    return lu, told
