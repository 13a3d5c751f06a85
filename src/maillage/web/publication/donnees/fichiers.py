"""The files of an atlas, made once each and kept; what they weigh is told once they are made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from django.db import DatabaseError

from maillage.annuaire.fiche import Annuaire
from maillage.atlas.publication.fichiers import FichierPublie, weigh, write_file
from maillage.sources.annuaire.recueil import write_annuaire
from maillage.web.annuaire.fiches import RESERVES
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.publication.donnees.commands import keep_weight
from maillage.web.publication.donnees.queries import read_weights
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.documents import make_once

ETAT = "fichier publié"


def make_file(atlas: AtlasOuvert, fichier: FichierPublie) -> Path:
    """Where a file of the atlas is, written now unless it was; its weight is kept for every server."""

    def write(path: Path) -> None:
        write_file(atlas.tables, fichier, path.parent, path.name)
        _tell(atlas, fichier, path)

    path = make_once((ETAT, atlas.empreinte, fichier.nom), f".{fichier.format}", write)
    if fichier.nom not in read_weights(
        atlas.empreinte
    ):  # the base was restored, or could not be written then
        _tell(atlas, fichier, path)
    return path


def _tell(atlas: AtlasOuvert, fichier: FichierPublie, path: Path) -> None:
    """Keep what a file weighs; a base that cannot be written now keeps nobody from the file."""
    with suppress(DatabaseError):
        keep_weight(atlas.empreinte, fichier.nom, weigh(path))


def write_sums(weights: Mapping[str, tuple[int, str]]) -> str:
    """The SHA-256 of files by name, as ``sha256sum --check`` reads them."""
    return "".join(f"{sha256}  {nom}\n" for nom, (_, sha256) in sorted(weights.items()))


def write_directory(held: AnnuaireTenu) -> bytes:
    """The directory in data·inclusion v1, as anybody may read it: without the name of any contact."""
    told = held.annuaire
    empty = dict.fromkeys(RESERVES)
    public = Annuaire(
        told.structures, tuple(replace(one, **empty) for one in told.prestations), told.complements
    )
    return json.dumps(write_annuaire(public), ensure_ascii=False, indent=1).encode()
