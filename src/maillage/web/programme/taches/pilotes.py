"""Territorial pilots known by their mandate, for what the document leaves unnamed."""

from __future__ import annotations

from django.utils import timezone

from maillage.sdaasp.programme.modele import Programme
from maillage.web.comptes.models import Mandat
from maillage.web.programme.models import Declinaison

Pilotes = list[Mandat]


def list_pilotes() -> Pilotes:
    """The mandates of territorial pilots that run today and name a territory, in one query."""
    today = timezone.localdate()
    rows = Mandat.objects.filter(role=Mandat.Role.PILOTE_TERRITORIAL, personne__is_active=True)
    held = rows.exclude(territoire="").select_related("personne").order_by("debut", "pk")
    return [mandate for mandate in held if mandate.portee.en_cours(today)]


def name_pilotes(row: Declinaison, pilotes: Pilotes) -> list[str]:
    """Who holds the mandate over a declinaison: those named for its very theme, else for all of them."""
    covering = [mandate for mandate in pilotes if mandate.portee.couvre(row.perimetre)]
    exact = [mandate for mandate in covering if mandate.theme]
    return list(dict.fromkeys(str(mandate.personne) for mandate in exact or covering))


def name_unnamed(programme: Programme) -> dict[str, str]:
    """Key of each declinaison whose document leaves the pilot unnamed → who holds the mandate over it."""
    held = list_pilotes()
    found = {}
    for slot in programme.declinaisons if held else ():
        if not slot.pilote_territorial:
            row = Declinaison(theme=slot.theme, arrondissement=slot.arrondissement)
            found[slot.cle] = ", ".join(name_pilotes(row, held))
    return {key: names for key, names in found.items() if names}
