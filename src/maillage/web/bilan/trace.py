"""The bilans that tell of a remontée, for the page that says what became of it."""

from __future__ import annotations

from typing import Any

from maillage.web.bilan.lecture import is_of
from maillage.web.bilan.models import BilanAnnuel, BilanFige
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.gouvernance.trace import BILANS, Maillon


def list_bilans(personne: Any, row: RemonteeDeposee) -> list[Maillon]:
    """Those that this person may read: frozen, what they say; open, what they will say as things stand."""
    if not personne.has_perm("bilan.lire"):
        return []
    frozen = dict(BilanFige.objects.values_list("bilan_id", "texte"))
    found = []
    for bilan in BilanAnnuel.objects.filter(annee__gte=row.deposee_le.year).order_by("annee"):
        told = f'"{row.cle}"' in frozen[bilan.pk] if bilan.pk in frozen else is_of(row.valeur, bilan.annee)
        if told:
            state = "figé" if bilan.pk in frozen else "en préparation"
            found.append(Maillon(str(bilan), bilan.get_absolute_url(), state))
    return found


BILANS.append(list_bilans)
