"""What stands at one place of the map: the territory there, its figure, the way to its portrait."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.projection import project
from maillage.web.carte.vue import Dessin
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class FicheLieu:
    """One place: the territory of the mesh shown (None for a square), its commune, the figures."""

    code: str
    territoire: Territoire | None
    commune: Territoire | None
    chiffre: Chiffre
    second: Chiffre | None

    @property
    def titre(self) -> str:
        """The name of the territory; a square has none."""
        if self.territoire is not None:
            return self.territoire.nom_complet
        return f"Un carreau {'à ' + self.commune.nom if self.commune else 'du territoire'}"

    @property
    def portrait(self) -> Territoire | None:
        """The territory whose portrait one can read from here."""
        return self.territoire or self.commune


def find_fiche(
    atlas: AtlasOuvert, dessin: Dessin, code: str, point: tuple[float, float] | None
) -> FicheLieu | None:
    """The place a code or a point of the ground names; None where the atlas holds nothing."""
    niveau = dessin.vue.niveau
    here = code if code in dessin.colonne.rang else (find_code(atlas, niveau, *point) if point else None)
    if here is None:
        return None
    territoire = None if niveau == "carreau" else atlas.territoire(niveau, here)
    commune = _commune(atlas, here, point) if niveau == "carreau" else None
    second = dessin.seconde.chiffre(here) if dessin.seconde else None
    return FicheLieu(here, territoire, commune, dessin.colonne.chiffre(here), second)


def _commune(atlas: AtlasOuvert, carreau: str, point: tuple[float, float] | None) -> Territoire | None:
    """The commune at the point, else that of most of the square's people."""
    code = find_code(atlas, "commune", *point) if point else None
    code = code or atlas.commune_du_carreau(carreau)
    return atlas.territoire("commune", code) if code else None


def find_code(atlas: AtlasOuvert, niveau: str, lon: float, lat: float) -> str | None:
    """The code of the territory, or of the square, that holds a point; None outside of all."""
    if niveau == "carreau":
        return _find_cell(atlas, lon, lat)
    codes, tree = atlas.garder(("repere", niveau), lambda: _tree(atlas, niveau))
    rows = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return codes[int(rows.min())] if len(rows) else None


def _tree(atlas: AtlasOuvert, niveau: str) -> tuple[list[str], shapely.STRtree]:
    contours = atlas.contours(niveau)
    return list(contours), shapely.STRtree(shapely.from_wkb(list(contours.values())))


def _find_cell(atlas: AtlasOuvert, lon: float, lat: float) -> str | None:
    cells = atlas.carreaux()
    return cells.find(*project(np.array([lon]), np.array([lat]))[0]) if cells else None
