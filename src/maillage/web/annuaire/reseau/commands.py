"""Writes of the reception network: a rupture given to an AFOM matrix, a convention between structures."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from maillage.sdaasp.programme.vocabulaire import NatureAfom, NaturePreuve
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.reseau.models import ConventionAccueil, PropositionAfom
from maillage.web.annuaire.reseau.propositions import ConstatPropose
from maillage.web.programme.afom.commands import create_item
from maillage.web.programme.models import ItemAfom, Referentiel
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi


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


def create_convention(auteur: Any, structure: FicheTenue, champs: Mapping[str, Any]) -> ConventionAccueil:
    """What a structure can do with a partner; the partner is tied to its record when one has its name."""
    row = ConventionAccueil(structure=structure, **champs)
    with ecriture(auteur, row.MODIFIER, row):
        row.cle = f"convention-{secrets.token_hex(5)}"
        row.fiche_partenaire = find_partner(row.partenaire)
        suivi.create(auteur, row)
    return row


def change_convention(
    auteur: Any, row: ConventionAccueil, version: int, champs: Mapping[str, Any]
) -> ConventionAccueil:
    """Other dates, another partner, other things to do."""
    with ecriture(auteur, row.MODIFIER, row):
        done = suivi.update(auteur, row, version, champs, "Convention modifiée")
        tied = find_partner(done.partenaire)
        if tied != done.fiche_partenaire:
            ConventionAccueil.objects.filter(pk=done.pk).update(fiche_partenaire=tied)
            done.fiche_partenaire = tied
    return done


def find_partner(nom: str) -> FicheTenue | None:
    """The only structure of this name that its source still gives; null for none, and for several."""
    held = FicheTenue.objects.filter(sorte="structure", contenu__nom=nom, disparue_le=None).order_by("pk")
    found = list(held[:2])
    return found[0] if len(found) == 1 else None
