"""Writes of given files: kept once what they are is known; taken away; forgotten."""

from __future__ import annotations

import logging
import os
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Sum
from django.utils import timezone

from maillage.catalogue.constantes import read_constant
from maillage.catalogue.limites import read_limit
from maillage.reports.ecrire import photo
from maillage.web.fichiers.genres import PHOTOS, Genre, recognise
from maillage.web.fichiers.models import FichierDonne
from maillage.web.fichiers.queries import may_withdraw
from maillage.web.socle import magasin
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi.commands import announce
from maillage.web.suivi.models import Mouvement, ObjetSuivi

SECTION: Final = "fichier_donne"
logger = logging.getLogger(__name__)
JEUNE: Final = timedelta(days=1)
"""A file of the store younger than that may belong to a write under way: no purge takes it."""


def give(auteur: Any, objet: ObjetSuivi, nom: str, body: bytes, description: str = "") -> FichierDonne:
    """Keep a file for an object: a document as it is, a photo drawn again; those who follow it are told.

    Raises:
        ValidationError: too big, too many, or not of the kinds that are taken; nothing is kept.
    """
    if not auteur.has_perm(objet.MODIFIER, objet):  # before anything given is looked at
        raise PermissionDenied(objet.MODIFIER)
    check_room(objet, len(body))
    with as_validation():
        genre = recognise(body)
        kept = photo.redraw(body) if genre in PHOTOS else body
        genre = recognise(kept)
    with ecriture(auteur, objet.MODIFIER, objet):
        with as_validation():
            empreinte = magasin.put(settings.MAILLAGE_FICHIERS, kept)
        row = FichierDonne.objects.create(
            objet=objet.cle, empreinte=empreinte, nom=clean_name(nom, genre), genre=genre,
            octets=len(kept), description=description.strip(), auteur=auteur,
        )  # fmt: skip
        announce(auteur, objet, Mouvement.Nature.CHANGEMENT, f"Fichier joint : {row.nom}")
    return row


def check_room(objet: ObjetSuivi, octets: int) -> None:
    """Refuse what would weigh too much: one file, the files of an object, all of them."""
    most = read_limit(SECTION, "octets")
    if octets > most:
        raise ValidationError(f"Ce fichier dépasse {most // 2**20} Mo : allégez-le, ou découpez-le.")
    rows = FichierDonne.objects.filter(retire_le=None)
    if rows.filter(objet=objet.cle).count() >= read_limit(SECTION, "par_objet"):
        raise ValidationError("Trop de fichiers sont joints ici : retirez-en d’abord.")
    held = FichierDonne.objects.aggregate(n=Sum("octets"))["n"] or 0
    if held + octets > read_limit(SECTION, "ensemble_octets"):
        raise ValidationError("La place prévue pour les fichiers est pleine : dites-le à l’administration.")


def clean_name(nom: str, genre: Genre) -> str:
    """A name without a folder, without signs that nobody sees, under the suffix of what it is.

    >>> clean_name("../../etc/passwd", Genre.TEXTE), clean_name("photo\\u202egpj.exe", Genre.JPEG)
    ('passwd.txt', 'photogpj.jpg')
    """
    last = nom.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '"<>|:*?')
    stem = seen.rpartition(".")[0] or seen
    return f"{stem.strip(' .')[:100] or 'fichier'}.{genre.value}"


def withdraw(auteur: Any, row: FichierDonne, objet: ObjetSuivi) -> None:
    """Nobody reads a file any more; it is forgotten later."""
    if not may_withdraw(auteur, row, objet):
        raise PermissionDenied(objet.MODIFIER)
    with ecriture(auteur):
        FichierDonne.objects.filter(pk=row.pk, retire_le=None).update(retire_le=timezone.now())
        announce(auteur, objet, Mouvement.Nature.CHANGEMENT, f"Fichier retiré : {row.nom}")


def forget(now: datetime) -> int:
    """Forget the files taken away long ago, then what no row names; how many rows went.

    A content goes a day at least after its last row: a backup under way still finds it.
    """
    old = now - timedelta(days=read_constant("garde_des_fichiers_retires"))
    gone = FichierDonne.objects.filter(retire_le__lt=old)
    for empreinte in gone.values_list("empreinte", flat=True):
        path = magasin.find(settings.MAILLAGE_FICHIERS, empreinte)
        with suppress(OSError):  # not there: nothing to keep a day more
            os.utime(path)
    _purge(now)
    return int(gone.delete()[0])


def _purge(now: datetime) -> None:
    """Take from the disk what no row names; what it refuses is logged, and tried the next day."""
    try:
        for path in _list_orphans(now):
            path.unlink(missing_ok=True)
    except OSError:
        logger.exception("des fichiers que plus rien ne nomme n’ont pas pu être effacés")


def _list_orphans(now: datetime) -> Iterator[Path]:
    young = min(now.timestamp(), time.time()) - JEUNE.total_seconds()
    named = set(FichierDonne.objects.values_list("empreinte", flat=True))
    for path in magasin.list_all(settings.MAILLAGE_FICHIERS):
        if path.name not in named and path.stat().st_mtime < young:
            yield path
