"""The ruptures of a territory, handed to portraits and to the diagnosis as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from maillage.annuaire.constats import ReseauMesure
from maillage.annuaire.fiche import Annuaire
from maillage.atlas.lecture.lecteur import POPULATION
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import accord, typeset
from maillage.reports.diagnostic.accueil import AccueilLu, make_section
from maillage.reports.diagnostic.document import Section, Volet
from maillage.web.annuaire.queries import read_annuaire
from maillage.web.annuaire.reseau.mesure import (
    gather_here,
    is_timed,
    list_communes,
    read_reseau,
)
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.programme.noms import list_portees
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.apports import ApportPortrait

MOYEN: Final = "voiture"
SANS_VOITURE: Final = "velo"
"""The means of the diagnosis, whose times are by car; and that of who has none."""


def read_accueil(
    atlas: AtlasOuvert, here: Territoire, moyen: str = MOYEN, themes: dict[str, str] | None = None
) -> AccueilLu:
    """What the network lacks in a territory, and the names to tell it.

    ``themes``: those of the schema, asked unless given.
    """
    known = list_portees().get("theme", {}) if themes is None else themes
    reseau = read_reseau(atlas, moyen, known)
    without = "transports" if is_timed(atlas, "transports") else SANS_VOITURE
    return AccueilLu(
        gather_here(atlas, reseau, here),
        name_themes(known),
        {one.code: one.nom for one in list_communes(atlas)},
        find_days(read_annuaire().annuaire, reseau),
        str(atlas.definition(POPULATION).millesime or ""),
        gather_here(atlas, read_reseau(atlas, without, known), here) if moyen == MOYEN else None,
    )


def find_days(annuaire: Annuaire, reseau: ReseauMesure) -> tuple[date, date] | None:
    """The days of the oldest and of the newest record of the structures that receive; null for none."""
    kept = {one.id for one in reseau.points}
    days = [one.date_maj for one in annuaire.structures if one.id in kept]
    return (min(days), max(days)) if days else None


def add_to_portrait(atlas: AtlasOuvert, here: Territoire) -> ApportPortrait | None:
    """The chapter of a portrait; null while nobody receives."""
    if not read_annuaire().annuaire.structures:
        return None
    lu = read_accueil(atlas, here)
    section = make_section(lu, here)
    if section is None:
        return None
    far = len(lu.constat.loin)
    resume = (
        f"{accord(far, 'commune')} loin d’un premier niveau"
        if far and here.niveau != "commune"
        else accord(lu.constat.premiers, "premier niveau", "premiers niveaux")
    )
    return ApportPortrait(section, "annuaire:reseau", "Le réseau d’accueil, en carte et en tableau", resume)


def make_part(atlas: AtlasOuvert) -> Volet | None:
    """The part of the diagnosis: the département, then each arrondissement; null while nobody receives."""
    whole = atlas.departement
    if whole is None or not read_annuaire().annuaire.structures:
        return None
    themes = list_portees().get("theme", {})
    places = [whole, *sorted(atlas.territoires("arrondissement"), key=lambda one: one.nom)]
    made = ((one, make_section(read_accueil(atlas, one, themes=themes), one)) for one in places)
    kept: tuple[Section, ...] = tuple(
        replace(section, titre=typeset(one.nom_complet)) for one, section in made if section is not None
    )
    return Volet("accueil", "L’accueil du public", kept) if kept else None
