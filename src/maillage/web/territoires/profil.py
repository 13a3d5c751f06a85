"""The seven dimensions of a territory: every computed figure of each, side by side, never added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.indicateurs import load_dimensions
from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.dimensions import find_position
from maillage.francais import INSECABLE, typeset
from maillage.reports.rendu import profil as dessin_profil
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import phrases, selection

# Among at most so many, a place is said as a rank.
PEU = 20


@dataclass(frozen=True)
class Pairs:
    """Those a territory is compared with: their codes, and how to call them. Empty when there are too few."""

    codes: tuple[str, ...]
    nom: str
    cle: str


@dataclass(frozen=True)
class Place:
    """``position``: 0 the worst of the peers, 1 the best; ``rang``: 1 the best, among ``nombre`` known."""

    position: float
    rang: int
    nombre: int

    @property
    def mots(self) -> str:
        """In words: a rank among few, a share of many.

        >>> Place(0.2, 5, 6).mots, Place(0.3, 71, 100).mots
        ('5e sur 6', 'mieux que 30\\xa0% de ses semblables')
        """
        if self.nombre <= PEU:
            return f"{phrases.ordinal(self.rang)} sur {self.nombre}"
        percent = round(self.position * 100)
        if percent in {0, 100}:
            return f"{'le meilleur' if percent else 'le moins bon'} de ses semblables"
        if 45 <= percent <= 55:
            return "au milieu de ses semblables"
        return f"mieux que {percent}{INSECABLE}% de ses semblables"


@dataclass(frozen=True)
class MesureProfil:
    """One figure of a dimension. ``place``: where it stands among the peers; null when it says nothing."""

    chiffre: Chiffre
    reference: Chiffre
    place: Place | None


@dataclass(frozen=True)
class LigneProfil:
    """One dimension: the figure quoted first, every other one, and what to supply when there is none."""

    cle: str
    nom: str
    mesures: tuple[MesureProfil, ...]
    services: int
    dessin: str
    a_fournir: str

    @property
    def tete(self) -> MesureProfil | None:
        """The figure that is quoted: the first of the catalogue's choice that is known here."""
        return self.mesures[0] if self.mesures else None


def find_pairs(atlas: AtlasOuvert, territoire: Territoire) -> Pairs:
    """The communes of the same density class; else every territory of the same mesh, cut ones set aside."""
    held = [t for t in atlas.territoires(territoire.niveau) if not t.partiel or t == territoire]
    same = [t.code for t in held if t.densite_classe == territoire.densite_classe]
    if territoire.niveau == "commune" and territoire.densite_classe and len(same) > 3:
        return Pairs(tuple(same), "des communes de même densité", territoire.densite_classe)
    if len(held) > 3:
        name = f"des territoires de même niveau ({territoire.nature})"
        return Pairs(tuple(t.code for t in held), name, "")
    return Pairs((), "", "")


def list_profil(atlas: AtlasOuvert, territoire: Territoire) -> list[LigneProfil]:
    """The dimensions in the order of the catalogue, each with every figure known here that is not about one
    service alone (those are counted: their table is elsewhere)."""
    pairs = find_pairs(atlas, territoire)
    missing = read_toml("dimensions_a_fournir.toml")
    return [
        _ligne(atlas, territoire, pairs, key, nom, typeset(missing[key]["comment"]))
        for key, nom in load_dimensions().items()
    ]


def _ligne(
    atlas: AtlasOuvert, territoire: Territoire, pairs: Pairs, cle: str, nom: str, a_fournir: str
) -> LigneProfil:
    names = selection.de_la_dimension(atlas, territoire.niveau, cle)
    known = [m for name in names if (m := _mesure(atlas, territoire, pairs, name)).chiffre.connu]
    drawing = draw(known[0] if known else None, known)
    services = selection.services_de_la_dimension(atlas, territoire.niveau, cle)
    return LigneProfil(cle, nom, tuple(known), services, drawing, a_fournir)


def draw(quoted: MesureProfil | None, mesures: Sequence[MesureProfil]) -> str:
    """The picture of a dimension: the figure quoted large, every other that has a place small."""
    others = [m.place.position for m in mesures if m is not quoted and m.place]
    return dessin_profil.ligne(quoted.place.position if quoted and quoted.place else None, others)


def _mesure(atlas: AtlasOuvert, territoire: Territoire, pairs: Pairs, indicateur: str) -> MesureProfil:
    here = atlas.chiffre(territoire.niveau, territoire.code, indicateur)
    place = find_place(atlas, territoire, pairs, indicateur)
    return MesureProfil(here, atlas.reference(indicateur), place)


@dataclass(frozen=True, eq=False)
class Positions:
    """Where each peer stands among the others, in the order of a column; not a number where nobody knows."""

    places: NDArray[np.float64]
    rangs: NDArray[np.int64]
    nombre: int


def find_place(atlas: AtlasOuvert, territoire: Territoire, pairs: Pairs, indicateur: str) -> Place | None:
    """Where a territory stands among its peers; null for an indicator that does not say better or worse."""
    niveau = territoire.niveau
    held: dict[str, Positions | None] = atlas.garder(("places", niveau, pairs.cle, len(pairs.codes)), dict)
    if indicateur not in held:
        held[indicateur] = _rank(atlas, niveau, pairs, indicateur)
    found, row = held[indicateur], atlas.colonne(niveau, indicateur).rang.get(territoire.code)
    if found is None or row is None or np.isnan(found.places[row]):
        return None
    return Place(float(found.places[row]), int(found.rangs[row]), found.nombre)


def _rank(atlas: AtlasOuvert, niveau: str, pairs: Pairs, indicateur: str) -> Positions | None:
    column = atlas.colonne(niveau, indicateur)
    sens = column.definition.sens
    rows = [column.rang[code] for code in pairs.codes if code in column.rang]
    if sens not in ("plus", "moins") or not rows:
        return None
    values = column.valeurs[rows]
    worse_last = -values if sens == "plus" else values
    known = np.sort(worse_last[np.isfinite(worse_last)])
    places, ranks = np.full(len(column.codes), np.nan), np.zeros(len(column.codes), np.int64)
    places[rows] = find_position(values, sens)  # type: ignore[arg-type]
    ranks[rows] = 1 + np.searchsorted(known, worse_last, side="left")
    return Positions(places, ranks, len(known))
