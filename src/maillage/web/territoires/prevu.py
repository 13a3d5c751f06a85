"""What the programme of actions plans where a territory is."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.territoires import Territoire
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.programme.noms import get_noms
from maillage.web.socle.atlas import AtlasOuvert

NOMBRE = 6


@dataclass(frozen=True)
class Prevue:
    """One declinaison, as a portrait names it."""

    cle: str
    libelle: str
    theme_nom: str
    annee: int


@dataclass(frozen=True)
class Prevu:
    """The first declinaisons that have a label, and how many the arrondissement has in all."""

    arrondissement: Territoire
    declinaisons: tuple[Prevue, ...]
    total: int


def read_prevu(atlas: AtlasOuvert, here: Territoire) -> Prevu | None:
    """What is planned in the arrondissement of a territory; null outside one, or when nothing is."""
    code = here.code if here.niveau == "arrondissement" else here.parents.get("arrondissement", "")
    arrondissement = atlas.territoire("arrondissement", code)
    if arrondissement is None:
        return None
    rows = list(list_declinaisons(Filtres(arrondissement=code)))
    if not rows:
        return None
    themes = get_noms().themes
    named = [row for row in rows if row.libelle][:NOMBRE]
    shown = tuple(Prevue(row.cle, row.libelle, themes.get(row.theme, row.theme), row.annee) for row in named)
    return Prevu(arrondissement, shown, len(rows))
