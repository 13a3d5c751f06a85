"""Writes of the reception network: a rupture given to an AFOM matrix, a scenario begun from it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from maillage.sdaasp.programme.vocabulaire import NatureAfom, NaturePreuve
from maillage.web.annuaire.reseau.models import PropositionAfom
from maillage.web.annuaire.reseau.propositions import ConstatPropose
from maillage.web.programme.afom.commands import create_item
from maillage.web.programme.models import ItemAfom, Referentiel
from maillage.web.socle.ecriture import ecriture


def propose_item(auteur: Any, found: ConstatPropose) -> tuple[ItemAfom, bool]:
    """The item of a rupture, and whether it was written now: the same one is given once.

    One that was taken away from the matrix since is written again. Permission: that of the matrix.
    """
    code, constat = found.arrondissement.code, found.constat
    draft = ItemAfom(arrondissement=code, theme=constat.theme)
    with ecriture(auteur, ItemAfom.MODIFIER, draft):
        Referentiel.lock()
        key = {"arrondissement": code, "theme": constat.theme, "nature": str(constat.nature)}
        row = PropositionAfom.objects.filter(**key).first()
        held = ItemAfom.objects.filter(cle=row.item).first() if row else None
        if held is not None:
            return held, False
        item = create_item(auteur, describe(found))
        PropositionAfom.objects.update_or_create(
            **key,
            defaults={
                "item": item.cle,
                "constats": found.chiffres,
                "auteur": auteur,
                "propose_le": timezone.localdate(),
            },
        )
        return item, True


def describe(found: ConstatPropose) -> dict[str, Any]:
    """The fields of the item."""
    return {
        "arrondissement": found.arrondissement.code,
        "theme": found.constat.theme,
        "nature": str(NatureAfom(found.constat.sorte)),
        "texte": found.texte[:600],
        "preuves": [{"nature": str(NaturePreuve.RAPPORT), "texte": found.preuve, "chiffre": None}],
    }
