"""Writes on the register of sharings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

from maillage.atlas.lecture.lieux import Implantation
from maillage.sdaasp.programme.vocabulaire import EtatMutualisation
from maillage.sdaasp.reprise.classeur_lecture import make_key
from maillage.web.programme import models
from maillage.web.programme.mutualisation.queries import find_arrondissement_of, name_site
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create
from maillage.web.suivi.queries import find_free_key

REPRIS = "Repris des lieux de l’atlas"


def create_mutualisation(
    auteur: Any, champs: Mapping[str, Any], motif: str = "Création"
) -> models.Mutualisation:
    """One more sharing; its key is made from its name."""
    row = models.Mutualisation(**champs)
    with ecriture(auteur, row.MODIFIER, row):
        row.cle = find_key(row.libelle)
        row.check_rules()
        create(auteur, row, motif)
    return row


def find_key(text: str) -> str:
    """A free key that reads like the text, and is no other object's."""
    return find_free_key(make_key("partage", text), chain([""], (f"-{n}" for n in count(2))))


def take_places(auteur: Any, places: Sequence[tuple[str, Implantation]], source: str) -> int:
    """The shared places that the atlas knows, each tied to its own; how many were written.

    A mandate over one arrondissement takes those of this arrondissement and leaves the others.
    """
    with ecriture(auteur, models.Mutualisation.MODIFIER):
        rows = [models.Mutualisation(**_describe(kind, place, source)) for kind, place in places]
        mine = [row for row in rows if auteur.has_perm(row.MODIFIER, row)]
        for row in mine:
            row.cle = find_key(row.libelle)
            create(auteur, row, REPRIS)
    return len(mine)


def _describe(kind: str, place: Implantation, source: str) -> dict[str, Any]:
    here, name = find_arrondissement_of(place), name_site(place)
    return {
        "libelle": name,
        "type": kind,
        "etat": EtatMutualisation.EXISTANT,
        "site": place.id,
        "site_nom": name,
        "arrondissements": [here] if here else [],
        "source": source[:300],
    }
