"""The files of an atlas, made once each and kept; what they weigh once they are made."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from maillage.annuaire.fiche import Annuaire
from maillage.atlas.publication.fichiers import FichierPublie, weigh, write_file
from maillage.sources.annuaire.recueil import write_annuaire
from maillage.web.annuaire.fiches import RESERVES
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.documents import find_made, make_once

ETAT = "fichier publié"


def make_file(atlas: AtlasOuvert, fichier: FichierPublie) -> Path:
    """Where a file of the atlas is, written now unless it already was."""

    def write(path: Path) -> None:
        write_file(atlas.tables, fichier, path.parent, path.name)

    return make_once((ETAT, atlas.empreinte, fichier.nom), f".{fichier.format}", write)


def read_weights(atlas: AtlasOuvert, fichiers: tuple[FichierPublie, ...]) -> dict[str, tuple[int, str]]:
    """Bytes and SHA-256 of the files that were already made, by name."""
    made = {one.nom: find_made((ETAT, atlas.empreinte, one.nom), f".{one.format}") for one in fichiers}
    return {name: _weigh(path) for name, path in made.items() if path is not None}


@lru_cache(maxsize=400)
def _weigh(path: Path) -> tuple[int, str]:
    """A file kept under its own state never changes."""
    return weigh(path)


def write_directory(held: AnnuaireTenu) -> bytes:
    """The directory in data·inclusion v1, as anybody may read it: without the name of any contact."""
    told = held.annuaire
    empty = dict.fromkeys(RESERVES)
    public = Annuaire(
        told.structures, tuple(replace(one, **empty) for one in told.prestations), told.complements
    )
    return json.dumps(write_annuaire(public), ensure_ascii=False, indent=1).encode()
