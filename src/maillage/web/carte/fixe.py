"""What the pictures of the map are drawn from, kept for the atlas: frame, squares, paths, names of towns."""

from __future__ import annotations

from maillage.atlas.reseau.grandes_routes import read_grandes_routes
from maillage.reports.rendu.couches import Grille, Ville, choose_villes, make_grille
from maillage.reports.rendu.formes import Formes
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import geographie


def cadre(atlas: AtlasOuvert) -> Formes | None:
    """The frame all pictures of an atlas share: that of its communes."""
    return geographie.formes_de(atlas, "commune")


def grille(atlas: AtlasOuvert) -> Grille | None:
    """The département's squares in the shared frame; None without grid or frame."""
    found: Grille | None = atlas.garder("grille", lambda: _grille(atlas))
    return found


def _grille(atlas: AtlasOuvert) -> Grille | None:
    frame, cells = cadre(atlas), atlas.carreaux()
    return None if frame is None or cells is None else make_grille(frame, cells)


def traces(atlas: AtlasOuvert, niveau: str) -> dict[str, str]:
    """Code → path of each territory of a mesh in the shared frame; zones may overlap."""
    found: dict[str, str] = atlas.garder(("traces", niveau), lambda: _traces(atlas, niveau))
    return found


def _traces(atlas: AtlasOuvert, niveau: str) -> dict[str, str]:
    frame = cadre(atlas)
    return frame.tracer(atlas.contours(niveau), superposables=niveau == "zone") if frame else {}


def list_villes(atlas: AtlasOuvert) -> list[Ville]:
    """The seats of arrondissements, then the largest communes, whose names do not touch."""
    found: list[Ville] = atlas.garder("villes", lambda: _villes(atlas))
    return found


def _villes(atlas: AtlasOuvert) -> list[Ville]:
    frame = cadre(atlas)
    return choose_villes(frame, atlas.territoires("commune"), chefs_lieux(atlas)) if frame else []


def chefs_lieux(atlas: AtlasOuvert) -> set[str]:
    """The communes that give their name to their arrondissement."""
    names = {t.code: t.nom for t in atlas.territoires("arrondissement")}
    return {
        t.code
        for t in atlas.territoires("commune")
        if names.get(t.parents.get("arrondissement", "")) == t.nom
    }


def grandes_routes(atlas: AtlasOuvert) -> dict[str, bytes]:
    """Rank → main roads as WKB lines; empty where times are estimated: the atlas then has no road."""
    found: dict[str, bytes] = atlas.garder("grandes routes", lambda: read_grandes_routes(atlas.dossier))
    return found


def traces_des_routes(atlas: AtlasOuvert) -> dict[str, str]:
    """Rank → path of the main roads in the shared frame."""
    found: dict[str, str] = atlas.garder("traces des routes", lambda: _traces_des_routes(atlas))
    return found


def _traces_des_routes(atlas: AtlasOuvert) -> dict[str, str]:
    frame = cadre(atlas)
    drawn = {rank: frame.ligne(wkb) for rank, wkb in grandes_routes(atlas).items()} if frame else {}
    return {rank: path for rank, path in drawn.items() if path}
