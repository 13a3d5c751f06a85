"""Writes on plans kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain, count
from typing import Any

from maillage.sdaasp.reprise.classeur_lecture import make_key
from maillage.web.programme import models
from maillage.web.programme.demarches.queries import list_citing
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import ConflitVersion, Nature, announce, create, save_change
from maillage.web.suivi.queries import find_free_key


def create_demarche(auteur: Any, champs: Mapping[str, Any]) -> models.PlanExterne:
    """One more plan to follow; its key is made from its short name, else its name."""
    with ecriture(auteur, models.PlanExterne.MODIFIER):
        row = models.PlanExterne(**champs)
        row.cle = find_free_key(
            make_key("demarche", row.sigle or row.nom), chain([""], (f"-{n}" for n in count(2)))
        )
        create(auteur, row)
    return row


def add_nouvelle(
    auteur: Any, row: models.PlanExterne, version: int, le: date, texte: str, lien: str = ""
) -> models.PlanExterne:
    """Note what happened, once; told to who follows the plan or a fiche that cites it."""
    with ecriture(auteur, "programme.noter_nouvelle"):
        current = models.PlanExterne.objects.select_for_update().get(pk=row.pk)
        if current.version != version:
            raise ConflitVersion(current)
        news = {"le": le.isoformat(), "texte": texte, "lien": lien or None}
        current.write({"nouvelles": [*current.nouvelles, news]})
        save_change(auteur, current, ["nouvelles"], texte[:200])
        for fiche in list_citing(current.cle):
            announce(auteur, fiche, Nature.CHANGEMENT, f"{current.sigle or current.nom} : {texte}")
    return current
