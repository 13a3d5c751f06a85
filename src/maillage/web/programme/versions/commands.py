"""Writes of versions: one more each time an amendment takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from maillage.sdaasp.programme.echange import export_programme
from maillage.web.programme.lecture import read
from maillage.web.programme.models import Referentiel, VersionDuSchema

ORIGINE = "Texte avant le premier amendement"


@contextmanager
def keep_version(le: date, motif: str, amendement: int) -> Iterator[None]:
    """Within a transaction, keep the schema as the block leaves it; the first time, as it found it too."""
    Referentiel.lock()
    last = VersionDuSchema.objects.order_by("-numero").values_list("numero", flat=True).first()
    if last is None:
        last = 1
        VersionDuSchema.objects.create(numero=last, le=le, motif=ORIGINE, contenu=export_programme(read()))
    yield
    VersionDuSchema.objects.create(
        numero=last + 1, le=le, motif=motif[:600], contenu=export_programme(read()), amendement=amendement
    )
