"""The directory of the embedded example, the first time: invented, and said so in each name."""

from __future__ import annotations

from collections.abc import Iterable

from maillage.web.annuaire.commands import FichierLu, import_annuaire
from maillage.web.annuaire.models import FicheTenue


def load_if_empty(files: Iterable[FichierLu]) -> int:
    """Write these files where the directory has no record; how many records it then has, 0 if it had some."""
    if FicheTenue.objects.exists():
        return 0
    for one in files:
        import_annuaire(None, one)
    return FicheTenue.objects.count()
