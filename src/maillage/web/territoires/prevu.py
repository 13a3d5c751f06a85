"""What the programme of actions plans where a territory is."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.atlas.lecture.territoires import Territoire
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.programme.noms import get_noms
from maillage.web.programme.presentation import TONS
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class Prevue:
    """One declinaison, as a portrait names it."""

    cle: str
    libelle: str
    theme_nom: str
    annee: int
    etat: str
    ton: str


@dataclass(frozen=True)
class Prevu:
    """The declinaisons that have a label, each with its state, and how many the arrondissement has in all."""

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
    shown = tuple(
        Prevue(
            row.cle,
            row.libelle,
            themes.get(row.theme, row.theme),
            row.annee,
            row.statut_libelle,
            TONS[row.statut],
        )
        for row in rows
        if row.libelle
    )
    return Prevu(arrondissement, shown, len(rows))
