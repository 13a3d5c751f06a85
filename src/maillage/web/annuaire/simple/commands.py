"""Writes of plain versions: a text, who read it again, a picture with the text that stands in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.reports.ecrire import photo
from maillage.web.annuaire.commands import CORRIGER
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.simple.models import VersionSimple
from maillage.web.fichiers import commands as fichiers
from maillage.web.fichiers.genres import PHOTOS, recognise
from maillage.web.fichiers.models import FichierDonne
from maillage.web.socle import magasin
from maillage.web.socle.ecriture import as_validation, ecriture


@dataclass(frozen=True)
class SaisieSimple:
    """What is typed; ``image``: bytes of a new picture, null to keep the one there is."""

    texte: str
    relecteurs: Sequence[str] = ()
    relue_le: date | None = None
    image: bytes | None = None
    alternative: str = ""
    sans_image: bool = False


def write_simple(auteur: Any, fiche: FicheTenue, saisie: SaisieSimple) -> VersionSimple | None:
    """Keep the plain version of a record; null when its text was emptied, and it is no more.

    A text that changes is no longer the one that was read again: who did and when are dropped, unless
    another day of reading is given with it.
    """
    texte = saisie.texte.strip()
    with ecriture(auteur, CORRIGER):
        row = VersionSimple.objects.filter(fiche=fiche).first()
        if not texte:
            if row is not None:
                _drop_image(row)
                row.delete()
            return None
        relecteurs, relue_le = _read_relecture(saisie)
        stale = row is not None and row.texte != texte and row.relue_le == relue_le
        row = row or VersionSimple(fiche=fiche)
        row.texte, row.auteur, row.ecrite_le = texte, auteur, timezone.localdate()
        row.relecteurs, row.relue_le = ([], None) if stale else (relecteurs, relue_le)
        row.save()
        _set_image(auteur, row, saisie)
    return row


def _read_relecture(saisie: SaisieSimple) -> tuple[list[str], date | None]:
    who = [one.strip()[:200] for one in saisie.relecteurs if one.strip()]
    if bool(who) != (saisie.relue_le is not None):
        raise ValidationError(
            {"relecteurs": "Dites qui a relu et quel jour, ou ni l’un ni l’autre : il sera dit « non relu »."}
        )
    if saisie.relue_le is not None and saisie.relue_le > timezone.localdate():
        raise ValidationError({"relue_le": "Ce jour n’est pas encore venu."})
    return who, saisie.relue_le


def _set_image(auteur: Any, row: VersionSimple, saisie: SaisieSimple) -> None:
    alternative = saisie.alternative.strip()
    if saisie.image is not None:
        if not alternative:
            raise ValidationError(
                {"alternative": "Dites ce que l’image montre : on le lit à qui ne la voit pas."}
            )
        fichiers.check_room(row, len(saisie.image))  # type: ignore[arg-type]
        with as_validation():
            if recognise(saisie.image) not in PHOTOS:
                raise ValidationError({"image": "Une image JPEG, PNG ou WebP est attendue."})
            kept = photo.redraw(saisie.image)
        genre = recognise(kept)
        _drop_image(row)
        FichierDonne.objects.create(
            objet=row.cle, empreinte=magasin.put(settings.MAILLAGE_FICHIERS, kept), genre=genre,
            auteur=auteur, nom=f"image.{genre.value}", octets=len(kept), description=alternative[:300],
        )  # fmt: skip
    elif saisie.sans_image:
        _drop_image(row)
    elif alternative:
        FichierDonne.objects.filter(objet=row.cle, retire_le=None).update(description=alternative[:300])


def _drop_image(row: VersionSimple) -> None:
    FichierDonne.objects.filter(objet=row.cle, retire_le=None).update(retire_le=timezone.now())
